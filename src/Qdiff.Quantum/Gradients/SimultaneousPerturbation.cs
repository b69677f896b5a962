namespace Qdiff.Quantum;

/// <summary>
/// The gradient from two circuits, however many angles there are: all numbers are moved at once by ±c, and the difference is
/// divided by each move. Its mean is the gradient up to terms in c²; its variance grows with the number of angles.
/// </summary>
/// <remarks>Spall 1992, "Multivariate stochastic approximation using a simultaneous perturbation gradient
/// approximation".</remarks>
public static class SimultaneousPerturbation
{
    /// <summary>Radians by which angles are moved if nobody says otherwise: far enough that shots see it.</summary>
    public const double UsualMove = 0.1;

    /// <summary>
    /// The derivatives of all expectations by every input and weight, the mean of so many random moves of all angles. Row i is
    /// the derivative by input (weight) i.
    /// </summary>
    /// <param name="readOuts">How many expectations there are.</param>
    /// <param name="expectations">Of a circuit whose angles are numbers: exact ones, or means of shots.</param>
    /// <param name="random">Of the signs of the moves.</param>
    /// <param name="size">c, in radians.</param>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes, or a count is wrong.</exception>
    public static (double[][] ByInput, double[][] ByWeight) Jacobian(Circuit circuit, double[] inputs, double[] weights,
        int readOuts, int repetitions, Func<Circuit, double[]> expectations, Random random, double size = UsualMove)
    {
        if (repetitions < 1)
            throw new ArgumentOutOfRangeException(nameof(repetitions), repetitions, "At least one repetition is needed.");
        if (!(size > 0 && double.IsFinite(size)))
            throw new ArgumentOutOfRangeException(nameof(size), size, "A move has a size above 0.");
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException("Amplitudes are not angles, so that they cannot be moved.", nameof(circuit));
        circuit = circuit.AsWritten();
        Circuit bound = BoundCircuit.Bind(circuit, inputs, weights);
        (int Gate, int Angle)[] places = [.. circuit.Gates.SelectMany((gate, g) => Enumerable.Range(0, gate.Spec.Angles)
            .Where(k => gate.Angles[k].Source != AngleSource.Fixed).Select(k => (g, k)))];
        double[][] byInput = Rows(inputs.Length), byWeight = Rows(weights.Length);
        double[] ofInputs = new double[inputs.Length], ofWeights = new double[weights.Length];
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            double[] moves = Moves(places.Length, random, size);
            double[] above = expectations(Moved(1)), below = expectations(Moved(-1));
            for (int r = 0; r < readOuts; r++)
            {
                Array.Clear(ofInputs);
                Array.Clear(ofWeights);
                for (int p = 0; p < places.Length; p++)
                    BoundCircuit.AddChainRule(circuit.Gates[places[p].Gate].Angles[places[p].Angle],
                        (above[r] - below[r]) / (2 * moves[p] * repetitions), inputs, weights, ofInputs, ofWeights);
                for (int i = 0; i < ofInputs.Length; i++) byInput[i][r] += ofInputs[i];
                for (int i = 0; i < ofWeights.Length; i++) byWeight[i][r] += ofWeights[i];
            }

            // Angles and not inputs and weights: of a weight in turns a move of 0.1 would be a tenth of a turn.
            Circuit Moved(int sign) => BoundCircuit.Moved(bound,
                places.Zip(moves, (place, move) => (place.Gate, place.Angle, sign * move)));
        }

        return (byInput, byWeight);

        double[][] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => new double[readOuts])];
    }

    /// <summary>±<paramref name="size"/> for each of so many angles.</summary>
    internal static double[] Moves(int count, Random random, double size = UsualMove) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0 ? size : -size)];
}
