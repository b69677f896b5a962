using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>Which options stand on the command line, whatever their value; the others have their defaults.</summary>
static class GivenOptions
{
    /// <summary>Whether it was given.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The first of these that was given, or null.</summary>
    public static Option? FirstGiven(this ParseResult parsed, params Option[] options) =>
        options.FirstOrDefault(option => parsed.IsGiven(option));
}
