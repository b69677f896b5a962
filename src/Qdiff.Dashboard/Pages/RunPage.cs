using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>A run: what its report has, with curves and images that follow the training, and the wish to stop it.</summary>
static class RunPage
{
    /// <param name="shown">The run's stamp from before it was read; null if the page is not to be told what has changed
    /// since.</param>
    public static string Of(string name, RunContent run, bool isAsked, string formKey, ReportOptions options,
        RunStamp? shown = null)
    {
        RunFolder? folder = run.Open();
        Html? circuits = folder is null ? null : CircuitSection.Of(run, folder);
        (string Heading, string Id, string Follows, Html? Content)[] sections =
        [
            ("Training", "training", "", Charts(name)),
            ("Samples", "samples", "", Samples(name)),
            ("Parameters and audit", "audit", "results", AuditSection.Of(run)),
            ("Metrics", "metrics", "results", MetricSection.Of(run)),
            ("Shots and noise", "noise", "results", Noise(run, hasCircuits: circuits is not null)),
            ("Circuits", "circuits", "", circuits),
            ("Origin", "origin", "results", OriginSection.Of(run, options)),
            ("Configuration", "configuration", "state", OriginSection.Configuration(run)),
        ];
        var filled = sections.Where(section => section.Content is not null).ToArray();
        return DashboardPage.Of($"{run.Name} - Qdiff", $"""
            <header>
            <p class="up"><a href="/">All runs</a> {Siblings(name)}</p>
            <div id="head" data-part="state steps results">
            <h1>{run.Name} <span class="state {ListPage.Word(run.State)}">{ListPage.Word(run.State)}</span></h1>
            <p class="lead">{RunReport.Sentence(run)}</p>
            {RunReport.Diverged(run)}{Stop(name, run, isAsked, formKey)}
            <dl class="cards">
            {RunReport.Cards(run)}</dl>
            </div>
            <nav aria-label="Sections"><ul>{filled.Select(section => Link(section.Heading, section.Id))}</ul></nav>
            </header>
            <main id="content">
            {filled.Select(section => Section(section.Heading, section.Id, section.Follows, section.Content!))}
            <div id="faults" data-part="state steps results">{DashboardPage.Problems(run.Problems)}</div>
            </main>

            """, live: News.AddressOf([name], shown), charts: true);
    }

    static Html Link(string heading, string id) => $"""<li><a href="#{id}">{heading}</a></li>""";

    static Html Section(string heading, string id, string follows, Html content) => $"""
        <section id="{id}" aria-labelledby="{id}-heading">
        <h2 id="{id}-heading">{heading}</h2>
        <div id="{id}-content"{(follows == "" ? Html.None : (Html)$" data-part=\"{follows}\"")}>
        {content}</div></section>

        """;

    static Html Siblings(string name) => name.LastIndexOf('/') is var end and > 0
        ? (Html)$"""· <a href="{Address.With("/", ("filter", Quoted(name[..end] + "/")))}">{name[..end]}</a>""" : Html.None;

    /// <summary>A name as a filter takes it; a quotation mark in it would end it, so what stands before is taken.</summary>
    static string Quoted(string name) => $"\"{name.Split('"')[0]}\"";

    static Html Stop(string name, RunContent run, bool isAsked, string formKey) => run.State != RunState.Training ? Html.None
        : isAsked ? Piece.Missing("It was asked to save and stop, and does when the step that it is in is done.")
        : (Html)$"""
        <form method="post" action="/stop" class="stop">
        <input type="hidden" name="key" value="{formKey}"><input type="hidden" name="name" value="{name}">
        <button>Save and stop</button>
        <span class="hint">It can be gone on with afterwards.</span>
        </form>

        """;

    /// <summary>Also where nothing was measured yet, so that the page has a place for it.</summary>
    static Html? Noise(RunContent run, bool hasCircuits) => run.Noise is { } noise ? NoiseSection.Of(noise, run.Catalog)
        : hasCircuits ? Piece.Missing("The circuits were not measured by shots or under noise.") : null;

    static Html Charts(string name) => $"""
        <div class="plots" data-curves="{Address.With("/curves", ("name", name))}" data-news="steps results">
        </div>
        <noscript>{Piece.Missing("The curves need scripts; a report has them without.")}</noscript>

        """;

    static Html Samples(string name) => $"""
        <div class="shots" data-images="{Address.With("/samples", ("name", name))}"></div>

        """;
}
