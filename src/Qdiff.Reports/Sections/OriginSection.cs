using System.Globalization;

namespace Qdiff.Reports;

/// <summary>Where a run comes from, and how it is done again.</summary>
static class OriginSection
{
    /// <summary>Lines of a log that are shown.</summary>
    const int LogLines = 200;

    /// <summary>Digits of a commit that are shown.</summary>
    const int CommitDigits = 12;

    public static Html Of(RunContent run, ReportOptions options)
    {
        if (run.Manifest is not { } manifest)
            return Piece.Missing("The manifest cannot be read: where this run comes from is not known.");
        List<(string, string)> facts =
        [
            ("Started", manifest.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("Qdiff", Program(manifest)),
            ("Machine", $"{manifest.Machine.Cpu}, {manifest.Machine.Threads} threads, {manifest.Machine.Os}, "
                + manifest.Machine.DotNet),
            ("Data", $"{manifest.Data.Name}, {Piece.N(manifest.Data.Count)} images, SHA-256 {manifest.Data.Hash}"),
            ("Classes", manifest.Data.Labels.Count == 0 ? "none" : string.Join(", ", manifest.Data.Labels.Select(label =>
                label >= 0 && label < manifest.Data.ClassNames.Count ? manifest.Data.ClassNames[label] : $"{label}"))),
            ("Seeds", string.Join(", ", manifest.Seeds.Select(seed => Invariant($"{seed.Key} {seed.Value}")))),
        ];
        if (manifest.Measurement is { } cost) facts.Add(("Measured", cost.ToString()));
        IReadOnlyList<string> log = run.Log;
        Html lines = log.Count == 0 ? Html.None : Piece.Details($"Log ({log.Count} lines)",
            Piece.Code(string.Join('\n', log.TakeLast(LogLines)), "log"));
        return $"""
            {Piece.Facts(facts)}
            <h3>The command that began it</h3>
            {Piece.Code(CommandText.Of(manifest.Command), "command")}
            {Again(run, options)}{lines}
            """;
    }

    /// <summary>Version and commit of the program that trained.</summary>
    public static string Program(RunManifest manifest) => manifest.Commit is { Length: > 0 } commit
        ? $"{manifest.Version}, commit {commit[..Math.Min(commit.Length, CommitDigits)]}" : manifest.Version;

    static Html Again(RunContent run, ReportOptions options) =>
        options.Repeat?.Invoke(run.Path) is not { } command ? Html.None : $"""
        <h3>The same once more, from this folder alone</h3>
        {Piece.Code(command, "command that repeats the run")}
        <p>{Promise(run)}</p>

        """;

    /// <summary>What may be expected of that command. The device is chosen by the command that began the run: no configuration
    /// names it.</summary>
    static string Promise(RunContent run)
    {
        IReadOnlyList<CheckpointContent.ComputedPart> parts = run.Checkpoints is [.., var latest]
            && run.Try(() => CheckpointContent.StateOf(latest)) is { Arithmetic: { } computed } ? computed : [];
        if (parts.Count > 1)
            return "The weights will not be the same bit for bit, as the arithmetic changed midway: "
                + string.Join("; ", parts.Select(part => Invariant($"from step {part.From + 1:N0} with {part.With}"))) + ".";
        return parts is [{ With.Device: { } device }]
            ? $"All steps were computed on a device ({device}): it must be given as in the command above, else the weights have "
                + "other last digits."
            : "On one machine and in one version it gives the same weights, bit for bit, on any number of threads.";
    }

    /// <summary>The resolved configuration as the run keeps it: every value, and where it came from.</summary>
    public static Html Configuration(RunContent run)
    {
        if (run.ConfigText is not { } text) return Piece.Missing("The configuration cannot be read.");
        return Piece.Code(text, "configuration");
    }
}
