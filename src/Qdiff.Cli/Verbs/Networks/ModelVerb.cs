using System.CommandLine;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff model list|show</c>: the networks by name, their layers and their settings.</summary>
static class ModelVerb
{
    public static Command Create(Catalog catalog)
    {
        Option<string> wiring = CircuitSelection.WiringOption(catalog);
        var list = new Command("list", "List the models with their parameter counts.") { wiring };
        list.SetAction(parsed => List(parsed.GetValue(wiring)!, catalog, parsed.GetValue<bool>(Tool.Json)));

        var source = new RunArguments(catalog, "name",
            "A name of 'qdiff model list' or 'qdiff config list', an experiment (YAML), or a run folder.");
        var set = new Option<string[]>("--set")
        {
            Description = "Change a setting of the experiment: --set model.vertex.layers=2."
        };
        var data = new Option<bool>("--data") { Description = "Print the model's settings as YAML, to start from." };
        Option<string> showWiring = CircuitSelection.WiringOption(catalog);
        var show = new Command("show", "Show a model's layers with shapes and parameter counts.") { showWiring, set, data };
        source.AddTo(show);
        show.SetAction(parsed =>
        {
            string? name = source.Path(parsed);
            if (parsed.GetValue(data) && parsed.GetValue<bool>(Tool.Json))
                throw new InputException("--data prints YAML; leave out --json.");
            if (name is null || !catalog.Networks.Contains(name) && Directory.Exists(name))
            {
                RunFolder trained = source.Open(parsed)[0].Run;
                if (parsed.GetValue(set) is { Length: > 0 } || parsed.IsGiven(showWiring))
                    throw new InputException("What was trained has the settings that it has; leave out --set and --wiring.");
                return parsed.GetValue(data) ? Data(trained.Experiment)
                    : Show(trained.Experiment, [.. trained.Manifest.Data.Shape], parsed.GetValue<bool>(Tool.Json));
            }

            ResolvedExperiment experiment = Chosen(name, parsed.IsGiven(showWiring) ? parsed.GetValue(showWiring) : null,
                parsed.GetValue(set) ?? [], catalog);
            if (parsed.GetValue(data)) return Data(experiment);
            // A model by its name is shown as it is published, unless a data set was named for it.
            bool isPublished = catalog.Networks.Contains(name) && experiment.OriginOf("data.dataset").IsDefault;
            ExperimentConfig config = experiment.Config;
            Shape image = isPublished ? Fitted(config.Data, catalog.Networks[config.Model.Name].Images[0])
                : ImageOf(config, catalog, parsed.GetValue<bool>(Tool.Quiet));
            return Show(experiment, image, parsed.GetValue<bool>(Tool.Json));
        });
        return new Command("model", "Show the models.") { list, show };
    }

    /// <summary>The network of a name as it is published.</summary>
    /// <exception cref="InputException">There is no such model, or it has no such reading.</exception>
    public static Network Published(string name, string wiring, Catalog catalog)
    {
        NamedNetwork network = catalog.Networks[name];
        return new ExperimentConfig { Model = new() { Name = name, Wiring = wiring } }.BuildNetwork(network.Images[0], catalog);
    }

    /// <summary>The images of the configuration's data set, in the size that they are scaled or cut to: as the catalog describes
    /// them, and of a folder as they are. Of a data set that is not described, and of a folder that cannot be read, the model's
    /// usual images are assumed, and that is said.</summary>
    /// <param name="quiet">Whether not to say what is being done; what is assumed is said all the same.</param>
    /// <exception cref="InputException">There is no such data set.</exception>
    public static Shape ImageOf(ExperimentConfig config, Catalog catalog, bool quiet)
    {
        string name = config.Data.Dataset, why = "";
        if (!DataSets.IsFolder(name))
        {
            if (catalog.DataSets.Source(name).Image is { } image) return Fitted(config.Data, image);
        }
        else
        {
            try
            {
                return ProgressLine.While("reading the images", quiet, () => config.Data.Load(catalog)).Shape;
            }
            catch (InputException e)
            {
                why = $": {e.Message}";
            }
        }

        Shape assumed = Fitted(config.Data, catalog.Networks[config.Model.Name].Images[0]);
        Print.Warning($"the images of {name} are not read; images of {assumed} are assumed{why}");
        return assumed;
    }

