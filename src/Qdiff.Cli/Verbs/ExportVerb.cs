using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary><c>qdiff export RUN|COMPARISON -o FILE</c>: tables and charts of a run or a comparison for a paper.</summary>
static class ExportVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var folder = new Argument<string>("folder") { Description = "A run or a finished comparison." };
        var what = new Option<string>("--what", "-w")
        {
            Description = $"{Words.Or([.. Exports.Tables, .. Exports.Charts])}: {Words.Or(Exports.Tables)} as a table, "
                + $"{Words.Or(Exports.Charts)} as a chart.",
            DefaultValueFactory = _ => Exports.Tables[0],
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A table: .csv (all digits), .md or .tex (booktabs); a chart: .svg or .png. A table goes to standard "
                + "output as Markdown by default.",
        };
        var export = new Command("export", "Write a table or chart of a run or a comparison for a paper.") { folder, what,
            output };
        export.SetAction(parsed =>
        {
            (string path, string name) = (parsed.GetRequiredValue(folder), parsed.GetValue(what)!);
            if (parsed.GetValue(output) is not { } file)
            {
                if (Exports.Charts.Contains(name)) throw new InputException($"A chart goes to a file: add --output {name}.svg.");
                Print.Text(Exports.Text(path, catalog, name, ".md"));
                return 0;
            }

            OutputFile.Require("--output", file);
            WholeFile.Write(file, Exports.Bytes(path, catalog, name, Path.GetExtension(file).ToLowerInvariant()));
            if (parsed.GetValue(Tool.Json)) Print.Json(new { File = file, Bytes = new FileInfo(file).Length });
            else Print.Line(file);
            return 0;
        });
        return export;
    }
}
