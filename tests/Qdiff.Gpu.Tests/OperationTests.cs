using Qdiff.Gpu;

/// <summary>Every operation of the table on a device, forward and backward, against the processors' engine.</summary>
public class OperationTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    public static TheoryData<string> Names => [.. OperationTable.Rows.Select(row => row.Name)];

    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void GivesWhatProcessorsGive(string name) => Compare(name, emulator.Device);

    /// <summary>Every thread a thread, groups of two warps: all kernels as a device runs them.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void GivesWhatProcessorsGiveThreadByThread(string name)
    {
        using GpuDevice device = GpuDevice.Emulator(everyThread: true);
        Compare(name, device);
    }

    static void Compare(string name, GpuDevice device)
    {
        OperationCase row = OperationTable.Rows.First(row => row.Name == name);
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
