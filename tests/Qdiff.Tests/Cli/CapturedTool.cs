using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Papers;

/// <summary>
/// The tool called in this process, with what it prints. It borrows the console: tests that call it stand in the collection of
/// <see cref="HostileArgumentTests"/>.
/// </summary>
static class CapturedTool
{
    public static (int Code, string Output, string Error) Run(params string[] arguments) => Run(Papers.Catalog, arguments);

    /// <summary>The tool with parts of one's own.</summary>
    public static (int Code, string Output, string Error) Run(EvaluationCatalog catalog, params string[] arguments)
    {
        (TextWriter oldOutput, TextWriter oldError) = (Console.Out, Console.Error);
        (var output, var error) = (new StringWriter(), new StringWriter());
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            return (QdiffTool.Run(arguments, catalog), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }

    /// <summary>Whatever is wrong is said in one line that names it, and nothing is printed as a result.</summary>
    public static void AssertRefused(string expected, params string[] arguments)
    {
        (int code, string output, string error) = Run(arguments);
        Assert.Equal((2, ""), (code, output));
        // What the tool says when something takes long: on a busy machine that may be anything.
        string line = Assert.Single(error.TrimEnd('\n').Split('\n'), told => !told.EndsWith(" ...", StringComparison.Ordinal));
        Assert.StartsWith("qdiff: ", line);
        Assert.DoesNotContain("   at ", line);
        Assert.Contains(expected, line);
    }
}
