using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>Event files that another program wrote for TensorBoard: their numbers and images.</summary>
static class EventsPage
{
    /// <param name="shown">The folders' stamps together, from before they were read.</param>
    public static string Of(IReadOnlyList<EventContent> logs, string tags, RunStamp shown)
    {
        int curves = EventCharts.Tags(logs).Length, images = logs.Sum(log => log.Images.Count);
        string title = logs is [var only] ? only.Name[(only.Name.LastIndexOf('/') + 1)..] : $"{logs.Count} folders";
        (string, string)[] names = [.. logs.Select(log => ("name", log.Name))];
        return DashboardPage.Of($"{title} - Qdiff", $"""
            <header>
            <p class="up"><a href="/">All runs</a></p>
            <h1>{title} <span class="state">events</span></h1>
            <p class="lead">Event files of another program: {Piece.N(curves)} {(curves == 1 ? "curve" : "curves")},
            {Piece.N(images)} series of images. Texts, histograms and graphs are not shown.</p>
            <form class="filter" method="get" action="/events" role="search">
            {names.Select(name => (Html)$"""<input type="hidden" name="name" value="{name.Item2}">""")}
            <label for="tags">Tags</label> <input id="tags" name="tags" type="search" value="{tags}" autocomplete="off">
            <button>Show</button>
            </form>
            </header>
            <main id="content">
            <section aria-labelledby="curves-heading"><h2 id="curves-heading">Curves</h2>
            <div id="notes" data-part="steps">{Notes(curves, tags)}</div>
            <div class="plots" data-curves="{Address.With("/event-curves", [.. names, ("tags", tags)])}" data-news="steps"></div>
            </section>
            <section aria-labelledby="images-heading"><h2 id="images-heading">Images</h2>
            <div class="shots" data-images="{Address.With("/event-images", names)}" data-news="steps"></div>
            </section>
            <div id="faults" data-part="steps">
            {DashboardPage.Problems([.. logs.SelectMany(log => log.Problems).Distinct()])}</div>
            </main>

            """, live: News.AddressOf(logs.Select(log => log.Name), shown), charts: true);
    }

    static Html Notes(int curves, string tags) => curves == 0
        ? Piece.Missing(tags == "" ? "There are no numbers in them yet." : "No tag is called so.")
        : curves <= EventCharts.Most ? Html.None
        : Piece.Missing(
            $"{Piece.N(EventCharts.Most)} of {Piece.N(curves)} curves are shown; a part of a tag's name shows others.");
}
