using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
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
        Option<string?> maxTime = TimeLimit.Option();
        var work = new Command("work", "Help with what a plan of 'compare' or 'reproduce' lacks, until nothing is left.")
        { folder, maxTime };
        work.SetAction(parsed =>
        {
            var watch = Stopwatch.StartNew();
            TimeSpan? limit = TimeLimit.Of(parsed, maxTime);
            bool quiet = parsed.GetValue<bool>(Tool.Quiet), json = parsed.GetValue<bool>(Tool.Json);
            string[] own = [.. quiet ? [Tool.Quiet] : Array.Empty<string>(),
                .. json ? [Tool.Json] : Array.Empty<string>()];
            bool hasDevice = parsed.GetValue<string>(Tool.Device) is not null;
            IReadOnlyList<string> folders = WorkPlan.FoldersIn(parsed.GetRequiredValue(folder));
            List<object> done = [];
            int ended = All();
            // A document for all; a plan that was not begun has no code.
            if (json) Print.Json(done.Concat(folders.Skip(done.Count).Select(rest => new { Folder = rest, Code = (int?)null })));
            return ended;

            int All()
            {
                int worst = 0;
                foreach (string found in folders)
                {
                    // All plans share the time.
                    TimeSpan? left = limit - watch.Elapsed;
                    if (left <= TimeSpan.Zero)
                    {
                        TimeLimit.TellEnd(quiet);
                        return worst;
                    }

                    int code = json ? Told(found, left) : Do(found, left);
                    if (code == Interruption.ExitCode) return code;
                    // What is wrong with one is no reason to leave the others undone.
                    if (code != 0 && folders.Count > 1) Print.Message($"{found} is left undone");
                    worst = Math.Max(worst, code);
                }

                return worst;
            }

            int Told(string found, TimeSpan? left)
            {
                (int code, string text) = Terminal.Results(() => Do(found, left));
                done.Add(new { Folder = found, Code = code, Result = text.Length == 0 ? null : JsonNode.Parse(text) });
                return code;
            }

            int Do(string found, TimeSpan? left)
            {
                try
                {
                    // Others may have worked for hours; what was taken away meanwhile is not begun anew.
                    if (!WorkPlan.HasOne(found))
                        throw new IOException($"The folder {found} was removed or moved, or its disk is gone. It is not made "
                            + "anew; go on where it is now.");
                    WorkPlan plan = WorkPlan.Of(found);
                    string[] time = left is null ? [] : ["--max-time", left.Value.ToString("c", CultureInfo.InvariantCulture)];
                    return plan.Follow(found, [.. own, .. time], hasDevice, call => Tool.Invoke(call, catalog));
                }
                catch (Exception e) when (e is InputException or IOException)
                {
                    return Tool.Tell(e);
                }
            }
        });
        return work;
    }
}
