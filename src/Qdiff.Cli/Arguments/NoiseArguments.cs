using System.CommandLine;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary>Shots and the noise of a device, as a command asks for them.</summary>
sealed class NoiseArguments
{
    /// <summary>Shots of one circuit at one point; more would take hours.</summary>
    const int MostShots = 10_000_000;

    public Option<int?> Shots { get; } = new("--shots")
    { Description = "Means over so many measurements instead of exact expectations." };

    public Option<string?> Noise { get; } = new("--noise")
    { Description = "Noise of a device: a YAML file, or one of " + string.Join(", ", NoiseFile.Presets) + "." };

    public Option<long> Seed { get; } = new("--seed")
    { Description = "Seed of measurements and trajectories.", DefaultValueFactory = _ => 0 };

    public void AddTo(Command command)
    {
        AddWithoutSeedTo(command);
        command.Add(Seed);
    }

    /// <summary>For commands whose seed is that of their samples.</summary>
    public void AddWithoutSeedTo(Command command)
    {
        command.Add(Shots);
        command.Add(Noise);
    }

    /// <summary>How the circuits of a network are read; null for exactly.</summary>
    public CircuitMeasurement? MeasurementOf(ParseResult parsed) =>
        (ShotsOf(parsed), NoiseOf(parsed)) is (null, null) ? null
            : new() { Shots = ShotsOf(parsed), Noise = NoiseOf(parsed)?.Model ?? NoiseModel.None };

    /// <summary>What belongs into the name of a file of samples that were drawn so; empty for exactly.</summary>
    public string NameOf(ParseResult parsed) =>
        (parsed.GetValue(Shots) is { } shots ? FormattableString.Invariant($"-shots-{shots}") : "")
            + (parsed.GetValue(Noise) is { } noise ? $"-noise-{Plain(Path.GetFileNameWithoutExtension(noise))}" : "");

    static string Plain(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));

    /// <summary>The shots, or null for exact expectations.</summary>
    public int? ShotsOf(ParseResult parsed) => parsed.GetValue(Shots) is not { } shots ? null
        : shots is >= 1 and <= MostShots ? shots
        : throw new InputException(FormattableString.Invariant($"--shots {shots}: 1 to {MostShots:N0} shots can be drawn."));

    /// <summary>The noise, or null for none; for a circuit of so many wires if there is one.</summary>
    public NoiseFile? NoiseOf(ParseResult parsed, Circuit? circuit = null)
    {
        if (parsed.GetValue(Noise) is not { } name) return null;
        NoiseFile file = NoiseFile.Read(name);
        try
        {
            if (circuit is not null) file.Model.Require(circuit);
            return file;
        }
        catch (ArgumentException e)
        {
            throw InputException.Because($"--noise {name}", e);
        }
    }
}
