namespace Qdiff.Tensors;

/// <summary>The definitions of element-wise functions, losses and embeddings, one sample at a time.</summary>
static class ElementwiseOracle
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    public static double Relu(double x) => Math.Max(x, 0);

    public static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p + q)];

    public static double[] SquaredError(double[] prediction, double[] target) =>
        [prediction.Zip(target, (p, t) => (p - t) * (p - t)).Average()];

    /// <summary>−log softmax(logits)[label].</summary>
    public static double[] CrossEntropy(double[] logits, int label)
    {
        double max = logits.Max();
        return [max + Math.Log(logits.Sum(z => Math.Exp(z - max))) - logits[label]];
    }

    /// <summary>sin(t·f_j), then cos(t·f_j), with f_j = 10000^(−j/(dimension/2 − 1)).</summary>
    public static double[] SinusoidalEmbedding(int timestep, int dimension)
    {
        int half = dimension / 2;
        double[] angles = [.. Enumerable.Range(0, half).Select(j => timestep * Math.Pow(10000, -j / (half - 1.0)))];
        return [.. angles.Select(Math.Sin), .. angles.Select(Math.Cos)];
    }

    /// <summary>Each channel of x (<paramref name="gate"/>.Length channels) times its gate.</summary>
    public static double[] ScaleChannels(double[] x, double[] gate) =>
        [.. x.Select((v, i) => v * gate[i / (x.Length / gate.Length)])];

    /// <summary>Each channel of x plus its shift.</summary>
    public static double[] AddChannels(double[] x, double[] shift) =>
        [.. x.Select((v, i) => v + shift[i / (x.Length / shift.Length)])];
}
