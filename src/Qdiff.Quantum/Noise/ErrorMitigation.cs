namespace Qdiff.Quantum;

/// <summary>What can be taken back of noise without a better device, at the price of variance.</summary>
public static class ErrorMitigation
{
    /// <summary>
    /// The inverse confusion matrix: of each shot every factor Z, or what was turned to Z, that was read as ±1 counts as
    /// (±1 − Offset)/Slope, whose mean is that of the factor if the read-out errors are as <paramref name="noise"/> says. Without
    /// bias; the variance grows by 1/Slope² a factor.
    /// </summary>
    /// <param name="counts">In the one basis of the read-outs.</param>
    /// <remarks>Bravyi et al. 2021, arXiv 2006.14044: errors of different wires are independent here.</remarks>
    /// <returns>The mean of each read-out and its standard error, NaN of a single shot.</returns>
    /// <exception cref="ArgumentException">The read-outs take several bases, an outcome lacks a wire that is read, or a wire's
    /// errors leave nothing to invert.</exception>
    public static (double[] Means, double[] StandardErrors) InvertReadOut(IReadOnlyDictionary<string, int> counts,
        IReadOnlyList<Observable> readOuts, NoiseModel noise) =>
        MeasurementBasis.Of(readOuts) is [var only] ? InvertReadOut([(only, counts)], readOuts.Count, noise)
            : throw new ArgumentException("the read-outs are not measured in one basis; give the shots of all", nameof(readOuts));

    /// <summary>The same of shots in any bases.</summary>
    /// <exception cref="ArgumentException">A wire's errors leave nothing to invert.</exception>
    public static (double[] Means, double[] StandardErrors) InvertReadOut(CircuitShots shots, NoiseModel noise) =>
        InvertReadOut(shots.CountsByBasis, shots.Means.Length, noise);

    static (double[] Means, double[] StandardErrors) InvertReadOut(
        IReadOnlyList<(MeasurementBasis Basis, IReadOnlyDictionary<string, int> Counts)> measured, int readOuts, NoiseModel noise)
    {
        (double[] means, double[] variances) = (new double[readOuts], new double[readOuts]);
        foreach ((MeasurementBasis basis, IReadOnlyDictionary<string, int> counts) in measured)
            basis.Add(counts, means, variances, noise);
        return (means, Array.ConvertAll(variances, Math.Sqrt));
    }

    /// <summary>What an outcome of wires that were turned to Z counts for this product.</summary>
    internal static double Inverted(PauliString pauli, ulong outcome, NoiseModel noise)
    {
        double product = 1;
        foreach (int wire in WireGraph.Bits(pauli.Support))
        {
            ReadOutError error = noise.ReadOutOf(wire);
            if (Math.Abs(error.Slope) < 1e-6)
                throw new ArgumentException($"what is read of wire {wire} does not depend on it, as p10 + p01 is 1");
            product *= (((outcome >> wire & 1) == 0 ? 1 : -1) - error.Offset) / error.Slope;
        }

        return product;
    }

    /// <summary>
    /// Zero-noise extrapolation by folding: each gate G becomes G, or G G⁻¹ G, or G G⁻¹ G G⁻¹ G, whose noise is 1, 3 or 5 times
    /// as strong; the polynomial through the expectations is read at 0.
    /// </summary>
    /// <param name="scales">Odd numbers, each once.</param>
    /// <param name="expectations">Values and standard errors of a folded circuit.</param>
    /// <remarks>Giurgica-Tiron et al. 2020, arXiv 2005.10921.</remarks>
    public static (double[] Values, double[] StandardErrors) ExtrapolateToZero(IReadOnlyList<int> scales,
        Func<int, (double[] Values, double[] StandardErrors)> expectations)
    {
        if (scales.Count < 2 || scales.Distinct().Count() < scales.Count || scales.Any(scale => scale < 1 || scale % 2 == 0))
            throw new ArgumentException("Noise is scaled by two or more different odd numbers.", nameof(scales));
        (double[] Values, double[] StandardErrors)[] measured = [.. scales.Select(expectations)];
        // Lagrange's polynomials at 0.
        double[] factors = [.. scales.Select(own => scales.Where(other => other != own).Aggregate(1.0,
            (product, other) => product * other / (other - own)))];
        int count = measured[0].Values.Length;
        return ([.. Enumerable.Range(0, count).Select(r => factors.Zip(measured, (f, m) => f * m.Values[r]).Sum())],
            [.. Enumerable.Range(0, count).Select(r =>
                Math.Sqrt(factors.Zip(measured, (f, m) => Math.Pow(f * m.StandardErrors[r], 2)).Sum()))]);
    }

    /// <summary>The circuit with every gate as it is written folded so that it is run <paramref name="scale"/> times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not odd.</exception>
    public static Circuit Folded(Circuit circuit, int scale)
    {
        if (scale < 1 || scale % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "A gate is run an odd number of times.");
        NoisyCircuit written = NoisyCircuit.Of(circuit, NoiseModel.None);
        return new(circuit.Qubits, written.Steps.SelectMany(step => Enumerable.Range(0, scale)
            .SelectMany(i => Again(step.Gates, i % 2 == 0 ? step.Gates : step.Gates.Reverse().Select(gate => gate.Inverse)))),
            circuit.Inputs, circuit.Weights, circuit.Start, circuit.Ancillas);

        // A gate that is written once more is another gate. What undoes it has its noise, although a phase undoes S and T.
        static IEnumerable<Gate> Again(IReadOnlyList<Gate> step, IEnumerable<Gate> gates)
        {
            WrittenGate? old = step[0].Written;
            WrittenGate copy = new(old?.Wires ?? step[0].Wires, null)
            {
                IsConditional = old is { IsConditional: true },
                Kinds = old?.Kinds ?? [.. step.Select(gate => gate.Kind)],
            };
            return gates.Select(gate => gate with { Written = copy });
        }
    }
}
