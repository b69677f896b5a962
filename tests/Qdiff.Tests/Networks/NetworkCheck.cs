using Qdiff;
using Qdiff.Tensors;

/// <summary>Whole networks against their definition.</summary>
static class NetworkCheck
{
    const double Step = 1e-5, Tolerance = 2e-4;

    /// <summary>The gradient along random directions of image and weights is the central difference of the definition.</summary>
    public static void Gradients(Network network, string name)
    {
        Weights weights = new Weights(network.Parameters).Initialise(5);
        var gradient = new WeightGradient(network.Parameters);
        var space = new Workspace(weights, gradient);
        float[] image = Normal("image", network.Image.Count), cotangent = Normal("cotangent", network.Image.Count);
        Tensor x = space.Input(network.Image, requiresGradient: true);
        x.SetSample(0, image);
        Tensor y = network.Predict(x, [423]);
        var tile = new float[y.Values.Length];
        for (int i = 0; i < cotangent.Length; i++) tile[i * Tensor.Samples] = cotangent[i];
        space.Backward(y, tile);
        gradient.Propagate(weights);

        var inputGradient = new float[x.Count];
        for (int i = 0; i < inputGradient.Length; i++) inputGradient[i] = x.Gradient[i * Tensor.Samples];
        float[] along = Normal("image direction", image.Length);
        Compare("image", Dot(inputGradient, along), h => Output(along, null, h));
        CompareWeights("all weights", _ => true);
        Func<Parameter, bool> layered = p =>
            p.Name.EndsWith(".angles", StringComparison.Ordinal) || p.Name.EndsWith(".weights", StringComparison.Ordinal);
        if (network.Parameters.Any(layered)) CompareWeights("angles", layered);

        void CompareWeights(string what, Func<Parameter, bool> chosen)
        {
            float[] random = Normal(what, weights.Values.Length);
            var direction = new double[random.Length];
            foreach (Parameter p in network.Parameters.Where(chosen))
                for (int i = p.Offset; i < p.Offset + p.Count; i++) direction[i] = random[i];
            // Of length 1, so that the curvature of the network stays out of the difference.
            double length = Math.Sqrt(direction.Sum(d => d * d)), expected = 0;
            for (int i = 0; i < direction.Length; i++) direction[i] /= length;
            for (int i = 0; i < direction.Length; i++) expected += direction[i] * gradient.Values[i];
            Compare(what, expected, h => Output(null, direction, h));
        }

        void Compare(string what, double expected, Func<double, double> output)
        {
            double measured = (output(Step) - output(-Step)) / (2 * Step);
            Assert.True(Math.Abs(measured - expected) <= Tolerance * Math.Abs(measured),
                $"{name}, {what}: gradient {expected:G6}, central difference {measured:G6}");
        }

        double Output(float[]? imageDirection, double[]? weightDirection, double h)
        {
            var moved = new ReferenceWeights(weights);
            if (weightDirection is not null)
            {
                for (int i = 0; i < weightDirection.Length; i++) moved.Values[i] += h * weightDirection[i];
                moved.Refresh();
            }

            var reference = new Workspace(weights, engine: new ReferenceEngine(moved, samples: 1));
            Tensor input = reference.Input(network.Image);
            input.SetSample(0, [.. image.Select((v, i) => v + h * (imageDirection?[i] ?? 0))]);
            var values = new double[network.Image.Count];
            network.Predict(input, [423]).GetSample(0, values);
            return values.Zip(cotangent, (a, b) => a * b).Sum();
        }
    }

    static float[] Normal(string purpose, int count)
    {
        var values = new float[count];
        new RandomStream(11, purpose).FillNormal(values);
        return values;
    }

    static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>Fast and by definition, on two samples: the two share no arithmetic.</summary>
    public static void FastEqualsReference(Network network, double tolerance = 1e-5)
    {
        Weights weights = new Weights(network.Parameters).Initialise(3);
        var reference = new Workspace(weights, engine: new ReferenceEngine(samples: 2));
        var fast = new Workspace(weights);
        Tensor x = fast.Input(network.Image), wide = reference.Input(network.Image);
        for (int s = 0; s < 2; s++)
        {
            var image = new float[x.Count];
            new RandomStream(3, "image", s).FillNormal(image);
            x.SetSample(s, image);
            wide.SetSample(s, image);
        }

        int[] timesteps = [3, 871], labels = network.Classes > 0 ? [1, 7] : [];
        Tensor y = network.Predict(x, timesteps, labels), expected = network.Predict(wide, timesteps, labels);

        double worst = 0, largest = 0;
        (float[] actual, double[] truth) = (new float[y.Count], new double[y.Count]);
        for (int s = 0; s < 2; s++)
        {
            y.GetSample(s, actual);
            expected.GetSample(s, truth);
            largest = Math.Max(largest, truth.Max(Math.Abs));
            worst = Math.Max(worst, actual.Zip(truth, (a, b) => Math.Abs(a - b)).Max());
        }

        Assert.True(worst < tolerance * largest, $"worst relative error {worst / largest:G3}");
    }
}
