using System.Runtime.CompilerServices;

namespace Qdiff.Dashboard;

/// <summary>
/// What has changed in the files, looked for once a second while somebody is interested: lengths and times, for not every disk
/// tells of changes by itself.
/// </summary>
static class News
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Something is sent at least so often, so that a connection that is gone is noticed.</summary>
    const int QuietSeconds = 20;

    /// <summary>Says <c>list</c> whenever the list has changed.</summary>
    /// <param name="shown">The number of the list that the page has, which may have changed before anybody asked for news; null
    /// if that is not known.</param>
    public static async IAsyncEnumerable<string> OfAll(RunTable table, long? shown,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RunList? last = null;
        for (int quiet = 0; ; quiet++)
        {
            RunList now = await table.Now(s_pause).ConfigureAwait(false);
            bool changed = last is null ? shown is { } number && number != now.Number
                : now.IsReading || !ReferenceEquals(now, last);
            last = now;
            if (changed || quiet >= QuietSeconds)
            {
                yield return changed ? "list" : "nothing";
                quiet = 0;
            }

            await Task.Delay(s_pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The address of the news of these runs.</summary>
    /// <param name="shown">Their stamps together, taken before the page read them; null if that is not known.</param>
    public static string AddressOf(IEnumerable<string> names, RunStamp? shown) =>
        Address.With("/live", [.. names.Select(name => ("name", name)), ("shown", shown?.ToString() ?? "")]);

    /// <summary>Says which parts of these runs have changed: <c>steps</c>, <c>results</c>, <c>samples</c>,
    /// <c>state</c>.</summary>
    /// <param name="shown">The stamp of what the page has: it may ask for news long after it was made, as in a tab that was
    /// opened in the background.</param>
    public static async IAsyncEnumerable<string> OfRuns(RunsFolder folder, IReadOnlyList<string> names, RunStamp? shown,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RunStamp? last = shown;
        for (int quiet = 0; ; quiet++)
        {
            RunStamp now = RunStamp.Together(
                names.Select(name => folder.Find(name) is { } path ? RunStamp.Of(path) : default));
            string changes = last is { } before ? string.Join(' ', before.Changes(now)) : "";
            last = now;
            if (changes != "" || quiet >= QuietSeconds)
            {
                yield return changes != "" ? changes : "nothing";
                quiet = 0;
            }

            await Task.Delay(s_pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
