using System.CommandLine;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary><c>qdiff pretrained list|show|path|check|make|redraw</c>: trained models that come with the program, and those that
/// are made of one's own runs.</summary>
static class PretrainedVerb
{
    public static Command Create(EvaluationCatalog catalog) => new("pretrained",
        "Trained models: list, show, check and make them.")
        { List(), Show(), PathOf(), Check(catalog), PretrainedMakeVerb.Create(catalog), Redraw(catalog) };

    static Command List()
    {
        var list = new Command("list", "List the trained models.");
        list.SetAction(parsed =>
        {
            int code = 0;
            List<(string Path, PretrainedCard Card)> models = [];
            foreach (string path in PretrainedModels.Here.All())
            {
                try
                {
                    models.Add((path, PretrainedCard.Read(Path.Combine(path, PretrainedCard.FileName))));
                }
                catch (InputException e)
                {
                    // The others are there all the same.
                    code = Tool.Fail(2, e.Message);
                }
            }

            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(models.Select(model => Row(model.Path, model.Card)));
            else if (models.Count == 0) Print.Line($"no models; they are looked for in {Places()}");
            else
                Print.Table(["name", "model", "data", ">parameters", ">live", ">steps", "metrics"], models.Select(model => new[]
                {
                    Path.GetFileName(model.Path), Networks(model.Card), string.Join(", ", model.Card.Datasets),
                    $"{model.Card.Parameters:N0}", $"{model.Card.Live:N0}", Steps(model.Card), Measured(model.Card),
                }));
            return code;
        });
        return list;
    }

    static Command Show()
    {
        var name = Name();
        var show = new Command("show", "Print a model's card.") { name };
        show.SetAction(parsed =>
        {
            string path = PretrainedModels.Here.Find(parsed.GetRequiredValue(name));
            string file = Path.Combine(path, PretrainedCard.FileName);
            if (!PretrainedModel.Exists(path)) throw new InputException($"{path} is no pretrained model.");
            PretrainedCard card = PretrainedCard.Read(file);
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(Row(path, card));
            else Print.Text(TextFile.Read(file));
            return 0;
        });
        return show;
    }

    static Command PathOf()
    {
        var name = Name();
        var path = new Command("path", "Print the folder of a model.") { name };
        path.SetAction(parsed =>
        {
            string folder = Path.GetFullPath(PretrainedModels.Here.Find(parsed.GetRequiredValue(name)));
            if (!PretrainedModel.Exists(folder)) throw new InputException($"{folder} is no pretrained model.");
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { Path = folder });
            else Print.Line(folder);
            return 0;
        });
        return path;
    }

    static Command Check(EvaluationCatalog catalog)
    {
        var names = Names();
        var check = new Command("check", "Compare weights, settings and card of models, and draw their samples again.") { names };
        check.SetAction(parsed =>
        {
            bool quiet = parsed.GetValue<bool>(Tool.Quiet);
            using var interruption = new Interruption();
            int code = 0;
            List<(PretrainedModel Model, PretrainedCheck Drawn)> rows = [];
            foreach (string path in Chosen(parsed.GetValue(names) ?? []))
            {
                try
                {
                    PretrainedModel model = PretrainedModel.Open(path, catalog);
                    PretrainedCheck drawn = ProgressLine.While($"drawing the samples of {model.Name}", quiet,
                        () => model.Check(interruption.Token));
                    if (!drawn.Passes) code = Math.Max(code, 1);
                    rows.Add((model, drawn));
                }
                catch (InputException e)
                {
                    // The others can be checked all the same.
                    code = Tool.Fail(2, e.Message);
                }
            }

            if (rows.Count == 0 && code != 0) return code;
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(rows.Select(row => new
                {
                    row.Model.Name,
                    row.Drawn.Passes,
                    row.Drawn.Equal,
                    row.Drawn.SameArithmetic,
                    row.Drawn.Difference,
                }));
            else
                Print.Table(["name", "weights", "samples", ">difference of 255"], rows.Select(row => new[]
                {
                    row.Model.Name, "as the card says", Verdict(row.Drawn),
                    row.Drawn.Difference.ToString("0.####", CultureInfo.InvariantCulture),
                }));
            return code;
        });
        return check;
    }

    static Command Redraw(EvaluationCatalog catalog)
    {
        var names = Names();
        var redraw = new Command("redraw",
            "Draw the samples of models again, of those named or of all, and say in their cards with what arithmetic.") { names };
        redraw.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            bool json = parsed.GetValue<bool>(Tool.Json);
            string[] paths = [.. Chosen(parsed.GetValue(names) ?? [])];
            foreach (string path in paths)
            {
                PretrainedMaking.Redraw(PretrainedModel.Open(path, catalog), interruption.Token);
                if (!json) Print.Line(path);
            }

            if (json) Print.Json(paths.Select(path => new { Path = path }));
            return 0;
        });
        return redraw;
    }

    /// <summary>A model for machines.</summary>
    public static object Row(string path, PretrainedCard card) => new
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)),
        card.Model,
        card.Wiring,
        Dataset = card.Datasets[0],
        card.Parameters,
        card.Live,
        Networks = card.WeightFiles.Count,
        card.Steps,
        card.SourceSteps,
        card.Seed,
        card.Sha256,
        card.License,
        Path = Path.GetFullPath(path),
        Metrics = card.Measured,
    };

    /// <summary>With those of the network that it began with before them.</summary>
    static string Steps(PretrainedCard card) => (card.SourceSteps > 0 ? $"{card.SourceSteps:N0} + " : "") + $"{card.Steps:N0}";

    static string Verdict(PretrainedCheck drawn) => drawn switch
    {
        { Equal: true } => "the same bit for bit",
        { Passes: true } => "close; this machine computes otherwise",
        _ => "OTHERS",
    };

    static string Networks(PretrainedCard card) =>
        card.WeightFiles.Count == 1 ? card.Model : $"{card.WeightFiles.Count} × {card.Model}";

    /// <summary>The first metrics of the card, for a look.</summary>
    static string Measured(PretrainedCard card) => string.Join(", ", card.Measured.Take(3).Select(metric =>
        string.Create(CultureInfo.InvariantCulture, $"{metric.Protocol.Split(' ')[0]} {metric.Value:G3}")));

    static string Places() => PretrainedModels.Here.Places is { Count: > 0 } places ? string.Join(", ", places)
        : $"the folders that {PretrainedModels.Variable} names and beside the program";

    static IReadOnlyList<string> Chosen(string[] names) =>
        names.Length == 0 ? PretrainedModels.Here.All() : [.. names.Select(PretrainedModels.Here.Find)];

    static Argument<string> Name() => new("name")
    { Description = "A name of 'qdiff pretrained list', or the folder of a model." };

    static Argument<string[]> Names() => new("name")
    {
        Description = "Names of 'qdiff pretrained list' or folders of models; all by default.",
        Arity = ArgumentArity.ZeroOrMore,
    };
}
