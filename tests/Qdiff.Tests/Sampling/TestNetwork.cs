using Qdiff;

/// <summary>
/// A network that estimates x₀ by a wild but fixed non-linear rule, and answers with it as each prediction demands. An element
/// depends on its neighbour in the same sample, never on another sample.
/// </summary>
static class TestNetwork
{
    public static Denoiser Of(NoiseSchedule schedule, Prediction prediction, double amplitude = 0.9)
    {
        return new(Network, schedule, prediction);

        void Network(ReadOnlySpan<float> xt, int t, Span<float> output)
        {
            (double a, double s) = (schedule.SignalScale(t), schedule.NoiseScale(t));
            for (int i = 0; i < xt.Length; i++)
            {
                double x0 = amplitude * Math.Sin(1.3 * xt[i] + 0.7 * xt[(i + 16) % xt.Length] + 0.1 + i / 16 + a);
                double epsilon = (xt[i] - a * x0) / s;
                output[i] = (float)(prediction.Name switch { "epsilon" => epsilon, "x0" => x0, _ => a * epsilon - s * x0 });
            }
        }
    }

    public static float[] Sample(this Sampler sampler, Denoiser denoiser, long seed, long[] samples, int elements)
    {
        var tile = new float[16 * elements];
        sampler.Sample(denoiser, seed, samples, tile);
        return tile;
    }
}
