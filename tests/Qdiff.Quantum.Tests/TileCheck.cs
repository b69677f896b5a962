using Qdiff.Quantum;

/// <summary>Runs a circuit on a tile and compares it with the literal simulator, sample by sample.</summary>
static class TileCheck
{
    public const double ExpectationTolerance = 4e-6, GradientTolerance = 4e-5;

    /// <summary>The tile's results: expectations, input gradients and the summed weight gradient.</summary>
    public static (float[] Expectations, float[] InputGradient, float[] WeightGradient) Run(
        Circuit circuit, IReadOnlyList<Observable> readOuts, double[][] inputs, double[] weights, double[][] cotangents)
    {
        (float[] expectations, float[] inputGradient, float[] weightGradient) =
            (new float[16 * readOuts.Count], new float[16 * circuit.Inputs], new float[circuit.Weights]);
        new LoweredCircuit(circuit, readOuts).Prepare(Single(weights))
            .Gradient(Tile(inputs, circuit.Inputs), Tile(cotangents, readOuts.Count), expectations, inputGradient, weightGradient,
                new());
        return (expectations, inputGradient, weightGradient);
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
