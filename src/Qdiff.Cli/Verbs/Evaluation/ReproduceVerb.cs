using System.CommandLine;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff reproduce PAPER</c>: trains and measures the rows of a paper's tables and prints the published values beside ours.
/// Call it again, or in several processes, to go on.
/// </summary>
static class ReproduceVerb
{
    /// <summary>The option that names one table.</summary>
    public const string Table = "--dataset";

    public static Command Create(EvaluationCatalog catalog)
    {
        var paper = new Argument<string>("paper")
        { Description = string.Join(", ", catalog.Tables.Select(t => t.Paper).Distinct()) + "." };
        var dataset = new Option<string?>(Table)
        {
            Description = $"One table: {string.Join(", ", catalog.Tables.Select(t => t.Name).Distinct())}; all of the paper by "
                + "default."
        };
        var brief = new Option<bool>("--short")
        { Description = "A fraction of the published training: to see that it runs, not to compare." };
        var name = new Option<string?>("--name")
        { Description = "Name of the table's folder; paper, table and length by default." };
        var set = new Option<string[]>("--set")
        { Description = "Override a setting of all rows. May be repeated.", DefaultValueFactory = _ => [] };
        var shared = new ComparisonArguments(catalog) { InsistsOnPreset = true };
        var reproduce = new Command("reproduce",
            "Run a paper's tables again and print its values beside ours; goes on where it stopped.") { paper, dataset, brief,
            name, set };
        shared.AddTo(reproduce);
        reproduce.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            bool isBrief = parsed.GetValue(brief), json = parsed.GetValue<bool>(Tool.Json);
            string[] settings = parsed.GetValue(set) ?? [];
            int? steps = shared.Steps(parsed);
            string length = steps is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-{steps}-steps");
            string[] said = [.. settings, .. steps is null ? [] : (string[])[FormattableString.Invariant($"{steps} steps")],
                .. shared.Said(parsed)];
            var results = new List<object>();
            IReadOnlyList<PublishedTable> tables = catalog.TablesOf(parsed.GetRequiredValue(paper), parsed.GetValue(dataset));
            if (parsed.GetValue(name) is { } given && tables.Count > 1)
                throw new InputException($"--name {given}: each of these tables has a folder of its own; name one with {Table}: "
                    + $"{string.Join(", ", tables.Select(table => table.Name))}.");
            foreach (PublishedTable table in tables)
            {
                IReadOnlyList<ComparisonArm> arms = Reproduction.Arms(table, Configurations.BuiltIn, catalog, isBrief, settings);
                string usual = $"{table.Paper}-{table.Name}{(isBrief ? "-short" : "")}{length}";
                (string folder, ComparisonResult? result, string told, object facts) = shared.Run(parsed, arms,
                    parsed.GetValue(name) ?? usual, null, isBrief || steps is not null ? [] : table.Epochs, null, interruption,
                    table);
                if (result is null)
                {
                    results.Add(facts);
                    if (!json && told != "") Print.Line(told);
                    if (shared.PlansOnly(parsed)) continue;
                    break;
                }

                (string text, string file) = Reproduction.Write(folder, table, result, arms, isBrief, said);
                WrittenReport.Write(folder, catalog, parsed.GetValue<bool>(Tool.Quiet));
                results.Add(new { Table = table, Ours = result });
                if (!json) Print.Line($"{text}\nkept in {file}\n");
            }

            if (json) Print.Json(results);
            return 0;
        });
        return reproduce;
    }
}
