using System.CommandLine;
using Qdiff.Quantum;

namespace Qdiff.Cli;

/// <summary><c>qdiff model list|show</c>: the published networks and their layers.</summary>
static class ModelVerb
{
    public static Argument<string> Name { get; } = new("name") { Description = "A name of 'qdiff model list'." };

    public static Option<Wiring> WiringOption() => new("--wiring")
    {
        Description = "paper: what the text says; released: what the published code does; repaired: that code without its slips.",
        DefaultValueFactory = _ => Wiring.Paper,
    };

    public static Command Create()
    {
        Option<Wiring> wiring = WiringOption();
        var list = new Command("list", "List the published models with their parameter counts.") { wiring };
        list.SetAction(parsed => List(parsed.GetValue(wiring), parsed.GetValue(Tool.Json)));

        Option<Wiring> showWiring = WiringOption();
        var show = new Command("show", "Show a model's layers with shapes and parameter counts.") { Name, showWiring };
        show.SetAction(parsed => Show(parsed.GetRequiredValue(Name), parsed.GetValue(showWiring), parsed.GetValue(Tool.Json)));
        return new Command("model", "Show the published models.") { list, show };
    }

    static int List(Wiring wiring, bool json)
    {
        var rows = PublishedModels.All.Select(model =>
        {
            Network network = model.Build(wiring);
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

    static int Show(string name, Wiring wiring, bool json)
    {
        Network network = PublishedModels.Named(name).Build(wiring);
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
                Name = name,
                Wiring = wiring,
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
        Print.Line($"{name}, {wiring.ToString().ToLowerInvariant()} wiring: {network.Parameters.Scalars:N0} parameters");
        return 0;
    }
}
