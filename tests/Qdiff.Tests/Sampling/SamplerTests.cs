using Qdiff;

public class SamplerTests
{
    static readonly Denoiser s_denoiser = TestNetwork.Of(NoiseSchedule.Cosine(), Prediction.Epsilon);

    public static TheoryData<string> Names => [.. Catalog.Default.Samplers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void ASampleIsTheSameAloneAndInAnyPlaceOfAnyTile(string method)
    {
        Sampler sampler = Catalog.Default.Samplers[method] with { Steps = 12 };
        float[] alone = Lane(sampler.Sample(s_denoiser, 5, [123_456_789_012], 4), 0);
        foreach (int lane in (int[])[0, 6, 15])
        {
            long[] samples = [.. Enumerable.Range(0, 16)];
            samples[lane] = 123_456_789_012;
            float[] tile = sampler.Sample(s_denoiser, 5, samples, 4);
            Assert.Equal(alone, Lane(tile, lane));
            Assert.NotEqual(alone, Lane(tile, (lane + 1) % 16));
            // A short tile, the others in another order.
            Array.Reverse(samples);
            tile = sampler.Sample(s_denoiser, 5, samples[..(16 - lane)], 4);
            Assert.Equal(alone, Lane(tile, 15 - lane));
        }

        Assert.NotEqual(alone, Lane(sampler.Sample(s_denoiser, 6, [123_456_789_012], 4), 0));
    }

    [Fact]
    public void DeterministicSamplersStartAtTheSameNoise()
    {
        float[][] starts = [.. Catalog.Default.Samplers.Names.Select(name =>
            Catalog.Default.Samplers[name].Start(s_denoiser, 5, [3, 4], 4).X.ToArray())];
        Assert.All(starts, start => Assert.Equal(starts[0], start));
    }

    [Fact]
    public void NumbersStayFiniteWhateverTheNetworkSays()
    {
        foreach (string name in Schedules.Names)
            foreach (Prediction prediction in Catalog.Default.Predictions)
                foreach (string method in Catalog.Default.Samplers.Names)
                    foreach (TimestepSpacing spacing in Enum.GetValues<TimestepSpacing>())
                    {
                        NoiseSchedule schedule = Schedules.Named(name);
                        Sampler sampler = Catalog.Default.Samplers[method] with { Steps = 7, Spacing = spacing };
                        if (prediction == Prediction.Epsilon && schedule.AlphaBarAt(sampler.Table(schedule)[0]) == 0) continue;
                        SampledTile tile = sampler.Start(new(Wild, schedule, prediction), 1, [1, 2, 3], 2);
                        while (tile.Advance()) Assert.All(tile.X.ToArray(), x => Assert.True(float.IsFinite(x)));
                        Assert.All(tile.X.ToArray(), x => Assert.InRange(x, -1, 1));
                    }
    }

    static void Wild(ReadOnlySpan<float> xt, int t, Span<float> output)
    {
        for (int i = 0; i < xt.Length; i++) output[i] = (float)(5 * Math.Sin(99 * xt[i]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void StepsAllocateNothing(string method)
    {
        SampledTile tile = Catalog.Default.Samplers[method].Start(s_denoiser, 5, [1, 2, 3], 4);
        for (int i = 0; i < 5; i++) tile.Advance();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) tile.Advance();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void NamedSamplersHaveTheirUsualSettings()
    {
        Assert.Equal(["ddpm", "ddim", "heun", "dpm++2m"], Catalog.Default.Samplers.Names);
        Assert.Equal(1000, Catalog.Default.Samplers["ddpm"].Table(NoiseSchedule.Cosine()).Count);
        Assert.Equal(50, Catalog.Default.Samplers["ddim"].Table(NoiseSchedule.Cosine()).Count);
        Assert.Equal(new DdpmSampler(), Catalog.Default.Samplers["ddpm"]);
        Assert.All(Catalog.Default.Samplers.Names, name => Assert.Equal(name, Catalog.Default.Samplers[name].Name));
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Sampler ddim = Catalog.Default.Samplers["ddim"];
        Assert.Contains("Did you mean dpm++2m?", Assert.Throws<InputException>(() => Catalog.Default.Samplers["dpm++"]).Message);
        Assert.Contains("1000 timesteps can be sampled in 1 to 1000 steps, got 1001",
            Says<ArgumentOutOfRangeException>(ddim with { Steps = 1001 }));
        Assert.Contains("The eta of ddim is 1.5; it must be a number of at least 0 and at most 1.",
            Says<ArgumentException>(new DdimSampler { Eta = 1.5 }));
        Assert.Contains("got 17 sample numbers",
            Assert.Throws<ArgumentException>(() => ddim.Start(s_denoiser, 1, new long[17], 1)).Message);
        Assert.Contains("at least 1 element, got 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => ddim.Start(s_denoiser, 1, [1], 0)).Message);
        Assert.Contains("starts at timestep 1000, but the schedule ends at 999",
            Assert.Throws<ArgumentException>(() => ddim.Start(s_denoiser, 1, [1], 1, new TimestepTable(1000, 3))).Message);
        Assert.Contains("'tile' has 40",
            Assert.Throws<ArgumentException>(() => ddim.Sample(s_denoiser, 1, [1], new float[40])).Message);

        string Says<T>(Sampler sampler) where T : Exception =>
            Assert.Throws<T>(() => sampler.Start(s_denoiser, 1, [1], 1)).Message;
    }

    [Fact]
    public void TilesOfOtherLengthsAreRefused()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        float[] x = new float[32], other = new float[16];
        Refused("x0", () => DdimSampler.Step(schedule, 9, 5, 0, x, other, x, []));
        Refused("epsilon", () => DdimSampler.Step(schedule, 9, 5, 0, x, x, other, []));
        Refused("noise", () => DdimSampler.Step(schedule, 9, 5, 1, x, x, x, other));
        Refused("noise", () => DdpmSampler.Step(schedule, 9, 5, x, x, []));
        Refused("x0", () => DpmSolverSampler.Step(schedule, 9, 5, x, other));
        Refused("x0Before", () => DpmSolverSampler.Step(schedule, 20, 9, 5, x, x, other));
        Refused("epsilonNext", () => HeunSampler.Correct(schedule, 9, 5, x, x, x, x, other));

        static void Refused(string name, Action step) => Assert.Equal(name, Assert.Throws<ArgumentException>(step).ParamName);
    }

    /// <summary>Its samples are at no timestep.</summary>
    [Fact]
    public void ATileWhoseStepFailedIsTakenNoFurther()
    {
        SampledTile tile = new Failing { Steps = 2 }.Start(s_denoiser, 1, [1], 4);
        Assert.Equal("v", Assert.Throws<ArgumentException>(() => tile.Advance()).ParamName);
        Assert.Contains("failed half-way", Assert.Throws<InvalidOperationException>(() => tile.Advance()).Message);
        Assert.Equal(0, tile.Step);
    }

    sealed record Failing : Sampler
    {
        public override string Name => "failing";

        protected override void Step(SamplerStep step)
        {
            step.Add(1, step.X0);
            step.Move(1, step.X, 1, step.X0[1..]);
        }
    }

    static float[] Lane(float[] tile, int lane) => [.. tile.Where((_, i) => i % 16 == lane)];
}
