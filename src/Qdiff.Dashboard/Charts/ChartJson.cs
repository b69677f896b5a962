using System.Globalization;
using System.Text;
using System.Text.Json;
using Qdiff.Imaging;

namespace Qdiff.Dashboard;

/// <summary>A chart of a page: what reports draw, with what is said below it.</summary>
/// <param name="Id">What it is called in the page.</param>
/// <param name="Note">A line about it.</param>
sealed record PageChart(string Id, LineChart Chart, string Note)
{
    /// <summary>The name of each series' run, if a series is a run's.</summary>
    public IReadOnlyList<string?> Runs { get; init; } = [];
}

/// <summary>Writes charts for the script that draws them: steps in full, values to six digits, gaps as null.</summary>
static class ChartJson
{
    /// <summary>More points of a line could not be told apart on a page.</summary>
    const int MostPoints = 1500;

    public static string Of(IEnumerable<PageChart> charts, IReadOnlyList<string> problems)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("charts");
            foreach (PageChart chart in charts) Write(json, chart);
            json.WriteEndArray();
            json.WriteStartArray("problems");
            foreach (string problem in problems) json.WriteStringValue(problem);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    static void Write(Utf8JsonWriter json, PageChart page)
    {
        json.WriteStartObject();
        json.WriteString("id", page.Id);
        json.WriteString("title", page.Chart.Title);
        json.WriteString("x", page.Chart.XLabel);
        json.WriteBoolean("log", page.Chart.LogY);
        json.WriteString("note", page.Note);
        json.WriteStartArray("series");
        for (int i = 0; i < page.Chart.Series.Count; i++)
        {
            ChartSeries series = page.Chart.Series[i];
            int[] points = Points(series);
            json.WriteStartObject();
            json.WriteString("name", series.Name);
            if (page.Runs.ElementAtOrDefault(i) is { } run) json.WriteString("run", run);
            int ink = series.Colour ?? i;
            json.WriteString("colour", Invariant($"#{ChartInk.Series[ink % ChartInk.Series.Count]:x6}"));
            json.WriteNumber("round", ink / ChartInk.Series.Count);
            json.WriteBoolean("faint", series.IsFaint);
            Numbers(json, "x", points.Select(k => series.X[k]), "R");
            Numbers(json, "y", points.Select(k => series.Y[k]));
            if ((series.Band ?? series.Bars) is { } interval)
            {
                json.WriteBoolean("bars", series.Band is null);
                (double Low, double High)[] spans = [.. points.Select(k => interval[k] is { } span
                    ? page.Chart.Limits?.Cut(span) ?? span : (double.NaN, double.NaN))];
                Numbers(json, "low", spans.Select(span => span.Low));
                Numbers(json, "high", spans.Select(span => span.High));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values, string format = "G6")
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            if (!double.IsFinite(value)) json.WriteNullValue();
            else json.WriteRawValue(value.ToString(format, CultureInfo.InvariantCulture), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    /// <summary>The places of the points that are shown: of many the smallest and the largest of each part, so that no peak is
    /// lost.</summary>
    static int[] Points(ChartSeries series)
    {
        int count = series.X.Count;
        if (count <= MostPoints) return [.. Enumerable.Range(0, count)];
        const int Parts = MostPoints / 2;
        SortedSet<int> kept = [0, count - 1];
        for (int part = 0; part < Parts; part++)
        {
            int first = (int)((long)part * count / Parts), end = (int)((long)(part + 1) * count / Parts);
            int low = first, high = first;
            for (int i = first; i < end; i++)
            {
                if (!double.IsFinite(series.Y[i]))
                {
                    // A gap stays one.
                    kept.Add(i);
                    continue;
                }

                if (!(series.Y[low] <= series.Y[i])) low = i;
                if (!(series.Y[high] >= series.Y[i])) high = i;
            }

            kept.Add(low);
            kept.Add(high);
        }

        return [.. kept];
    }
}
