namespace Qdiff;

/// <summary>A way in which the learning rate changes, of the <see cref="Catalog"/>.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Create">From the configured rate and the number of steps the rate of each step, counted from 0.</param>
public sealed record NamedLearningRate(string Name, Func<double, int, Func<long, double>> Create) : IPart
{
    static string IPart.Kind => "learning rate schedule";

    /// <summary>The rate of each step of a run of <paramref name="steps"/>, after <paramref name="warmUp"/> steps in which it
    /// rises.</summary>
    public Func<long, double> Over(int steps, double rate, int warmUp = 0)
    {
        Func<long, double> after = Create(rate, Math.Max(steps - warmUp, 1));
        return warmUp == 0 ? after : Tensors.LearningRate.WarmUp(warmUp, after);
    }
}
