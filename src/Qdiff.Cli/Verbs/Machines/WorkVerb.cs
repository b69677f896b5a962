using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
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
            var watch = Stopwatch.StartNew();
            TimeSpan? limit = parsed.GetValue(maxTime) is { } text ? TrainVerb.Duration(text) : null;
            bool quiet = parsed.GetValue<bool>(Tool.Quiet);
            string[] own = [.. quiet ? ["--quiet"] : Array.Empty<string>(),
                .. parsed.GetValue<bool>(Tool.Json) ? ["--json"] : Array.Empty<string>()];
            HashSet<string> called = new(StringComparer.Ordinal);
            foreach ((string found, WorkPlan plan) in WorkPlan.In(parsed.GetRequiredValue(folder)))
            {
                // A reproduction of several tables is one call.
                if (!called.Add(string.Join('\n', plan.Call(found)))) continue;
                // All plans share the time.
                TimeSpan? left = limit - watch.Elapsed;
                if (left <= TimeSpan.Zero)
                {
                    if (!quiet) Print.Message("the time was up; everything is saved, call again to go on");
                    return 0;
                }

                // Others may have worked for hours; what was taken away meanwhile is not begun anew.
                if (!WorkPlan.HasOne(found))
                    throw new IOException($"The folder {found} was removed or moved, or its disk is gone. It is not made anew; "
                        + "go on where it is now.");
                string[] time = left is null ? [] : ["--max-time", left.Value.ToString("c", CultureInfo.InvariantCulture)];
                string[] call = plan.Call(found, [.. own, .. time]);
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
