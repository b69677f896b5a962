using ILGPU.Runtime;
using Qdiff.Gpu;
using Qdiff.Tensors;

/// <summary>Every operation of the table on a device, forward and backward, against the processors' engine.</summary>
public class OperationTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    /// <summary>So many pixels that warps share their sums.</summary>
    static readonly OperationCase s_shared = new("linear attention over 2×8×8, 1 heads of 4", [[2, 8, 8]],
        table =>
        {
            Parameter qkv = table.Add("qkv", [12, 2, 1, 1], Initialisers.Zeros),
                output = table.Add("out", [2, 4, 1, 1], Initialisers.Zeros), bias = table.Add("bias", [2], Initialisers.Zeros),
                mix = Derive.ValueThroughOutput(table, qkv, output, 1);
            return (_, x) => Operation.LinearAttention(x[0], qkv, mix, bias, 1);
        },
        (_, x, w) => AttentionOracle.Linear(x[0], 2, w[0], w[1], w[2], 1));

    static IEnumerable<OperationCase> Rows => [.. OperationTable.Rows, s_shared];

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    /// <summary>Whose kernels a device has for itself: what takes most of a step.</summary>
    public static TheoryData<string> Hot => [.. Rows.Select(row => row.Name).Where(IsHot)];

    public static TheoryData<string> Others => [.. Rows.Select(row => row.Name).Where(name => !IsHot(name))];

    static bool IsHot(string name) => name.StartsWith("convolution of", StringComparison.Ordinal)
        || name.StartsWith("linear attention", StringComparison.Ordinal);

    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void GivesWhatProcessorsGive(string name) => Compare(name, emulator.Device);

    /// <summary>Every thread a thread, groups of two warps: all kernels as a device runs them.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Hot))]
    public void GivesWhatProcessorsGiveThreadByThread(string name)
    {
        using GpuDevice device = GpuDevice.Emulator(everyThread: true);
        Compare(name, device);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Others))]
    public void TheOthersThreadByThread(string name) => GivesWhatProcessorsGiveThreadByThread(name);

    /// <summary>A launch writes shares of a weight and of a bias, of which the second needs more memory.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public void SharesOfOneLaunchAreInOneMemory(int free)
    {
        var table = new ParameterTable();
        Parameter weight = table.Add("w", [2, 3, 1, 1], Initialisers.LecunNormal), bias = table.Add("b", [2], Initialisers.Zeros);
        Weights weights = new Weights(table).Initialise(1);
        using GpuDevice device = GpuDevice.Emulator(everyThread: true);
        float[][] gradients = [.. ((ComputeEngine?[])[null, new GpuEngine(device)]).Select(engine =>
        {
            var gradient = new WeightGradient(table);
            var space = new Workspace(weights, gradient, engine);
            Tensor x = space.Input([3, 2, 2]);
            new RandomStream(1, "x").FillNormal(x.Values);
            Tensor y = Operation.Convolution(x, weight, bias);
            if (space.Memory is GpuMemory memory)
                memory.Weights.TakeShare(bias, 0, 1, GpuWeights.FirstRoom - free).MemSetToZero();
            space.Backward(y, [.. Enumerable.Range(0, 8 * Tensor.Samples).Select(i => MathF.Sin(i))]);
            return gradient.Values.ToArray();
        })];
        Near(gradients[0], gradients[1], Tolerance.Gradient);
    }

    static void Compare(string name, GpuDevice device)
    {
        OperationCase row = Rows.First(row => row.Name == name);
        OperationRun expected = new(row), actual = new(row, new GpuEngine(device));
        Near(expected.Output.Values, actual.Output.Values, row.ValueTolerance);
        for (int i = 0; i < row.Inputs.Length; i++)
            Near(expected.Inputs[i].Gradient, actual.Inputs[i].Gradient, row.GradientTolerance);
        Near(expected.Gradient.Values, actual.Gradient.Values, row.GradientTolerance);
    }

    static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = 1e-3;
        foreach (float value in expected) scale = Math.Max(scale, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 3 * tolerance * scale, $"{i}: {actual[i]}, not {expected[i]}");
    }
}

/// <summary>One emulator for all tests of a class, so that kernels are compiled once.</summary>
public sealed class EmulatorFixture : IDisposable
{
    /// <summary>The emulator, or what somebody asks for.</summary>
    public GpuDevice Device { get; } = Environment.GetEnvironmentVariable("QDIFF_TEST_DEVICE") switch
    {
        null or "" or "emulator" => GpuDevice.Emulator(),
        { } name when GpuDevice.TryNumber(name, out int number) => GpuDevice.Open(number),
        { } name => throw new InvalidOperationException($"QDIFF_TEST_DEVICE is emulator, gpu or gpu:1, not {name}."),
    };

    public void Dispose() => Device.Dispose();
}
