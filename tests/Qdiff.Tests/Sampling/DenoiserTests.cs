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

    [Fact]
    public void ArgumentsAreChecked()
    {
        Denoiser denoiser = TestNetwork.Of(NoiseSchedule.Cosine(10), Prediction.V);
        float[] one = new float[16], two = new float[32];
        Assert.Contains("0 to 9, got 10",
            Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise(one, 10, one, one, true)).Message);
        Assert.Contains("'epsilon' has 16",
            Assert.Throws<ArgumentException>(() => denoiser.Denoise(two, 1, two, one, true)).Message);
    }
}
