using Qdiff;

public class SamplerAgreementTests
{
    static readonly long[] s_samples = [.. Enumerable.Range(0, 16)];

    public static TheoryData<string, double> Samplers() =>
        new() { { "ddpm", 0 }, { "ddim", 0 }, { "ddim", 0.7 }, { "ddim", 1 }, { "heun", 0 }, { "dpm++2m", 0 } };

    [Theory]
    [InlineData("cosine", 0, false)]
    [InlineData("cosine", 0, true)]
    [InlineData("linear", 0, false)]
    [InlineData("sigmoid", 50, true)]
    [InlineData("cosine-zero-snr", 0, true)]
    public void DdimAtEtaOneIsDdpm(string name, int steps, bool clip)
    {
        // An amplitude of 1.5 makes clipping matter.
        Denoiser denoiser = TestNetwork.Of(Schedules.Named(name), Prediction.V, amplitude: 1.5);
        var ddpm = new DdpmSampler { Steps = steps, Clip = clip };
        SampledTile a = ddpm.Start(denoiser, 5, s_samples, 3);
        SampledTile b = new DdimSampler { Steps = steps, Clip = clip, Eta = 1 }.Start(denoiser, 5, s_samples, 3);
        while (a.Advance() & b.Advance())
        {
            Assert.Equal(a.T, b.T);
            Near(a.X.ToArray(), b.X.ToArray(), 2e-5);
            // Rounding differs and the network is steep: set them on one path again, or a thousand steps amplify it.
            a.X.CopyTo(b.X);
        }

        Assert.Equal(NoiseSchedule.Clean, b.T);
    }

    [Theory]
    [InlineData(0, 800, 600)]
    [InlineData(0.5, 800, 600)]
    [InlineData(0.5, 999, 998)]
    [InlineData(1, 20, 0)]
    [InlineData(0.5, 20, NoiseSchedule.Clean)]
    public void ADdimStepIsThatOfThePaper(double eta, int t, int next)
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        float[] x = new float[16], x0 = new float[16], epsilon = new float[16], noise = new float[16];
        (x0[3], epsilon[3], noise[3]) = (0.4f, -0.7f, 1.3f);
        DdimSampler.Step(schedule, t, next, eta, x, x0, epsilon, noise);

        // Equation 16: σ = η·√((1 − ᾱ')/(1 − ᾱ))·√(1 − ᾱ/ᾱ'); equation 12: the step.
        (double a, double b) = (schedule.AlphaBarAt(t), schedule.AlphaBarAt(next));
        double sigma = eta * Math.Sqrt((1 - b) / (1 - a)) * Math.Sqrt(1 - a / b);
        double expected = Math.Sqrt(b) * 0.4 - Math.Sqrt(1 - b - sigma * sigma) * 0.7 + sigma * 1.3;
        Assert.Equal(expected, x[3], 1e-6);
        Assert.Equal(0, x[4]);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void AllPredictionsTakeOnePath(string method, double eta)
    {
        NoiseSchedule schedule = NoiseSchedule.Linear();
        Sampler sampler = (eta > 0 ? new DdimSampler { Eta = eta } : Catalog.Default.Samplers[method])
            with
        { Steps = 40, Clip = false };
        SampledTile[] tiles =
            [.. Catalog.Default.Predictions.Select(p => sampler.Start(TestNetwork.Of(schedule, p), 5, s_samples, 3))];
        while (tiles.All(tile => tile.Advance()))
            foreach (SampledTile tile in tiles)
            {
                // √ᾱ is 0.006 at first: what is rounded in ε is 150 times as much in x₀, and counts little until √ᾱ' has grown.
                Near(tiles[0].X.ToArray(), tile.X.ToArray(), 2e-4);
                Near(tiles[0].X0.ToArray(), tile.X0.ToArray(), 2e-3);
            }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void VAndX0TakeOnePathFromNoSignalAtAll(string method, double eta)
    {
        NoiseSchedule schedule = Schedules.Named("cosine-zero-snr");
        Sampler sampler = (eta > 0 ? new DdimSampler { Eta = eta } : Catalog.Default.Samplers[method]) with { Steps = 40 };
        SampledTile v = sampler.Start(TestNetwork.Of(schedule, Prediction.V), 5, s_samples, 3);
        SampledTile x0 = sampler.Start(TestNetwork.Of(schedule, Prediction.X0), 5, s_samples, 3);
        Assert.Equal(0, schedule.AlphaBar[v.T]);
        while (v.Advance() & x0.Advance()) Near(v.X.ToArray(), x0.X.ToArray(), 1e-4);
        SampledTile epsilon = sampler.Start(TestNetwork.Of(schedule, Prediction.Epsilon), 5, s_samples, 3);
        Assert.Throws<InvalidOperationException>(() => epsilon.Advance());
    }

    [Fact]
    public void AOneStepTableOfAnySamplerIsTheEstimateOfTheImage()
    {
        Denoiser denoiser = TestNetwork.Of(NoiseSchedule.Cosine(), Prediction.V, amplitude: 1.5);
        foreach (string method in Catalog.Default.Samplers.Names)
        {
            SampledTile tile = Catalog.Default.Samplers[method].Start(denoiser, 5, s_samples, 3, new TimestepTable(700));
            float[] x0 = new float[48], epsilon = new float[48];
            denoiser.Denoise(tile.X, 700, x0, epsilon, clip: true);
            Assert.True(tile.Advance());
            Assert.False(tile.Advance());
            Assert.Equal(x0, tile.X.ToArray());
        }
    }

    [Fact]
    public void TheFirstStepOfDpmSolverIsDdim()
    {
        Denoiser denoiser = TestNetwork.Of(NoiseSchedule.Cosine(), Prediction.V);
        SampledTile a = Catalog.Default.Samplers["ddim"].Start(denoiser, 5, s_samples, 3, new TimestepTable(900, 600, 300));
        SampledTile b = Catalog.Default.Samplers["dpm++2m"].Start(denoiser, 5, s_samples, 3, new TimestepTable(900, 600, 300));
        Assert.True(a.Advance() && b.Advance());
        Near(a.X.ToArray(), b.X.ToArray(), 1e-6);
        Assert.True(a.Advance() && b.Advance());
        Assert.Contains(a.X.ToArray().Zip(b.X.ToArray()), p => Math.Abs(p.First - p.Second) > 0.01);
    }

    /// <summary>From 53 to 0 of this schedule λ goes 4.35 times as far as from 105 to 53 (uniform), from 99 to 49 1.62 times as
    /// far as from 149 to 99 (trailing).</summary>
    [Theory]
    [InlineData(105, 53, 0, true)]
    [InlineData(149, 99, 49, false)]
    public void DpmSolverReachesNoFartherAheadThanItsEstimatesLieApart(int before, int t, int next, bool isOfFirstOrder)
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        float[] first = new float[16], second = new float[16], x0 = new float[16], x0Before = new float[16];
        (first[3], second[3], x0[3], x0Before[3]) = (0.9f, 0.9f, 0.4f, -0.7f);
        DpmSolverSampler.Step(schedule, t, next, first, x0);
        DpmSolverSampler.Step(schedule, before, t, next, second, x0, x0Before);
        Assert.Equal(isOfFirstOrder, first[3] == second[3]);
    }

