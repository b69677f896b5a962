using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Finds out, on random data, which parameters of a network can change its output at all, and what else the network does not use.
/// Verdicts of "dead" are reached in double precision against a measured noise floor.
/// </summary>
public static class Audit
{
    /// <summary>
    /// Audits a network at random weights and, if given, at <paramref name="weights"/>. Equal arguments give equal reports.
    /// </summary>
    /// <param name="timesteps">How many timesteps the network is asked for: 0 to one less.</param>
    /// <exception cref="ArgumentException">The weights belong to another network, or one of them is not a number.</exception>
    /// <exception cref="InputException">A circuit is fed what is no number, such as the arcsine of 2.</exception>
    public static AuditReport Run(Network network, Weights? weights = null, long seed = 1, int timesteps = 1000,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(timesteps, 1);
        if (weights is not null) Check(network, weights);
        try
        {
            return Found(network, new(network, weights, seed, timesteps), cancellationToken);
        }
        catch (Exception e) when ((e is AggregateException { InnerException: { } inner } ? inner : e) is AngleNotFiniteException)
        {
            throw new InputException("A circuit of the network gives or is fed what is no number (an arcsine or a logarithm "
                + "outside its range, say), so that the network has no output. Bound what it is fed.", e);
        }
    }

    static AuditReport Found(Network network, AuditDraws draws, CancellationToken cancellationToken)
    {
        long seed = draws.Seed;
        Liveness liveness = Liveness.Measure(network, draws, cancellationToken);
        IReadOnlyList<AuditCircuit> circuits = CircuitAudit.Of(network, liveness, seed);
        AuditParameter[] parameters = [.. network.Parameters.Select(p => Of(network, p, liveness))];
        return new()
        {
            Seed = seed,
            Nominal = parameters.Sum(p => p.Nominal),
            Live = parameters.Sum(p => p.Live),
            Undecided = parameters.Sum(p => p.Undecided),
            Detached = parameters.Sum(p => p.Detached),
            Totals = [.. parameters.GroupBy(p => p.Kind).OrderBy(kind => kind.Key).Select(kind =>
                new AuditTotal(kind.Key, kind.Sum(p => p.Nominal), kind.Sum(p => p.Live), kind.Sum(p => p.Detached),
                    kind.Sum(p => p.Undecided)))],
            Findings = [.. new AuditFindings(network, liveness, circuits, parameters).All()
                .OrderByDescending(finding => finding.Severity)],
            Inputs = liveness.Inputs,
            Circuits = circuits,
            Parameters = parameters,
            Margin = liveness.Margin,
        };
    }

    static AuditParameter Of(Network network, Parameter p, Liveness liveness)
    {
        int[] all = [.. Enumerable.Range(0, p.Count)], dead = [.. all.Where(i => liveness.IsDead(p.Offset + i))];
        int[] undecided = [.. all.Where(i => liveness.IsUndecided[p.Offset + i])];
        int detached = all.Count(i => liveness.IsDetached[p.Offset + i]);
        return new(p.Name, ParameterKinds.Of(network, p), p.Count, p.Count - dead.Length - undecided.Length, detached,
            Ranges(dead), undecided.Length, Ranges(undecided));
    }

    /// <summary><c>0-3, 7</c></summary>
    static string Ranges(int[] indices)
    {
        var ranges = new List<string>();
        for (int i = 0; i < indices.Length;)
        {
            int first = i++;
            while (i < indices.Length && indices[i] == indices[i - 1] + 1) i++;
            ranges.Add(i - first == 1 ? $"{indices[first]}" : $"{indices[first]}-{indices[i - 1]}");
        }

        return string.Join(", ", ranges);
    }

    static void Check(Network network, Weights weights)
    {
        if (weights.Table != network.Parameters)
            throw new ArgumentException("The weights belong to another network than the one to audit.", nameof(weights));
        foreach (Parameter p in network.Parameters)
        {
            ReadOnlySpan<float> values = weights[p];
            for (int i = 0; i < values.Length; i++)
            {
                if (!float.IsFinite(values[i]))
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Number {i} of '{p.Name}' is {values[i]}: such a network has no output to audit."), nameof(weights));
            }
        }
    }
}
