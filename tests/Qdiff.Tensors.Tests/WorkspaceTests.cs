using Qdiff.Tensors;

public class WorkspaceTests
{
    static readonly Weights s_none = new(new());

    [Fact]
    public void InputsStartAtZeroInUsedMemory()
    {
        var space = new Workspace(s_none);
        space.Input([5]).Values.Fill(7);
        space.Reset(s_none);
        Tensor x = space.Input([5]);
        Assert.Equal(80, x.Values.Length);
        Assert.All(x.Values.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void SamplesLieSideBySide()
    {
        Tensor x = new Workspace(s_none).Input([2, 1, 2]);
        x.SetSample(3, [1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], [x.Values[3], x.Values[19], x.Values[35], x.Values[51]]);
        Assert.Equal(10, x.Values.ToArray().Sum());
        var sample = new float[4];
        x.GetSample(3, sample);
        Assert.Equal([1, 2, 3, 4], sample);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(16)]
    public void SamplesOutsideTheTileAreRefused(int sample)
    {
        Tensor x = new Workspace(s_none).Input([4]);
        Assert.Contains($"not {sample}",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.SetSample(sample, new float[4])).Message);
        Assert.Contains($"not {sample}",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.GetSample(sample, new float[4])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.SetSample(sample, new double[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.GetSample(sample, new double[4]));
        Assert.All(x.Values.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void TensorsOfAnEarlierEpochThrow()
    {
        var space = new Workspace(s_none);
        Tensor x = space.Input([3, 2, 2], requiresGradient: true), y = Operation.Silu(x);
        var ones = new float[y.Values.Length];
        Array.Fill(ones, 1);
        space.Backward(y, ones);
        Assert.False(x.Gradient.IsEmpty);
        space.Reset(s_none);
        Action[] uses = [() => _ = x.Values.Length, () => _ = x.Gradient.Length, () => Operation.Silu(x),
            () => space.Backward(y, ones), () => Operation.Add(space.Input([3, 2, 2]), y), () => x.SetSample(0, new float[12])];
        foreach (Action use in uses) Assert.Contains("3×2×2", Assert.Throws<InvalidOperationException>(use).Message);
    }

    [Fact]
    public void ACotangentMustFitItsOutput()
    {
        var space = new Workspace(s_none);
        Tensor y = Operation.Relu(space.Input([3], requiresGradient: true));
        string message = Assert.Throws<ArgumentException>(() => space.Backward(y, new float[47])).Message;
        Assert.Contains("48", message);
        Assert.Contains("47", message);
    }

    /// <summary>
    /// Gradients of intermediate results are freed and their memory used again, also for the gradients that are kept.
    /// </summary>
    [Fact]
    public void ALongChainKeepsTheGradientOfItsStart()
    {
        var space = new Workspace(s_none);
        Tensor x = space.Input([4], requiresGradient: true), y = x;
        for (int i = 0; i < 20; i++) y = Operation.Add(Operation.Scale(y, 0.5f), Operation.Scale(y, 0.75f));
        var ones = new float[y.Values.Length];
        Array.Fill(ones, 1);
        space.Backward(y, ones);
        Assert.All(Tile.Widen(x.Gradient), g => Assert.Equal(Math.Pow(1.25, 20), g, 1e-4));
    }

    [Fact]
    public void MemoryIsUsedAgainAfterAReset()
    {
        var space = new Workspace(s_none);
        long Step()
        {
            space.Reset(s_none);
            // More than one chunk of the arena.
            Tensor x = space.Input([300_000], requiresGradient: true), y = Operation.Add(x, Operation.Relu(x));
            space.Backward(y, new float[y.Values.Length]);
            return space.MemoryBytes;
        }

        long first = Step();
        Assert.Equal(first, Step());
        Assert.Equal(first, Step());
    }

    [Fact]
    public void KeepFreesWhatLedToTheResult()
    {
        var space = new Workspace(new Weights(new ParameterTable()));
        Tensor x = space.Input([3, 40, 40]);
        new RandomStream(1, "x").FillNormal(x.Values);
        float[] expected = Operation.Relu(Operation.Scale(x, 2)).Values.ToArray();
        long once = space.MemoryBytes;
        for (int i = 0; i < 200; i++)
        {
            Tensor y = space.Keep(() => space.Keep(() => Operation.Relu(Operation.Scale(x, 2))));
            Assert.Equal(expected, y.Values.ToArray());
        }

        // A tile of 3×40×40 has 307,200 bytes: 200 results, but not the 400 on the way to them.
        Assert.InRange(space.MemoryBytes, once, once + 200 * 320_000L + (32 << 20));
    }

    [Fact]
    public void KeepRefusesToFreeWhatGradientsNeed()
    {
        var space = new Workspace(new Weights(new ParameterTable()));
        Tensor x = space.Input([4], requiresGradient: true);
        Assert.Throws<ArgumentException>(() => space.Keep(() => Operation.Scale(x, 2)));
    }
}
