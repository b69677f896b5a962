using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff config list|show|keys</c>: the experiments that come with the program; what one is set to and where each value came
/// from; what can be set.
/// </summary>
static class ConfigVerb
{
    public static Command Create(Catalog catalog) =>
        new("config", "Show configurations.") { List(catalog), Show(catalog), Keys(catalog) };

    static Command List(Catalog catalog)
    {
        var list = new Command("list", "List the configurations that come with the program.");
        list.SetAction(parsed =>
        {
            var rows = Configurations.Names.Select(name =>
            {
                string text = Configurations.BuiltIn(name)!;
                ExperimentConfig config = ResolvedExperiment.Parse(text, name, catalog).Config;
                return new
                {
                    Name = name,
                    Model = config.Model.Name,
                    config.Model.Wiring,
                    Control = config.Model.Control.Name,
                    config.Data.Dataset,
                    Length = config.Training.Epochs is { } epochs
                        ? FormattableString.Invariant($"{epochs:N0} epoch{(epochs == 1 ? "" : "s")}")
                        : FormattableString.Invariant($"{config.Training.Steps:N0} steps"),
                    What = string.Join(' ', Configurations.Heading(text).Select(line => line.TrimStart('#', ' '))),
                };
            }).ToArray();
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(rows);
            else
            {
                Print.Table(["name", "model", "data set", ">length", "what"],
                    rows.Select(r => new[]
                    { r.Name, Variant(r.Model, r.Wiring, r.Control), r.Dataset, r.Length, Beginning(r.What) }));
                Print.Line("'qdiff config show NAME --raw > mine.yaml' is one to start from; --config takes names and files");
            }

            return 0;
        });
        return list;

        // What makes it another network than the published one of its name.
        static string Variant(string model, string wiring, string control) => model
            + (wiring == ModelConfig.UsualWiring ? "" : $", {wiring}")
            + (control == Control.None.Name ? "" : $", {control}");

        // The first sentence says which it is; the rest is in the file.
        static string Beginning(string text) => text.Split(": ")[0].Split(". ")[0].TrimEnd('.');
    }

    static Command Show(Catalog catalog)
    {
        var file = new Argument<string?>("file")
        {
            Description = "An experiment (YAML), a name of 'qdiff config list' or a run folder; the defaults without it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Override a setting: --set training.steps=2000. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var raw = new Option<bool>("--raw") { Description = "Print the file as it was written, to start a new one from." };
        var show = new Command("show", "Print every value and where it came from, as YAML.") { file, set, raw };
        show.SetAction(parsed =>
        {
            string[] overrides = parsed.GetValue(set) ?? [];
            string? path = parsed.GetValue(file);
            if (Directory.Exists(path) && RunFolder.Exists(path)) path = Path.Combine(path, RunFolder.ConfigFile);
            if (parsed.GetValue(raw) && path is null)
                throw new InputException("--raw prints a file: name one, such as those of 'qdiff config list'.");
            if (parsed.GetValue(raw) && (overrides.Length > 0 || parsed.GetValue<bool>(Tool.Json)))
                throw new InputException("--raw prints a file as it was written; leave out --set and --json.");
            (string text, string source) = path is null ? ("", "default") : Configurations.Read(path);
            // What is no experiment is refused before it is printed.
            var experiment = ResolvedExperiment.Parse(text, source, catalog, overrides, Configurations.Option);
            if (parsed.GetValue(raw))
            {
                Print.Text(text);
                return 0;
            }

            if (parsed.GetValue<bool>(Tool.Json))
            {
                Print.Json(experiment.Settings.All.Select(setting => new
                {
                    setting.Path,
                    Value = setting.Show(experiment.Config),
                    Origin = experiment.OriginOf(setting.Path).ToString(),
                }));
            }
            else
            {
                foreach (string line in Configurations.Heading(text)) Print.Line(line);
                Print.Text(experiment.ToYaml());
            }

            return 0;
        });
        return show;
    }

    static Command Keys(Catalog catalog)
    {
        var keys = new Command("keys", "List every setting with its default and what is allowed.");
        keys.SetAction(parsed =>
        {
            var rows = new ExperimentSettings(catalog).All
                .Select(setting => new
                {
                    setting.Path,
                    Default = setting.Show(new()),
                    setting.Summary,
                    setting.Expected
                }).ToArray();
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(rows);
            else foreach (var row in rows)
            {
                Print.Wrapped($"{row.Path}: {row.Default}", indent: 0);
                Print.Wrapped($"{row.Summary}; {row.Expected}", indent: 4);
            }

            return 0;
        });
        return keys;
    }
}