    /// <summary>The usual numbers of steps keep their second order.</summary>
    [Theory]
    [InlineData(20, TimestepSpacing.Trailing, false)]
    [InlineData(50, TimestepSpacing.Trailing, false)]
    [InlineData(300, TimestepSpacing.Trailing, true)]
    [InlineData(20, TimestepSpacing.Uniform, true)]
    [InlineData(1, TimestepSpacing.Trailing, false)]
    public void SomeTablesHaveStepsThatAreLimited(int steps, TimestepSpacing spacing, bool areLimited) =>
        Assert.Equal(areLimited, DpmSolverSampler.Limits(NoiseSchedule.Cosine(steps: 1000),
            TimestepTable.Spaced(1000, steps, spacing)));

    [Theory]
    [InlineData(0, 800, 600)]
    [InlineData(0.3, 800, 600)]
    [InlineData(1, 800, 600)]
    [InlineData(1, 999, 998)]
    [InlineData(1, 20, NoiseSchedule.Clean)]
    public void TheNoiseOfADdpmStepIsFromThatOfThePosteriorToBeta(double share, int t, int next)
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        float[] x = new float[16], x0 = new float[16], noise = new float[16];
        noise[3] = 1.3f;
        DdpmSampler.Step(schedule, t, next, x, x0, noise, share);

        // Nichol and Dhariwal, equation 15, with the β of the step; the last draws nothing.
        (double a, double b) = (schedule.AlphaBarAt(t), schedule.AlphaBarAt(next));
        double beta = 1 - a / b, posterior = (1 - b) / (1 - a) * beta;
        double deviation = next == NoiseSchedule.Clean ? 0
            : Math.Sqrt(Math.Exp(share * Math.Log(beta) + (1 - share) * Math.Log(posterior)));
        Assert.Equal(deviation * 1.3, x[3], 1e-6);
    }

    [Fact]
    public void DdpmWithBetaFromAnUnclippedImageIsThePapersAlgorithm()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        const int t = 700;
        double x = 0.9, epsilon = -0.7, z = 1.3, a = schedule.AlphaBar[t], beta = schedule.Beta[t];
        float[] tile = new float[16], x0 = new float[16], noise = new float[16];
        (tile[3], x0[3], noise[3]) = ((float)x, (float)((x - Math.Sqrt(1 - a) * epsilon) / Math.Sqrt(a)), (float)z);
        DdpmSampler.Step(schedule, t, t - 1, tile, x0, noise, share: 1);
        Assert.Equal((x - beta / Math.Sqrt(1 - a) * epsilon) / Math.Sqrt(1 - beta) + Math.Sqrt(beta) * z, tile[3], 1e-6);

        // And the sampler takes such a step.
        Denoiser denoiser = TestNetwork.Of(schedule, Prediction.V);
        float[][] ends = [.. ((double[])[0, 1]).Select(share =>
        {
            SampledTile state = new DdpmSampler { Variance = share }.Start(denoiser, 5, s_samples, 3, new TimestepTable(t, 300));
            state.Advance();
            return state.X.ToArray();
        })];
        Assert.NotEqual(ends[0], ends[1]);
    }

    static void Near(float[] expected, float[] actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
