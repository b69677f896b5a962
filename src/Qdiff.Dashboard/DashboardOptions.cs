using System.Net;

namespace Qdiff.Dashboard;

/// <summary>What a dashboard shows, and who may see it.</summary>
public sealed record DashboardOptions
{
    /// <summary>The folder of the runs; everything that is shown is inside.</summary>
    public required string Folder { get; init; }

    /// <summary>The address of this machine that is listened on; by default only this machine itself can ask.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>
    /// What whoever asks must know. Null for nothing where only this machine can ask, and for one of 128 random bits everywhere
    /// else.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>Gives the command that does a run of this folder once more; null where the program has none.</summary>
    public Func<string, string>? Repeat { get; init; }

    /// <summary>The port where none is given.</summary>
    public const int DefaultPort = 5042;
}
