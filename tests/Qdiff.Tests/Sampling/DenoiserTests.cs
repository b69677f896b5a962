using Qdiff;
using Qdiff.Tensors;

public class DenoiserTests
{
    [Fact]
    public void ClippingKeepsTheImageInRangeAndTheNoiseConsistent()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        float[] xt = new float[160], x0 = new float[160], epsilon = new float[160];
        float[] free = new float[160], freeEpsilon = new float[160];
        new RandomStream(1, "xt").FillNormal(xt);
        foreach (Prediction prediction in Catalog.Default.Predictions)
            foreach (int t in (int[])[0, 1, 500, 998, 999])
            {
                Denoiser denoiser = TestNetwork.Of(schedule, prediction, amplitude: 1.5);
                denoiser.Denoise(xt, t, free, freeEpsilon, clip: false);
                denoiser.Denoise(xt, t, x0, epsilon, clip: true);
                Assert.Contains(free, x => Math.Abs(x) > 1);
                for (int i = 0; i < xt.Length; i++)
                {
                    Assert.Equal(Math.Clamp(free[i], -1, 1), x0[i]);
                    Assert.Equal(xt[i], schedule.SignalScale(t) * x0[i] + schedule.NoiseScale(t) * epsilon[i], 1e-6);
                }
            }
    }

    /// <summary>Of ten values of size 0, 0.5, … 4.5 the 0.8-quantile is 3.6, as numpy says; samples within [−1, 1] stay as they
    /// are.</summary>
    [Fact]
    public void AThresholdScalesEachSampleByItsOwnQuantile()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        float[] xt = new float[160], x0 = new float[160], epsilon = new float[160], said = new float[160];
        new RandomStream(1, "xt").FillNormal(xt);
        for (int i = 0; i < said.Length; i++)
            said[i] = (i % 16 == 5 ? 0.5f : 0.1f) * (i / 16) * (i / 16 % 2 == 0 ? 1 : -1);
        var denoiser = new Denoiser((_, _, output) => said.CopyTo(output), schedule, Prediction.X0);
        denoiser.Denoise(xt, 500, x0, epsilon, clip: true, threshold: 0.8);
        for (int i = 0; i < xt.Length; i++)
        {
            Assert.Equal(i % 16 == 5 ? Math.Clamp(said[i] / 3.6f, -1, 1) : said[i], x0[i], 1e-6f);
            Assert.Equal(xt[i], schedule.SignalScale(500) * x0[i] + schedule.NoiseScale(500) * epsilon[i], 1e-6);
        }

        // Of what no sample has much of, nothing is scaled: clipped at 1 as ever.
        denoiser.Denoise(xt, 500, x0, epsilon, clip: true, threshold: 0.1);
        Assert.Equal(said.Select(value => Math.Clamp(value, -1, 1)), x0);
        // A sampler hands it on.
        float[][] samples = [.. ((double?[])[null, 0.8]).Select(threshold =>
            new DdimSampler { Steps = 2, Threshold = threshold }.Sample(denoiser, 1, [.. Enumerable.Range(0, 16)], 10))];
        Assert.NotEqual(samples[0], samples[1]);
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Denoiser denoiser = TestNetwork.Of(NoiseSchedule.Cosine(10), Prediction.V);
        float[] one = new float[16], two = new float[32];
        Assert.Contains("0 to 9, got 10",
            Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise(one, 10, one, one, true)).Message);
        Assert.Contains("from 0 to 1, got 1.5",
            Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise(one, 1, one, one, true, 1.5)).Message);
        Assert.Contains("'epsilon' has 16",
            Assert.Throws<ArgumentException>(() => denoiser.Denoise(two, 1, two, one, true)).Message);
    }
}
