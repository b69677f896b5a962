using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Onnx;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary><c>qdiff export RUN|COMPARISON -o FILE</c>: tables and charts of a run or a comparison for a paper, or with
/// <c>--onnx FILE</c> its network for other programs.</summary>
static class ExportVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var source = new RunArguments(catalog, "run", "A run, a finished comparison, or for steps a folder of runs.");
        var what = new Option<string>("--what", "-w")
        {
            Description = $"{Words.Or([.. Exports.Tables, .. Exports.Charts])}: {Words.Or(Exports.Tables)} as a table, "
                + $"{Words.Or(Exports.Charts)} as a chart.",
            DefaultValueFactory = _ => Exports.Tables[0],
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A table: .csv (all digits), .md or .tex (booktabs), steps also .parquet; a chart: .svg, .pdf or .png. "
                + "A table goes to standard output as Markdown by default.",
        };
        var onnx = new Option<string?>("--onnx")
        {
            Description = "Write the trained network as an ONNX model: one denoising call, circuits as real arithmetic.",
            HelpName = "FILE",
        };
        var label = new Option<string?>("--class") { Description = "With --onnx, which of the networks for a class each." };
        Option<bool> force = CommonOptions.Force();
        var weights = new WeightsArguments();
        var export = new Command("export", "Write a table or chart for a paper, or the network as an ONNX model.")
        { what, output, onnx, label, force };
        source.AddTo(export);
        weights.AddTo(export);
        export.SetAction(parsed =>
        {
            if (parsed.GetValue(onnx) is { } model)
            {
                if (parsed.GetValue(output) is not null)
                    throw new InputException("--onnx writes the network, --output a table or chart; give one of them.");
                if (parsed.IsGiven(what))
                    throw new InputException("--onnx writes the network, --what names a table or chart; give one of them.");
                OutputFile.Require("--onnx", model, ".onnx");
                RunFolder network = ClassNetworks.One(source.Open(parsed), parsed.GetValue(label));
                OnnxModel written = OnnxModel.Of(weights.Open(parsed, network));
                string kept = ResultFile.Write(model, written.ToBytes(), parsed.GetValue(force), makeFolder: false);
                Say(parsed, kept, () => new
                { File = kept, Bytes = new FileInfo(kept).Length, written.Operators, written.Constants });
                return 0;
            }

            if (weights.AreGiven(parsed) || parsed.GetValue(label) is not null)
                throw new InputException("--step, --raw, --from, --allow-earlier and --class choose a network: add --onnx FILE.");
            string path = source.Path(parsed)
                ?? throw new InputException("Of a pretrained model there is only the network to export: add --onnx FILE.");
            string name = parsed.GetValue(what)!;
            MeantRun.RequireExport(path, name);
            if (parsed.GetValue(output) is not { } file)
            {
                if (parsed.GetValue<bool>(Tool.Json))
                    throw new InputException("--json says what was written: add --output FILE.");
                if (Exports.Charts.Contains(name)) throw new InputException($"A chart goes to a file: add --output {name}.svg.");
                Print.Text(Exports.Text(path, catalog, name, ".md", Print.Warning));
                return 0;
            }

            OutputFile.Require("--output", file);
            byte[] content = Exports.Bytes(path, catalog, name, Path.GetExtension(file).ToLowerInvariant(), Print.Warning);
            string place = ResultFile.Write(file, content, parsed.GetValue(force), makeFolder: false);
            Say(parsed, place, () => new { File = place, Bytes = new FileInfo(place).Length });
            return 0;
        });
        return export;
    }

    static void Say<T>(ParseResult parsed, string file, Func<T> facts) where T : notnull
    {
        if (parsed.GetValue<bool>(Tool.Json)) Print.Json(facts());
        else Print.Line(file);
    }
}
