using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What a transfer did with each parameter of the new network.</summary>
/// <param name="Copied">Same name and shape in the source: its numbers were taken.</param>
/// <param name="New">Not in the source, of another shape, or excepted: freshly initialised.</param>
/// <param name="Frozen">Will not be trained.</param>
/// <param name="SourceSteps">Steps that the source had been trained.</param>
public sealed record WeightTransfer(IReadOnlyList<Parameter> Copied, IReadOnlyList<Parameter> New,
    IReadOnlyList<Parameter> Frozen, long SourceSteps)
{
    /// <summary>Copies from the source's latest checkpoint into <paramref name="state"/>, weights and average alike; the moments
    /// stay zero.</summary>
    /// <exception cref="InputException">The source has no checkpoint, shares no parameter, or a name that is frozen or excepted
    /// fits nothing; the state is as it was.</exception>
    /// <exception cref="InvalidOperationException">Somebody computes from the state's weights or their average, or changes
    /// them.</exception>
    public static WeightTransfer Apply(TrainingState state, RunFolder source, TransferConfig config)
    {
        TrainedRun trained = TrainedRun.Open(source, raw: source.Pretrained?.Raw ?? !config.CopyAverage);
        RequireFitting(state.Network, "transfer.except", config.Except);
        var copied = new List<(Parameter To, Parameter From)>();
        var fresh = new List<Parameter>();
        foreach (Parameter p in state.Network.Parameters)
        {
            if (!StartsWithOneOf(p, config.Except) && trained.Network.Parameters.Find(p.Name) is { } from
                && from.Shape == p.Shape) copied.Add((p, from));
            else fresh.Add(p);
        }

        if (copied.Count == 0)
            throw new InputException($"The run {source.Path} ({source.Experiment.Config.Model.Name}) shares no parameter with "
                + "the new network; nothing can be transferred.");
        IReadOnlyList<Parameter> frozen = FrozenBy(state.Network, config);
        using IDisposable weights = state.Weights.BeginChange(), average = state.Average.BeginChange();
        foreach ((Parameter to, Parameter from) in copied) trained.Weights[from].CopyTo(state.Weights[to]);
        state.Weights.Refresh();
        state.Weights.Values.CopyTo(state.Average.Values);
        state.Average.Refresh();
        return new([.. copied.Select(pair => pair.To)], fresh, frozen, trained.Step);
    }

    /// <summary>The parameters that the configuration freezes.</summary>
    public static IReadOnlyList<Parameter> FrozenBy(Network network, TransferConfig config)
    {
        RequireFitting(network, "transfer.freeze", config.Freeze);
        return [.. network.Parameters.Where(p => StartsWithOneOf(p, config.Freeze))];
    }

    /// <summary>Those of these beginnings that a parameter of the network has.</summary>
    public static IEnumerable<string> Fitting(Network network, IReadOnlyList<string> prefixes) => prefixes.Where(prefix =>
        network.Parameters.Any(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)));

    /// <exception cref="InputException">One fits nothing.</exception>
    static void RequireFitting(Network network, string setting, IReadOnlyList<string> prefixes)
    {
        if (prefixes.Except(Fitting(network, prefixes)).FirstOrDefault() is { } prefix)
            throw new InputException($"{setting}: no parameter's name starts with '{prefix}'; see the network's layers.");
    }

    static bool StartsWithOneOf(Parameter p, IReadOnlyList<string> prefixes) =>
        prefixes.Any(prefix => p.Name.StartsWith(prefix, StringComparison.Ordinal));
}
