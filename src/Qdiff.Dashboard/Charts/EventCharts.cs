using Qdiff.Imaging;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>The curves of event files: a chart for each tag, with a line for each folder.</summary>
static class EventCharts
{
    /// <summary>Charts of a page; a part of a tag's name shows others.</summary>
    public const int Most = 60;

    public static IEnumerable<PageChart> Of(IReadOnlyList<EventContent> logs) =>
        Tags(logs).Take(Most).Select(tag => Chart(logs, tag));

    /// <summary>All tags of numbers.</summary>
    public static string[] Tags(IReadOnlyList<EventContent> logs) =>
        [.. logs.SelectMany(log => log.Curves.Keys).Distinct().Order(StringComparer.Ordinal)];

    static PageChart Chart(IReadOnlyList<EventContent> logs, string tag)
    {
        List<ChartSeries> series = [];
        for (int i = 0; i < logs.Count; i++)
            if (logs[i].Curves.TryGetValue(tag, out (double[] X, double[] Y) curve))
                series.Add(new(logs.Count == 1 ? "" : logs[i].Name, curve.X, curve.Y) { Colour = i });
        return new("tag-" + tag, new()
        {
            Title = tag,
            XLabel = "steps",
            LogY = RunCurves.IsWide(series.SelectMany(one => one.Y)),
            Series = series,
        }, "");
    }
}
