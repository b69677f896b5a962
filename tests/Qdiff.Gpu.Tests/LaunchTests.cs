using ILGPU;
using ILGPU.Runtime;
using Qdiff.Gpu;

/// <summary>Kernels and launches by themselves.</summary>
public class LaunchTests
{
    /// <summary>A group's threads beyond the last number do nothing.</summary>
    [Fact]
    public void EveryNumberHasAThreadAndNothingElse()
    {
        using GpuDevice device = GpuDevice.Emulator(everyThread: true);
        var queue = new LaunchQueue(device, device.Accelerator.DefaultStream);
        using MemoryBuffer1D<float, Stride1D.Dense> from = device.Accelerator.Allocate1D([.. Enumerable.Repeat(1f, 200)]),
            to = device.Accelerator.Allocate1D<float>(200);
        foreach (int threads in (int[])[1, 63, 64, 65, 129])
        {
            to.MemSetToZero();
            queue.ForEach(ElementwiseKernels.Copy, threads, from.View.AsContiguous(), to.View.AsContiguous());
            device.Accelerator.Synchronize();
            Assert.Equal([.. Enumerable.Range(0, 200).Select(i => i < threads ? 1f : 0)], to.GetAsArray1D());
        }
    }

    /// <summary>An idle sample has label −1, which is no place in the logits: what lies before them is not read.</summary>
    [Fact]
    public void IdleSamplesHaveNoCrossEntropy()
    {
        const int batch = 2, classes = 3;
        using GpuDevice device = GpuDevice.Emulator();
        using MemoryBuffer1D<float, Stride1D.Dense> logits =
            device.Accelerator.Allocate1D([float.NaN, float.NaN, 1f, 2, 3, 4, 5, 6]),
            slope = device.Accelerator.Allocate1D<float>(classes * batch), loss = device.Accelerator.Allocate1D<float>(batch);
        using MemoryBuffer1D<int, Stride1D.Dense> labels = device.Accelerator.Allocate1D([2, -1]);
        for (int s = 0; s < batch; s++)
            SampleKernels.CrossEntropy(s, batch, classes, labels.View.AsContiguous(), logits.View.SubView(batch, classes * batch)
                .AsContiguous(), slope.View.AsContiguous(), loss.View.AsContiguous());
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(3) + Math.Exp(5)) - 5, loss.GetAsArray1D()[0], 1e-6);
        Assert.Equal(0, loss.GetAsArray1D()[1]);
        Assert.All([1, 3, 5], at => Assert.Equal(0, slope.GetAsArray1D()[at]));
    }

    /// <summary>Beside two logits of a million each the loss is still that of two equal ones.</summary>
    [Fact]
    public void LargeLogitsLeaveTheDigitsOfTheirLoss()
    {
        using GpuDevice device = GpuDevice.Emulator();
        using MemoryBuffer1D<float, Stride1D.Dense> logits = device.Accelerator.Allocate1D([1e6f, 1e6f]),
            slope = device.Accelerator.Allocate1D<float>(2), loss = device.Accelerator.Allocate1D<float>(1);
        using MemoryBuffer1D<int, Stride1D.Dense> labels = device.Accelerator.Allocate1D([1]);
        SampleKernels.CrossEntropy(0, 1, 2, labels.View.AsContiguous(), logits.View.AsContiguous(), slope.View.AsContiguous(),
            loss.View.AsContiguous());
        Assert.Equal(Math.Log(2), loss.GetAsArray1D()[0], 1e-6);
    }

    /// <summary>The squares of a gradient of norm 1e20 are infinite in single precision, unless it is shortened.</summary>
    [Theory]
    [InlineData(double.PositiveInfinity, -1.0)]
    [InlineData(2e19, -1.0)]
    [InlineData(2.0, 2e-20)]
    public void AStepWhoseSquaresOverflowIsNotDone(double clipNorm, double factor)
    {
        using GpuDevice device = GpuDevice.Emulator();
        var queue = new LaunchQueue(device, device.Accelerator.DefaultStream);
        using MemoryBuffer1D<float, Stride1D.Dense> one = device.Accelerator.Allocate1D([1f]);
        using MemoryBuffer1D<double, Stride1D.Dense> sums = device.Accelerator.Allocate1D([1e40, 0.0]),
            measured = device.Accelerator.Allocate1D<double>(4);
        queue.ForGroups(TrainingKernels.Measure, 1, 1, 1, 1, clipNorm, one.View.AsContiguous(), one.View.AsContiguous(),
            sums.View.AsContiguous(), measured.View.AsContiguous());
        device.Accelerator.Synchronize();
        Assert.Equal(factor, measured.GetAsArray1D()[3], 1e-30);
    }

    /// <summary>Loss and norms are those of one sum after another, of more numbers than a warp has lanes.</summary>
    [Fact]
    public void AStepIsMeasured()
    {
        const int batch = 48, parts = 37;
        using GpuDevice device = GpuDevice.Emulator();
        var queue = new LaunchQueue(device, device.Accelerator.DefaultStream);
        float[] losses = [.. Enumerable.Range(0, batch).Select(s => s < 40 ? 1 + s / 7f : float.NaN)],
            weights = [.. Enumerable.Range(0, batch).Select(s => s < 40 ? 0.5f / 40 : 0)];
        double[] squares = [.. Enumerable.Range(0, 2 * parts).Select(i => 1 + i / 3.0)];
        using MemoryBuffer1D<float, Stride1D.Dense> l = device.Accelerator.Allocate1D(losses),
            w = device.Accelerator.Allocate1D(weights);
        using MemoryBuffer1D<double, Stride1D.Dense> sums = device.Accelerator.Allocate1D(squares),
            measured = device.Accelerator.Allocate1D<double>(4);
        queue.ForGroups(TrainingKernels.Measure, 1, 1, batch, parts, 2.0, l.View.AsContiguous(), w.View.AsContiguous(),
            sums.View.AsContiguous(), measured.View.AsContiguous());
        device.Accelerator.Synchronize();
        double norm = Math.Sqrt(Enumerable.Range(0, parts).Sum(i => squares[2 * i])),
            angles = Math.Sqrt(Enumerable.Range(0, parts).Sum(i => squares[2 * i + 1]));
        double[] expected = [losses.Take(40).Sum(loss => loss * (double)weights[0]), norm, angles, 2 / norm], actual =
            measured.GetAsArray1D();
        for (int i = 0; i < 4; i++) Assert.Equal(expected[i], actual[i], 1e-12 * expected[i]);
    }
}
