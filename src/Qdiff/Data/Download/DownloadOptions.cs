namespace Qdiff;

/// <summary>How patient a download is.</summary>
public sealed record DownloadOptions
{
    /// <summary>How often an address is tried in a row without getting a further byte.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The pause before the second try; it doubles with each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);
}
