using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Qdiff.Evaluation;
using Qdiff.Reports;

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
        routes.MapMethods("/", s_reading, List);
        routes.MapMethods("/assets/{name}", s_reading, Asset);
        routes.MapMethods("/live", s_reading, Live);
        routes.MapMethods("/run", s_reading, Run);
        routes.MapMethods("/pictures", s_reading, Pictures);
        routes.MapMethods("/picture", s_reading, Picture);
        routes.MapPost("/stop", Stop);
        routes.MapFallback(context => Sorry(context, "There is no such page."));
    }

    async Task List(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        var page = new ListPage(query["filter"].ToString(), query["sort"].ToString(), query["down"] == "1",
            int.TryParse(query["page"], out int number) ? number : 1);
        await Html(context, page.Of(folder, await table.Now(s_patience).ConfigureAwait(false))).ConfigureAwait(false);
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

    async Task Run(HttpContext context)
    {
        string name = context.Request.Query["name"].ToString();
        if (RunOf(name, out string? refusal) is not { } path)
        {
            await Sorry(context, refusal).ConfigureAwait(false);
            return;
        }

        string page;
        try
        {
            page = RunPage.Of(name, RunContent.Read(path, catalog), StopRequest.IsThere(path), guard.FormKey,
                new() { Repeat = repeat });
        }
        catch (InputException e)
        {
            // It was taken away meanwhile.
            await Sorry(context, e.Message).ConfigureAwait(false);
            return;
        }

        await Html(context, page).ConfigureAwait(false);
    }

    /// <summary>The steps that have pictures.</summary>
    async Task Pictures(HttpContext context)
    {
        if (RunOf(context.Request.Query["name"], out string? refusal) is not { } path)
            await Sorry(context, refusal).ConfigureAwait(false);
        else await Json(context, RunPictures.Kinds.ToDictionary(kind => kind, kind => RunPictures.Steps(path, kind)))
            .ConfigureAwait(false);
    }

    async Task Picture(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        if (RunOf(query["name"], out _) is not { } path || !long.TryParse(query["step"], out long step)
            || RunPictures.Read(path, query["kind"].ToString(), step) is not { } png)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "image/png";
        context.Response.ContentLength = png.Length;
        // A run that is done once more draws the same picture.
        context.Response.Headers.CacheControl = "private, max-age=600";
        await context.Response.Body.WriteAsync(png, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The one thing that is written: the request to save and stop.</summary>
    async Task Stop(HttpContext context)
    {
        string name = context.Request.Form["name"].ToString();
        if (RunOf(name, out string? refusal) is not { } path)
        {
            await Sorry(context, refusal).ConfigureAwait(false);
            return;
        }

        try
        {
            StopRequest.Make(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Html(context, DashboardPage.Sorry($"The run cannot be asked to stop: {e.Message}"),
                StatusCodes.Status500InternalServerError).ConfigureAwait(false);
            return;
        }

        // What became of it is in the files, and the page shows that.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Address.With("/run", ("name", name));
    }

    /// <summary>The folder of a run; null, with the reason, if there is none to show.</summary>
    string? RunOf(string? name, out string refusal)
    {
        refusal = "There is no such run in this folder.";
        if (string.IsNullOrEmpty(name) || folder.Find(name) is not { } path || !RunFolder.Exists(path)) return null;
        if (RunsFolder.LinkIn(path) is not { } link) return path;
        refusal = $"{Path.GetFileName(link)} of this run is a link. Only what lies in the folder itself is shown.";
        return null;
    }

    /// <summary>A stream of news: which parts of the page have changed. The page asks for them as it did at first.</summary>
    async Task Live(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending);
        string[] names = [.. context.Request.Query["name"].OfType<string>()];
        try
        {
            // So that a page that comes back after the server was gone asks again soon.
            await context.Response.WriteAsync("retry: 2000\n\n", ends.Token).ConfigureAwait(false);
            IAsyncEnumerable<string> news = names.Length == 0 ? News.OfAll(table, ends.Token)
                : News.OfRuns(folder, names, ends.Token);
            await foreach (string what in news.ConfigureAwait(false))
                await context.Response.WriteAsync($"data: {what}\n\n", ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the server ends.
        }
    }

    static Task Sorry(HttpContext context, string why) =>
        Html(context, DashboardPage.Sorry(why), StatusCodes.Status404NotFound);

    static Task Json(HttpContext context, object value)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(JsonSerializer.Serialize(value, JsonSerializerOptions.Web), context.RequestAborted);
    }

    static Task Html(HttpContext context, string page, int code = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page);
    }
}
