using Qdiff;

/// <summary>
/// Data x₀ ~ N(mean, deviation²): the best denoiser, its distribution at every t and its probability-flow ODE are known in closed
/// form.
/// </summary>
sealed class GaussianData(NoiseSchedule schedule, double mean = 0.3, double deviation = 0.25)
{
    /// <summary>The exact network: E[x₀ | x_t] = m + a·s²·(x_t − a·m) / V with a = √ᾱ and V = a²·s² + 1 − ᾱ.</summary>
    public TileNetwork Network(Prediction prediction) => (xt, t, output) =>
    {
        double a = schedule.SignalScale(t), s = schedule.NoiseScale(t), variance = Variance(t);
        (double ofX0, double ofEpsilon) = prediction.Target(schedule.AlphaBar[t]);
        for (int i = 0; i < xt.Length; i++)
        {
            double off = (xt[i] - a * mean) / variance;
            output[i] = (float)(ofX0 * (mean + a * deviation * deviation * off) + ofEpsilon * s * off);
        }
    };

    public Denoiser Denoiser(Prediction prediction) => new(Network(prediction), schedule, prediction);

    /// <summary>The variance of x_t.</summary>
    public double Variance(int t) => schedule.AlphaBarAt(t) * deviation * deviation + 1 - schedule.AlphaBarAt(t);

    /// <summary>
    /// Where the ODE takes x from timestep t to the clean image: it keeps the number of deviations from the mean.
    /// </summary>
    public double Solution(double x, int t) => mean + deviation * (x - schedule.SignalScale(t) * mean) / Math.Sqrt(Variance(t));
}
