namespace Qdiff.Tensors;

/// <summary>
/// Turns gradients into changes of parameters. It keeps no state of its own: two numbers for each parameter, zero before the
/// first step, belong to the caller, who saves them with the parameters.
/// </summary>
public abstract record Optimiser
{
    /// <summary>
    /// One update of all numbers. Every number is computed by itself, so that any cutting into pieces gives equal bits.
    /// </summary>
    /// <param name="values">The parameters, updated.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="m">The first kept number of each, such as a running mean of the gradient, updated.</param>
    /// <param name="v">The second, such as a running mean of its square, updated.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="step">The number of the step, counted from 1.</param>
    public abstract void Step(Span<float> values, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v,
        double learningRate, long step);

    /// <summary>
    /// One update in which each of <paramref name="ranges"/> has its learning rate multiplied by its factor; a factor of 0
    /// freezes the range, kept numbers included. What no range names has the factor 1.
    /// </summary>
    public void Step(Span<float> values, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, double learningRate,
        long step, ReadOnlySpan<RateRange> ranges)
    {
        int at = 0;
        foreach (RateRange range in ranges)
        {
            if (range.Start < at || range.Count < 0 || range.Start > values.Length - range.Count)
            {
                throw new ArgumentException(
                    $"Ranges must rise, not overlap and lie within {values.Length} numbers; {range.Start} to "
                        + $"{range.Start + (long)range.Count} follows {at}.",
                    nameof(ranges));
            }

            Slice(values, gradient, m, v, at, range.Start - at, learningRate);
            if (range.Factor != 0) Slice(values, gradient, m, v, range.Start, range.Count, learningRate * range.Factor);
            at = range.Start + range.Count;
        }

        Slice(values, gradient, m, v, at, values.Length - at, learningRate);

        void Slice(Span<float> x, ReadOnlySpan<float> g, Span<float> m, Span<float> v, int start, int count, double rate) =>
            Step(x.Slice(start, count), g.Slice(start, count), m.Slice(start, count), v.Slice(start, count), rate, step);
    }
}
