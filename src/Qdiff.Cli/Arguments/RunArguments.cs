using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>What was trained, as a verb takes it: the folder of a run or of a network for each class, or a pretrained
/// model.</summary>
sealed class RunArguments(Catalog catalog, string name, string description)
{
    readonly Argument<string?> path = new(name)
    { Description = description, Arity = ArgumentArity.ZeroOrOne };

    readonly Option<string?> pretrained = Pretrained();

    /// <summary>The option that names a pretrained model.</summary>
    public static Option<string?> Pretrained() => new("--pretrained")
    { Description = "A model of 'qdiff pretrained list', or its folder, instead." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(path);
        verb.Add(pretrained);
    }

    /// <summary>The path that was given, if it was no pretrained model.</summary>
    /// <exception cref="InputException">Neither was given, or both.</exception>
    public string? Path(ParseResult parsed) => (parsed.GetValue(path), parsed.GetValue(pretrained)) switch
    {
        ({ } given, null) => given,
        (null, { }) => null,
        (null, null) => throw new InputException($"Say which {name}, or name a model with --pretrained NAME."),
        _ => throw new InputException($"{parsed.GetValue(path)} and --pretrained both say what was trained; give one."),
    };

    /// <summary>The networks that were named: one, or one for each class with its label.</summary>
    /// <exception cref="InputException">There is no such run or model.</exception>
    public IReadOnlyList<(int? Label, RunFolder Run)> Open(ParseResult parsed) =>
        TryOpen(parsed) is { Count: > 0 } networks ? networks : [(null, RunFolder.Open(Path(parsed)!, catalog))];

    /// <summary>The same; nothing if the path leads to no run.</summary>
    public IReadOnlyList<(int? Label, RunFolder Run)> TryOpen(ParseResult parsed) =>
        Path(parsed) is { } given ? At(given)
            : PretrainedModel.Named(parsed.GetValue(pretrained)!, catalog).Networks;

    IReadOnlyList<(int? Label, RunFolder Run)> At(string given)
    {
        MeantRun.Require(given, orPretrained: true);
        return In(given, catalog);
    }

    /// <summary>The networks in a folder; none if it is of no run.</summary>
    public static IReadOnlyList<(int? Label, RunFolder Run)> In(string folder, Catalog catalog) =>
        PretrainedModel.Exists(folder) ? PretrainedModel.Open(folder, catalog).Networks
        : RunFolder.Exists(folder) ? [(null, RunFolder.Open(folder, catalog))]
        : [.. ClassSweep.RunsIn(folder, catalog).Select(network => ((int?)network.Label, network.Run))];

    /// <summary>Where what is made of the networks goes: the run's folder, or that around the runs of all classes.</summary>
    public static string PlaceOf(IReadOnlyList<(int? Label, RunFolder Run)> networks) =>
        networks[0].Label is null ? networks[0].Run.Path : System.IO.Path.GetDirectoryName(networks[0].Run.Path)!;
}
