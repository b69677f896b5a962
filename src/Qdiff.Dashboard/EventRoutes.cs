using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Qdiff.Dashboard;

/// <summary>Answers about event files of other programs.</summary>
sealed class EventRoutes(RunsFolder folder)
{
    readonly EventLogs logs = new(most: 16);

    public Task Events(HttpContext context)
    {
        string tags = context.Request.Query["tags"].ToString();
        (string Name, string Path)[] found = Found(context);
        if (found.Length == 0) return context.Sorry("There are no such event files in this folder.");
        // Before the files are read: what changes meanwhile is news.
        RunStamp shown = RunStamp.Together(found.Select(one => RunStamp.Of(one.Path)));
        return context.Page(EventsPage.Of(Contents(found, tags), tags, shown));
    }

    public Task Curves(HttpContext context)
    {
        EventContent[] contents = Contents(Found(context), context.Request.Query["tags"].ToString());
        return context.Text(ChartJson.Of(EventCharts.Of(contents), []), "application/json");
    }

    public Task Images(HttpContext context) => context.Json(
        from log in Contents(Found(context), "")
        from series in log.Images
        select new
        {
            Group = series.Tag,
            log.Name,
            Link = Address.With("/events", ("name", log.Name)),
            Address = Address.With("/event-image", ("name", log.Name), ("tag", series.Tag)),
            series.Steps,
        });

    public Task Image(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string tag = query["tag"].ToString();
        byte[]? png = Find(query["name"]) is { } path
            && long.TryParse(query["step"], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? logs.Use(path, log => log.Image(tag, step)) : null;
        return context.Png(png);
    }

    /// <summary>The folders that are asked for and are there.</summary>
    (string Name, string Path)[] Found(HttpContext context) => [.. context.Request.Query["name"].OfType<string>().Distinct()
        .Take(ComparePage.Most).Select(name => (Name: name, Path: Find(name)!)).Where(one => one.Path is not null)];

    EventContent[] Contents((string Name, string Path)[] found, string tags) =>
        [.. found.Select(one => logs.Use(one.Path, log => log.Content(one.Name, tags)))];

    string? Find(string? name) =>
        !string.IsNullOrEmpty(name) && folder.Find(name) is { } path && RunsFolder.HasEvents(path) ? path : null;
}
