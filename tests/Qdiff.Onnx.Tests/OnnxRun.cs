using Microsoft.ML.OnnxRuntime;
using Qdiff;
using Qdiff.Tensors;

/// <summary>A model in the ONNX Runtime, and how its outputs differ from our engine's.</summary>
sealed class OnnxRun : IDisposable
{
    readonly InferenceSession session;

    public OnnxRun(byte[] model)
    {
        using var options = new SessionOptions
        { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        session = new(model, options);
    }

    /// <summary>The entries beside the graph.</summary>
    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    /// <summary>
    /// The largest difference of the two outputs for a batch of noise, in units of our output's largest number; label and
    /// timestep differ from sample to sample.
    /// </summary>
    public double Difference(Network network, Weights weights, int batch, int steps)
    {
        var random = new RandomStream(5, "images");
        var images = new float[batch * network.Image.Count];
        foreach (ref float pixel in images.AsSpan()) pixel = (float)random.NextNormal();
        int[] timesteps = [.. Enumerable.Range(0, batch).Select(s => (s * 17 + steps - 1) % steps)];
        int[] labels = [.. Enumerable.Range(0, network.Labels > 0 ? batch : 0).Select(s => s % network.Labels)];
        float[] ours = Ours(network, weights, images, timesteps, labels);
        float[] theirs = Run(network.Image, images, timesteps, labels);
        Assert.Equal(ours.Length, theirs.Length);
        return ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max() / ours.Max(Math.Abs);
    }

    /// <summary>What the ONNX Runtime makes of images.</summary>
    public float[] Run(Shape image, float[] images, int[] timesteps, int[] labels)
    {
        long batch = timesteps.Length;
        long[] shape = [batch, .. image.ToArray().Select(size => (long)size)];
        return labels.Length == 0
            ? Run("prediction", ("image", images, shape), ("timestep", Integers(timesteps), [batch]))
            : Run("prediction", ("image", images, shape), ("timestep", Integers(timesteps), [batch]),
                ("label", Integers(labels), [batch]));
    }

    /// <summary>What the ONNX Runtime makes of these inputs.</summary>
    public float[] Run(string output, params (string Name, Array Values, long[] Shape)[] inputs)
    {
        using var run = new RunOptions();
        Dictionary<string, OrtValue> values = inputs.ToDictionary(input => input.Name, input => input.Values is float[] numbers
            ? OrtValue.CreateTensorValueFromMemory(numbers, input.Shape)
            : OrtValue.CreateTensorValueFromMemory((long[])input.Values, input.Shape));
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, values, [output]);
        float[] result = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        foreach (OrtValue value in values.Values) value.Dispose();
        return result;
    }

    public void Dispose() => session.Dispose();

    static long[] Integers(int[] values) => Array.ConvertAll(values, value => (long)value);

    /// <summary>What our engine computes.</summary>
    static float[] Ours(Network network, Weights weights, float[] images, int[] timesteps, int[] labels)
    {
        var space = new Workspace(weights);
        Tensor xt = space.Input(network.Image);
        int count = network.Image.Count;
        for (int s = 0; s < timesteps.Length; s++) xt.SetSample(s, images.AsSpan(s * count, count));
        Tensor y = network.Predict(xt, timesteps, labels);
        var result = new float[images.Length];
        for (int s = 0; s < timesteps.Length; s++) y.GetSample(s, result.AsSpan(s * count, count));
        return result;
    }
}
