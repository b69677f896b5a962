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
        EventContent[] contents = Contents(context, tags);
        return contents.Length == 0 ? context.Sorry("There are no such event files in this folder.")
            : context.Page(EventsPage.Of(contents, tags));
    }

    public Task Curves(HttpContext context)
    {
        EventContent[] contents = Contents(context, context.Request.Query["tags"].ToString());
        return context.Text(ChartJson.Of(EventCharts.Of(contents), []), "application/json");
    }

    public Task Images(HttpContext context) => context.Json(
        from log in Contents(context, "")
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

    EventContent[] Contents(HttpContext context, string tags) => [.. context.Request.Query["name"].OfType<string>().Distinct()
        .Take(ComparePage.Most).Select(name => Find(name) is { } path ? logs.Use(path, log => log.Content(name, tags)) : null)
        .OfType<EventContent>()];

    string? Find(string? name) =>
        !string.IsNullOrEmpty(name) && folder.Find(name) is { } path && RunsFolder.HasEvents(path) ? path : null;
}
