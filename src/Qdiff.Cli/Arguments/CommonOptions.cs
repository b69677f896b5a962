using System.CommandLine;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary>Options that verbs have in common.</summary>
static class CommonOptions
{
    /// <summary>The folder that run folders are made in.</summary>
    public static Option<string> RunsFolder() => new("--runs")
    { Description = "Folder that run folders are made in.", DefaultValueFactory = _ => "runs" };

    /// <summary>Where a data set's files are, if not where they usually are.</summary>
    public static Option<string?> DataDir() => new("--data-dir")
    { Description = "Folder with the data set's files, or with a sub-folder NAME that has them; data/NAME by default." };

    /// <summary>Whether files of another content are replaced.</summary>
    public static Option<bool> Force() => new("--force")
    { Description = "Replace a file that is there and holds something else." };

    /// <summary>The option that sets what a training draws.</summary>
    public static Option<long?> Seed() => new("--seed")
    { Description = "Seed of the weights, the order of the images and the noise: --set training.seed=N." };

    /// <summary>The same as a setting, if it was given; behind the others, so that it wins.</summary>
    public static IEnumerable<string> Seeded(ParseResult parsed, Option<long?> seed) => parsed.GetValue(seed) is { } number
        ? [string.Create(CultureInfo.InvariantCulture, $"training.seed={number}")] : [];
}
