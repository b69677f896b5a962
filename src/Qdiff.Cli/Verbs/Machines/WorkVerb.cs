using System.CommandLine;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff work FOLDER</c>: takes whatever a plan in the folder lacks, run by run, beside any number of others on any machine
/// that sees the folder; ends when nothing is left.
/// </summary>
static class WorkVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var folder = new Argument<string>("folder")
        { Description = "The folder of a comparison that has a plan, or one with several of them, such as runs." };
        var maxTime = new Option<string?>("--max-time")
        { Description = "Save and stop after this time: 90s, 30m, 2h or hh:mm:ss." };
        var work = new Command("work", "Help with what a plan of 'compare' or 'reproduce' lacks, until nothing is left.")
        { folder, maxTime };
        work.SetAction(parsed =>
        {
            string[] own = [.. parsed.GetValue<bool>(Tool.Quiet) ? ["--quiet"] : Array.Empty<string>(),
                .. parsed.GetValue<bool>(Tool.Json) ? ["--json"] : Array.Empty<string>(),
                .. parsed.GetValue(maxTime) is { } limit ? ["--max-time", limit] : Array.Empty<string>()];
            HashSet<string> called = new(StringComparer.Ordinal);
            foreach ((string found, WorkPlan plan) in WorkPlan.In(parsed.GetRequiredValue(folder)))
            {
                string[] call = plan.Call(found, own);
                // A reproduction of several tables is one call.
                if (!called.Add(string.Join('\n', call))) continue;
                if (!Directory.Exists(plan.Folder))
                    throw new InputException($"{Path.Combine(found, WorkPlan.FileName)} was written in the folder {plan.Folder}, "
                        + "which is not there on this machine; its configurations and data are looked for from there.");
                string before = Directory.GetCurrentDirectory();
                Directory.SetCurrentDirectory(plan.Folder);
                int code = Tool.Invoke(call, catalog);
                Directory.SetCurrentDirectory(before);
                if (code != 0) return code;
            }

            return 0;
        });
        return work;
    }
}
