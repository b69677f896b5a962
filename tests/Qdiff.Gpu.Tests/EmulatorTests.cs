using ILGPU;
using ILGPU.Runtime;
using Qdiff.Gpu;

public class EmulatorTests
{
    /// <summary>Kernels sum over a warp with shuffles, so that the emulator must have warps as devices have them.</summary>
    [Fact]
    public void WarpsHave32LanesAndShuffle()
    {
        using GpuDevice device = GpuDevice.Emulator();
        using MemoryBuffer1D<float, Stride1D.Dense> sums = device.Accelerator.Allocate1D<float>(32);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<float>>(SumOfLanes);
        kernel((1, 32), sums.View);
        device.Accelerator.Synchronize();
        Assert.Equal(32, device.Accelerator.WarpSize);
        Assert.All(sums.GetAsArray1D(), sum => Assert.Equal(31 * 16, sum));
    }

    static void SumOfLanes(ArrayView<float> sums)
    {
        float sum = Group.IdxX % 32;
        for (int mask = 16; mask > 0; mask /= 2) sum += Warp.ShuffleXor(sum, mask);
        sums[Group.IdxX] = sum;
    }
}
