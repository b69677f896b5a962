using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>
/// The command-line tool as a function, for programs that add parts of their own: training, resuming, sampling, evaluation,
/// comparison and help then know them by name.
/// </summary>
/// <example>
/// <code>
/// // The tool with a sampler of one's own: sample RUN --sampler euler.
/// return QdiffTool.Run(args, Papers.Catalog with { Samplers = [.. Papers.Catalog.Samplers, new Euler()] });
/// </code>
/// </example>
public static class QdiffTool
{
    /// <summary>Does what the arguments ask for, with the parts of this catalog.</summary>
    /// <returns>
    /// The exit code: 0 done, 1 failed (the machine's fault, or a mistake of ours with a stack trace), 2 bad input (one clear
    /// line), 130 interrupted.
    /// </returns>
    public static int Run(string[] args, EvaluationCatalog catalog)
    {
        // What is typed and printed means the same everywhere, whatever language the environment asks for.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        PastedCommand.Note(args);
        int code = Tool.Invoke(args, catalog);
        if (code == 0 && Terminal.Output.Failure is { } lost)
            return Tool.Fail(1, $"The output could not be written: {lost.Message}");
        return code;
    }
}
