namespace Qdiff.Quantum;

/// <summary>
/// What a device measures of a circuit in the same shots. Read-outs of Z and its products are measured together; if one is of X
/// or Y, each Pauli string has shots of its own, behind gates that turn its wires to Z.
/// </summary>
public sealed class MeasurementBasis
{
    readonly (int ReadOut, double Coefficient, PauliString Pauli)[] terms;
    readonly PauliString turned;

    MeasurementBasis((int ReadOut, double Coefficient, PauliString Pauli)[] terms, PauliString turned) =>
        (this.terms, this.turned) = (terms, turned);

    /// <summary><c>Z</c> for all wires as they are; else the Pauli string, wire 0 first.</summary>
    public string Name => turned == default ? "Z" : turned.ToString();

    /// <summary>The bases in which these read-outs are measured.</summary>
    public static IReadOnlyList<MeasurementBasis> Of(IReadOnlyList<Observable> readOuts)
    {
        (int, double, PauliString Pauli)[] all = [.. readOuts.SelectMany((readOut, r) =>
            readOut.Terms.Select(term => (r, term.Coefficient, term.Pauli)))];
        return all.All(term => term.Pauli.IsDiagonal) ? [new(all, default)] : [.. all.Select(term =>
            new MeasurementBasis([term], term.Pauli))];
    }

    /// <summary>
    /// The circuit at these numbers as OpenQASM 3, with the gates that turn to this basis and the measurement of every wire that
    /// is read: bit i of <c>c</c> is wire i. Gates that a program defines are the gates of its definition.
    /// </summary>
    /// <exception cref="ArgumentException">The counts do not fit, a number is not finite, or the circuit starts from
    /// amplitudes.</exception>
    public string Write(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        Circuit bound = BoundCircuit.Bind(circuit.AsWritten(), inputs, weights);
        return Qasm.Write(new(bound.Qubits, [.. bound.Gates, .. Turn(turned)], 0, 0, bound.Start, bound.Ancillas))
            + Invariant($"bit[{bound.Qubits - bound.Ancillas}] c;\nc = measure q;\n");
    }

    /// <summary>Adds what counts say to the read-outs and to the squares of their standard errors, which are NaN of a single
    /// shot.</summary>
    /// <param name="counts">How often each outcome was seen: a digit a wire, wire 0 first.</param>
    /// <param name="means">A number for each read-out, 0 before the first basis.</param>
    /// <param name="variances">The same.</param>
    public void Add(IReadOnlyDictionary<string, int> counts, Span<double> means, Span<double> variances)
    {
        (ulong Bits, double Times)[] outcomes = [.. counts.Select(pair => (Bits(pair.Key), (double)pair.Value))];
        foreach (var readOut in terms.GroupBy(term => term.ReadOut))
        {
            (double mean, double variance) = MeanVariance.Of(outcomes.Select(outcome =>
                (readOut.Sum(term => term.Coefficient * term.Pauli.Sign(outcome.Bits)), outcome.Times)));
            means[readOut.Key] += mean;
            variances[readOut.Key] += variance;
        }
    }

    /// <summary>H turns X into Z; S†, then H turn Y into Z.</summary>
    internal static IEnumerable<Gate> Turn(PauliString pauli)
    {
        foreach (int wire in WireGraph.Bits(pauli.XBits))
        {
            if ((pauli.ZBits >> wire & 1) != 0) yield return Gate.Phase(wire, Angle.Fixed(-Math.PI / 2));
            yield return Gate.H(wire);
        }
    }

    static ulong Bits(string outcome)
    {
        ulong bits = 0;
        for (int wire = 0; wire < outcome.Length; wire++) bits |= (outcome[wire] == '1' ? 1UL : 0) << wire;
        return bits;
    }
}
