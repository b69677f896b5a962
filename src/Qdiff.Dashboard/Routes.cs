using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Qdiff.Evaluation;

namespace Qdiff.Dashboard;

/// <summary>What is answered to which address.</summary>
/// <param name="repeat">Gives the command that does a run once more.</param>
/// <param name="ending">Ends the streams of news.</param>
sealed class Routes(RunsFolder folder, EvaluationCatalog catalog, AccessGuard guard, Func<string, string>? repeat,
    CancellationToken ending)
{
    static readonly string[] s_reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>How long a first page waits for the rest of the runs to be read.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    readonly RunTable table = new(folder, catalog);

    public void Map(IEndpointRouteBuilder routes)
    {
        // The first look begins before somebody asks.
        _ = table.Now(TimeSpan.Zero);
        var runs = new RunRoutes(folder, table, catalog, guard, repeat);
        var events = new EventRoutes(folder);
        foreach ((string address, RequestDelegate answer) in ((string, RequestDelegate)[])
        [
            ("/", List), ("/assets/{name}", Asset), ("/live", Live),
            ("/run", runs.Run), ("/compare", runs.Compare), ("/curves", runs.Curves), ("/samples", runs.Samples),
            ("/sample", runs.Sample),
            ("/events", events.Events), ("/event-curves", events.Curves), ("/event-images", events.Images),
            ("/event-image", events.Image),
        ])
            routes.MapMethods(address, s_reading, answer);
        routes.MapPost("/stop", runs.Stop);
        routes.MapFallback(context => context.Sorry("There is no such page."));
    }

    async Task List(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        var page = new ListPage(query["filter"].ToString(), query["sort"].ToString(), query["down"] == "1",
            int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 1);
        await context.Page(page.Of(folder, await table.Now(s_patience).ConfigureAwait(false))).ConfigureAwait(false);
    }

    static async Task Asset(HttpContext context)
    {
        if (DashboardPage.Asset((string?)context.Request.RouteValues["name"] ?? "") is not var (content, type))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        // Its address has its content in it.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>A stream of news: which parts of the page have changed. The page asks for them as it did at first.</summary>
    async Task Live(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending);
        string[] names = [.. context.Request.Query["name"].OfType<string>().Take(ComparePage.Most)];
        try
        {
            // So that a page that comes back after the server was gone asks again soon.
            await context.Response.WriteAsync("retry: 2000\n\n", ends.Token).ConfigureAwait(false);
            long? shown = long.TryParse(context.Request.Query["list"], NumberStyles.None, CultureInfo.InvariantCulture,
                out long number) ? number : null;
            IAsyncEnumerable<string> news = names.Length == 0 ? News.OfAll(table, shown, ends.Token)
                : News.OfRuns(folder, names, RunStamp.Parse(context.Request.Query["shown"].ToString()), ends.Token);
            await foreach (string what in news.ConfigureAwait(false))
                await context.Response.WriteAsync($"data: {what}\n\n", ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the server ends.
        }
    }
}