    static Shape Fitted(DataConfig data, Shape image) =>
        (data.Size ?? data.Crop) is { } side ? [image[0], side, side] : image;

    /// <summary>A model by its name, or the model of an experiment.</summary>
    static ResolvedExperiment Chosen(string name, string? wiring, string[] set, Catalog catalog)
    {
        string[] options = [.. wiring is null ? [] : (string[])[$"model.wiring={wiring}"], .. set];
        if (!catalog.Networks.Contains(name) && Configurations.IsNamed(name)) return Configurations.Load(name, catalog, options);
        return ResolvedExperiment.Parse("", "", catalog, [ResolvedExperiment.Option("model.name", catalog.Networks[name].Name),
            .. options]);
    }

    static int List(string wiring, Catalog catalog, bool json)
    {
        var rows = catalog.Networks.Select(model =>
        {
            Network network = Published(model.Name, model.Wirings.Contains(wiring) ? wiring : model.Wirings[0], catalog);
            return new
            {
                model.Name,
                Image = network.Image.ToString(),
                network.Classes,
                Parameters = network.Parameters.Scalars,
                Angles = network.Circuits.Sum(c => c.Angles?.Count ?? 0),
                model.Summary
            };
        }).ToArray();
        if (json) Print.Json(rows);
        else Print.Table(["name", ">parameters", ">angles", "image", "what"],
            rows.Select(r => new[] { r.Name, $"{r.Parameters:N0}", $"{r.Angles:N0}", r.Image, r.Summary }));
        return 0;
    }

    /// <summary>The settings with what is usual filled in, as a file of an experiment would have them.</summary>
    static int Data(ResolvedExperiment experiment)
    {
        ModelConfig model = experiment.Config.Model;
        ExperimentConfig settled = experiment.Config with { Model = experiment.Catalog.Networks[model.Name].Settled(model) };
        List<string> open = [];
        foreach (Setting setting in experiment.Settings.All)
        {
            string[] parts = setting.Path.Split('.');
            if (parts[0] != "model" || setting.Show(settled) == "null") continue;
            for (int i = 0; i < parts.Length - 1; i++)
            {
                if (i < open.Count && open[i] == parts[i]) continue;
                open = [.. open.Take(i), parts[i]];
                Print.Line($"{new string(' ', 2 * i)}{parts[i]}:");
            }

            open = [.. open.Take(parts.Length - 1)];
            Print.Line($"{new string(' ', 2 * (parts.Length - 1))}{parts[^1]}: {setting.Show(settled)}");
        }

        return 0;
    }

    static int Show(ResolvedExperiment experiment, Shape image, bool json)
    {
        ModelConfig model = experiment.Config.Model;
        Network network = experiment.Config.BuildNetwork(image, experiment.Catalog);
        var rows = network.Layers.Select(layer => new
        {
            layer.Name,
            layer.Kind,
            layer.Inputs,
            Output = layer.Output.ToArray(),
            Parameters = layer.Count(network.Parameters),
            Parts = layer.Parts(network.Parameters).ToDictionary(p => p.Part, p => p.Count),
        }).ToArray();
        if (json)
        {
            Print.Json(new
            {
                model.Name,
                model.Wiring,
                Image = network.Image.ToArray(),
                network.Classes,
                Layers = rows,
                Parameters = network.Parameters.Scalars
            });
            return 0;
        }

        Print.Table([">#", "layer", "kind", ">in", "out", ">parameters", "of which"], rows.Select((r, i) => new[]
        {
            $"{i + 1}", r.Name, r.Kind, $"{r.Inputs}", string.Join('×', r.Output), $"{r.Parameters:N0}",
            string.Join("; ", r.Parts.Select(p => $"{p.Key} {p.Value:N0}")),
        }));
        Print.Line($"{model.Name}, {model.Wiring} wiring: {network.Parameters.Scalars:N0} parameters, for images of "
            + $"{network.Image}");
        return 0;
    }
}
