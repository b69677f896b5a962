namespace Qdiff.Tensors;

/// <summary>Learning rates as functions of the step, counted from 0.</summary>
public static class LearningRate
{
    /// <summary>Always the same.</summary>
    public static Func<long, double> Constant(double rate) => _ => rate;

    /// <summary>From <paramref name="rate"/> straight down to 0 at <paramref name="steps"/>.</summary>
    public static Func<long, double> Linear(double rate, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return step => rate * (1 - Math.Min(step, steps) / (double)steps);
    }

    /// <summary>
    /// Half a cosine wave from <paramref name="rate"/> down to <paramref name="final"/> at <paramref name="steps"/>.
    /// </summary>
    /// <remarks>Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5, one period.</remarks>
    public static Func<long, double> Cosine(double rate, int steps, double final = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return step => final + 0.5 * (rate - final) * (1 + Math.Cos(Math.PI * Math.Min(step, steps) / steps));
    }

    /// <summary>Multiplied by <paramref name="factor"/> after every <paramref name="every"/> steps.</summary>
    public static Func<long, double> StepDecay(double rate, int every, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return step => rate * Math.Pow(factor, step / every);
    }

    /// <summary>
    /// Rises in a straight line so that step <paramref name="steps"/> is the first of <paramref name="then"/>, which starts at 0
    /// there.
    /// </summary>
    /// <remarks>
    /// Goyal et al. 2017, arXiv 1706.02677, section 2.2. The first step already learns: its share is 1/(steps + 1).
    /// </remarks>
    public static Func<long, double> WarmUp(int steps, Func<long, double> then)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return step => step < steps ? then(0) * (step + 1) / (steps + 1) : then(step - steps);
    }
}
