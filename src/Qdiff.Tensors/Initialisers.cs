namespace Qdiff.Tensors;

/// <summary>temporary</summary>
public static class Initialisers
{
    /// <summary>t</summary>
    public static Initialiser Zeros { get; } = (_, _, values) => values.Clear();
    /// <summary>t</summary>
    public static Initialiser Ones { get; } = (_, _, values) => values.Fill(1);
    /// <summary>t</summary>
    public static Initialiser LecunNormal { get; } = (random, shape, values) =>
    {
        int fan = shape.Count / shape[0];
        foreach (ref float v in values) v = (float)(((RandomStream)random).NextNormal() / Math.Sqrt(fan));
    };
    /// <summary>t</summary>
    public static Initialiser Normal(double deviation) => (random, _, values) =>
    {
        foreach (ref float v in values) v = (float)(((RandomStream)random).NextNormal() * deviation);
    };
    /// <summary>t</summary>
    public static Initialiser Uniform(double low, double high) => (random, _, values) =>
    {
        foreach (ref float v in values) v = (float)(low + (high - low) * random.NextDouble());
    };
}
