namespace Qdiff.Tensors;

/// <summary>
/// How parameters start. The fan-in is read off the shape: the product of all sizes but the first, so [out, in, kernelHeight,
/// kernelWidth] and [out, in] both give what feeds one output.
/// </summary>
public static class Initialisers
{
    // The standard deviation of a standard normal that is cut off at ±2.
    const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>All 0.</summary>
    public static Initialiser Zeros { get; } = (_, _, values) => values.Clear();

    /// <summary>All 1.</summary>
    public static Initialiser Ones { get; } = (_, _, values) => values.Fill(1);

    /// <summary>
    /// Normal with the deviation √(1/fanIn) after being cut off at two deviations of the uncut one: the default of Flax.
    /// </summary>
    /// <remarks>LeCun et al. 1998, "Efficient BackProp", section 4.6; cut off as in jax.nn.initializers.lecun_normal.</remarks>
    public static Initialiser LecunNormal { get; } = (random, shape, values) =>
    {
        double deviation = Math.Sqrt(1.0 / FanIn(shape)) / TruncatedDeviation;
        foreach (ref float value in values)
        {
            double z;
            do z = NextNormal(random);
            while (Math.Abs(z) > 2);
            value = (float)(z * deviation);
        }
    };

    /// <summary>Uniform within ±√(1/fanIn): what PyTorch does for the weights of convolutions and dense layers.</summary>
    /// <remarks>He et al. 2015, arXiv 1502.01852, equation 10, bound √(6/((1 + a²)·fanIn)) with a = √5.</remarks>
    public static Initialiser KaimingUniform { get; } = (random, shape, values) =>
    {
        double bound = Math.Sqrt(6.0 / ((1 + 5) * FanIn(shape)));
        foreach (ref float value in values) value = (float)((2 * random.NextDouble() - 1) * bound);
    };

    /// <summary>
    /// Uniform within ±1/√fanIn, whatever the shape: PyTorch's weights and, for their shape does not tell it, biases.
    /// </summary>
    public static Initialiser WithinFanIn(int fanIn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        return Uniform(-1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
    }

    /// <summary>Normal with mean 0.</summary>
    public static Initialiser Normal(double deviation) => (random, _, values) =>
    {
        foreach (ref float value in values) value = (float)(NextNormal(random) * deviation);
    };

    /// <summary>Uniform from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static Initialiser Uniform(double low, double high) => (random, _, values) =>
    {
        foreach (ref float value in values) value = (float)(low + (high - low) * random.NextDouble());
    };

    /// <summary>Of one output: the product of all sizes but the first.</summary>
    public static int FanIn(Shape shape) => shape.Rank == 0 ? 1 : shape.Count / shape[0];

    /// <summary>Box and Muller 1958. Only one of the pair, so that nothing is kept between calls.</summary>
    static double NextNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
