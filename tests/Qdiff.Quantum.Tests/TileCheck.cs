using Qdiff.Quantum;

/// <summary>Runs a circuit on a tile and compares it with the literal simulator, sample by sample.</summary>
static class TileCheck
{
    public const double ExpectationTolerance = 4e-6, GradientTolerance = 4e-5;

    /// <summary>
    /// The tile's results in vectors of <paramref name="width"/> samples, this machine's if it is not given: expectations, input
    /// gradients and the summed weight gradient.
    /// </summary>
    public static (float[] Expectations, float[] InputGradient, float[] WeightGradient) Run(Circuit circuit,
        IReadOnlyList<Observable> readOuts, double[][] inputs, double[] weights, double[][] cotangents, int? width = null)
    {
        (float[] expectations, float[] inputGradient, float[] weightGradient) =
            (new float[16 * readOuts.Count], new float[16 * circuit.Inputs], new float[circuit.Weights]);
        PreparedCircuit prepared = new LoweredCircuit(circuit, readOuts).Prepare(Single(weights));
        if (width is { } samples) prepared.Width = samples;
        prepared.Gradient(Tile(inputs, circuit.Inputs), Tile(cotangents, readOuts.Count), expectations, inputGradient,
            weightGradient, new());
        return (expectations, inputGradient, weightGradient);
    }

    /// <summary>Equal bits from vectors of 4, 8 and 16 samples.</summary>
    public static void IsTheSameForAllWidths(Circuit circuit, IReadOnlyList<Observable> readOuts, Random random)
    {
        double[] weights = RandomCircuits.Numbers(random, circuit.Weights);
        double[][] inputs = [.. Enumerable.Range(0, 16).Select(_ => RandomCircuits.Numbers(random, circuit.Inputs))];
        double[][] cotangents = [.. Enumerable.Range(0, 16).Select(_ => RandomCircuits.Numbers(random, readOuts.Count))];
        (float[], float[], float[])[] results = [.. ((int[])[4, 8, 16])
            .Select(width => Run(circuit, readOuts, inputs, weights, cotangents, width))];
        foreach ((float[] expectations, float[] inputGradient, float[] weightGradient) in results)
        {
            Assert.Equal(results[0].Item1, expectations);
            Assert.Equal(results[0].Item2, inputGradient);
            Assert.Equal(results[0].Item3, weightGradient);
        }
    }

    /// <summary>
    /// Compares <paramref name="samples"/> samples, the others idle, with the literal simulator and its gradient.
    /// </summary>
    public static void AgreesWithLiteral(Circuit circuit, IReadOnlyList<Observable> readOuts, Random random, int samples)
    {
        double[] weights = RandomCircuits.Numbers(random, circuit.Weights);
        double[][] inputs = [.. Enumerable.Range(0, samples).Select(_ => RandomCircuits.Numbers(random, circuit.Inputs))];
        double[][] cotangents = [.. Enumerable.Range(0, samples).Select(_ => RandomCircuits.Numbers(random, readOuts.Count))];
        (float[] expectations, float[] inputGradient, float[] weightGradient) =
            Run(circuit, readOuts, inputs, weights, cotangents);
        var expectedWeights = new double[circuit.Weights];
        for (int s = 0; s < samples; s++)
        {
            double[] expected = LiteralSimulator.Expectations(circuit, readOuts, inputs[s], weights);
            (double[] inputsOfSample, double[] weightsOfSample) =
                LiteralSimulator.Gradient(circuit, readOuts, inputs[s], weights, cotangents[s]);
            Near(expected, Sample(expectations, s), ExpectationTolerance, "expectation", circuit);
            Near(inputsOfSample, Sample(inputGradient, s), GradientTolerance, "input gradient", circuit);
            for (int w = 0; w < expectedWeights.Length; w++) expectedWeights[w] += weightsOfSample[w];
        }

        Near(expectedWeights, [.. weightGradient.Select(value => (double)value)], GradientTolerance * samples, "weight gradient",
            circuit);
    }

    public static void Near(double[] expected, double[] actual, double tolerance, string what, Circuit circuit)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(expected[i] - actual[i]) > tolerance || double.IsNaN(actual[i]))
                Assert.Fail($"{what} {i} is {actual[i]}, expected {expected[i]}:\n{TextDrawing.Draw(circuit)}");
        }
    }

    public static float[] Tile(double[][] samples, int count)
    {
        var tile = new float[16 * count];
        for (int s = 0; s < samples.Length; s++)
            for (int e = 0; e < count; e++) tile[e * 16 + s] = (float)samples[s][e];
        return tile;
    }

    public static float[] Single(double[] values) => [.. values.Select(value => (float)value)];

    public static double[] Sample(float[] tile, int s) =>
        [.. Enumerable.Range(0, tile.Length / 16).Select(e => (double)tile[e * 16 + s])];
}
