using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary>The report that work leaves behind. What the work was for is done: a report that cannot be written is said and costs
/// nothing but itself.</summary>
static class WrittenReport
{
    /// <summary>The environment variable by which whoever starts many runs does without, with the value <c>none</c>.</summary>
    const string Variable = "QDIFF_REPORT";

    /// <summary>Writes the report of a folder into it.</summary>
    /// <param name="training">The images that the run learned from, if they are at hand.</param>
    /// <param name="draws">Whether samples may be drawn for it.</param>
    public static void Write(string folder, EvaluationCatalog catalog, bool quiet, ImageSet? training = null, bool draws = true,
        CancellationToken cancellationToken = default)
    {
        if (!Ranks.Processes.IsFirst || Environment.GetEnvironmentVariable(Variable) == "none") return;
        try
        {
            using var line = new ProgressLine(quiet);
            string file = Report.Write(folder, catalog, options: Options(line) with { Training = training, DrawsSamples = draws },
                cancellationToken: cancellationToken);
            line.Dispose();
            if (!quiet) Print.Message($"report: {file}");
        }
        catch (OperationCanceledException)
        {
            // Whoever breaks off wants no report; it can be asked for at any time.
        }
        catch (Exception e)
        {
            Print.Warning($"the report of {folder} could not be written: {e.Message.TrimEnd('.')}. Everything else is done; "
                + $"{PastedCommand.Of("report", folder)} tries again.");
        }
    }

    /// <summary>What every report of the tool is made with.</summary>
    public static ReportOptions Options(ProgressLine line) => new()
    {
        Doing = line.Doing,
        Repeat = Repeat,
    };

    /// <summary>The command that does a run once more, from its folder alone.</summary>
    public static string Repeat(string run) =>
        PastedCommand.Of("train", "--config", Path.Combine(run, RunFolder.ConfigFile), "--runs", "again");
}
