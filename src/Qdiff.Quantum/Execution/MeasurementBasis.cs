namespace Qdiff.Quantum;

/// <summary>
/// What a device measures of a circuit in the same shots, behind gates that turn wires to Z: Pauli strings that agree on every
/// wire that two of them act on. Read-outs of Z and its products, for one, are all measured together.
/// </summary>
public sealed class MeasurementBasis
{
    readonly List<(int ReadOut, List<(double Coefficient, PauliString Pauli)> Terms)> readOuts = [];
    PauliString pauli;

    MeasurementBasis()
    {
    }

    /// <summary><c>Z</c> for all wires as they are; else the letter that each wire is turned from, wire 0 first.</summary>
    public string Name => pauli.IsDiagonal ? "Z" : pauli.ToString();

    /// <summary>The read-outs by their numbers, each with those of its terms that are measured here.</summary>
    internal IReadOnlyList<(int ReadOut, List<(double Coefficient, PauliString Pauli)> Terms)> ReadOuts => readOuts;

    /// <summary>
    /// The bases in which these read-outs are measured, one at least: term by term, each in the first basis that it agrees with.
    /// The identity agrees with all.
    /// </summary>
    public static IReadOnlyList<MeasurementBasis> Of(IReadOnlyList<Observable> readOuts)
    {
        List<MeasurementBasis> bases = [new()];
        for (int r = 0; r < readOuts.Count; r++)
            foreach ((double coefficient, PauliString term) in readOuts[r].Terms)
            {
                MeasurementBasis? basis = bases.Find(one => one.AgreesWith(term));
                if (basis is null) bases.Add(basis = new());
                basis.Take(r, coefficient, term);
            }

        return bases;
    }

    bool AgreesWith(PauliString other) =>
        (((pauli.XBits ^ other.XBits) | (pauli.ZBits ^ other.ZBits)) & pauli.Support & other.Support) == 0;

    void Take(int readOut, double coefficient, PauliString term)
    {
        pauli = new(pauli.XBits | term.XBits, pauli.ZBits | term.ZBits);
        if (readOuts.Count == 0 || readOuts[^1].ReadOut != readOut) readOuts.Add((readOut, []));
        readOuts[^1].Terms.Add((coefficient, term));
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
        return Qasm.Write(new(bound.Qubits, [.. bound.Gates, .. Turn()], 0, 0, bound.Start, bound.Ancillas))
            + Invariant($"bit[{bound.Qubits - bound.Ancillas}] c;\nc = measure q;\n");
    }

    /// <summary>Adds what counts say to the read-outs and to the squares of their standard errors, which are NaN of a single
    /// shot. Terms of a read-out are added shot by shot, for those of one shot depend on each other.</summary>
    /// <param name="counts">How often each outcome was seen: a digit a wire, wire 0 first.</param>
    /// <param name="means">A number for each read-out, 0 before the first basis.</param>
    /// <param name="variances">The same.</param>
    /// <param name="readOut">The noise whose errors of the read-out are taken back, as by <see cref="ErrorMitigation"/>; null
    /// for none.</param>
    /// <exception cref="ArgumentException">An outcome is no row of 0 and 1 or lacks a wire that is read, a count is negative, there
    /// are none, or a wire's errors leave nothing to invert.</exception>
    public void Add(IReadOnlyDictionary<string, int> counts, Span<double> means, Span<double> variances,
        NoiseModel? readOut = null)
    {
        if (counts.Values.Any(times => times < 0) || counts.Values.All(times => times == 0))
            throw new ArgumentException("counts are 0 or more, and not all of them 0", nameof(counts));
        (ulong Bits, double Times)[] outcomes = [.. counts.Select(pair => (Bits(pair.Key), (double)pair.Value))];
        foreach ((int r, List<(double Coefficient, PauliString Pauli)> terms) in readOuts)
        {
            (double mean, double variance) = MeanVariance.Of(outcomes.Select(outcome =>
                (terms.Sum(term => term.Coefficient * Value(term.Pauli, outcome.Bits)), outcome.Times)));
            means[r] += mean;
            variances[r] += variance;
        }

        double Value(PauliString term, ulong outcome) =>
            readOut is null ? term.Sign(outcome) : ErrorMitigation.Inverted(term, outcome, readOut);
    }

    /// <summary>The circuit with the gates that turn to this basis, which have no noise.</summary>
    internal NoisyCircuit Turned(NoisyCircuit circuit) => pauli.IsDiagonal ? circuit : circuit.ThenIdeal([.. Turn()]);

    /// <summary>H turns X into Z; S†, then H turn Y into Z.</summary>
    IEnumerable<Gate> Turn()
    {
        foreach (int wire in WireGraph.Bits(pauli.XBits))
        {
            if ((pauli.ZBits >> wire & 1) != 0) yield return Gate.Phase(wire, Angle.Fixed(-Math.PI / 2));
            yield return Gate.H(wire);
        }
    }

    ulong Bits(string outcome)
    {
        if (outcome.Length > Circuit.MaxQubits || outcome.AsSpan().ContainsAnyExcept('0', '1'))
            throw new ArgumentException($"the outcome '{outcome}' is not a 0 or 1 for each wire");
        if (pauli.Support >> outcome.Length != 0)
            throw new ArgumentException($"the outcome {outcome} has no digit of a wire that is read");
        ulong bits = 0;
        for (int wire = 0; wire < outcome.Length; wire++) bits |= (outcome[wire] == '1' ? 1UL : 0) << wire;
        return bits;
    }
}
