using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff config show|keys</c>: what an experiment is set to and where each value came from; what can be set.
/// </summary>
static class ConfigVerb
{
    public static Command Create() => new("config", "Show configurations.") { Show(), Keys() };

    static Command Show()
    {
        var file = new Argument<string?>("file")
        {
            Description = "An experiment (YAML) or a run folder; the defaults without it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Override a setting: --set training.steps=2000. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var show = new Command("show", "Print every value and where it came from, as YAML.") { file, set };
        show.SetAction(parsed =>
        {
            string[] overrides = parsed.GetValue(set) ?? [];
            string? path = parsed.GetValue(file);
            if (Directory.Exists(path)) path = Path.Combine(path, RunFolder.ConfigFile);
            ResolvedExperiment experiment = path is null
                ? ResolvedExperiment.Parse("", "default", overrides)
                : ResolvedExperiment.Load(path, overrides);
            if (parsed.GetValue(Tool.Json))
            {
                Print.Json(ExperimentSettings.All.Select(setting => new
                {
                    setting.Path,
                    Value = setting.Show(experiment.Config),
                    Origin = experiment.OriginOf(setting.Path).ToString(),
                }));
            }
            else Print.Text(experiment.ToYaml());

            return 0;
        });
        return show;
    }

    static Command Keys()
    {
        var keys = new Command("keys", "List every setting with its default and what is allowed.");
        keys.SetAction(parsed =>
        {
            var rows = ExperimentSettings.All
                .Select(setting => new
                {
                    setting.Path,
                    Default = setting.Show(new()),
                    setting.Summary,
                    setting.Expected
                }).ToArray();
            if (parsed.GetValue(Tool.Json)) Print.Json(rows);
            else Print.Table(["setting", "default", "what", "allowed"],
                rows.Select(r => new[] { r.Path, r.Default, r.Summary, r.Expected }));
            return 0;
        });
        return keys;
    }
}
