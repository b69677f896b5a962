using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    public override Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry) =>
        Convolve(x, weight, bias, geometry, [weight.Shape[0], geometry.OutputHeight, geometry.OutputWidth],
            new(weight.Shape[0], weight.Shape[1], geometry.Taps));

    /// <inheritdoc/>
    public override Tensor Dense(Tensor x, Parameter weight, Parameter? bias) =>
        Convolve(x, weight, bias, new(1, 1, 1, 1, 1, 0), [weight.Shape[0]], new(weight.Shape[0], weight.Shape[1], 1));

    /// <inheritdoc/>
    public override Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry)
    {
        GpuMemory memory = Of(x);
        int channels = weight.Shape[1];
        (Tensor y, ArrayView<float> to) = New(x.Workspace, [channels, geometry.InputHeight, geometry.InputWidth],
            Records(x, weight));
        var kernel = new Kernel(weight.Shape[0], channels, geometry.Taps);
        Multiply(memory, Transposed(memory.Batch, geometry, kernel), View(x), memory.Weights[weight], Values(memory, bias), to);
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y);
            WeightShare(memory, weight, null, geometry, kernel, View(x), dy);
            BiasShare(memory, bias, channels, geometry.InputHeight * geometry.InputWidth, dy);
            Contribute(x, (dx, soFar) => Multiply(memory, Direct(memory.Batch, geometry, kernel), dy, memory.Weights[weight],
                default, dx, soFar));
        });
        return y;
    }

    static Tensor Convolve(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry, Shape shape, Kernel kernel)
    {
        GpuMemory memory = Of(x);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, shape, Records(x, weight));
        Multiply(memory, Direct(memory.Batch, geometry, kernel), View(x), memory.Weights[weight], Values(memory, bias), to);
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y);
            WeightShare(memory, weight, bias, geometry, kernel, dy, View(x));
            Contribute(x, (dx, soFar) => Multiply(memory, Transposed(memory.Batch, geometry, kernel), dy, memory.Weights[weight],
                default, dx, soFar));
        });
        return y;
    }

    static ArrayView<float> Values(GpuMemory memory, Parameter? parameter) =>
        parameter is null ? default : memory.Weights[parameter];

    /// <param name="addend">What is added to it; nothing if it is empty.</param>
    static void Multiply(GpuMemory memory, ConvolutionSizes sizes, ArrayView<float> x, ArrayView<float> weights,
        ArrayView<float> bias, ArrayView<float> y, ArrayView<float> addend = default)
    {
        int threads = ConvolutionKernels.Threads(sizes), groups = (threads + GroupSum.Lanes - 1) / GroupSum.Lanes, warps = 1;
        int most = Math.Min(ConvolutionKernels.MaxShares, memory.Device.MaxWarps);
        while (2 * warps <= most && 2 * warps * groups <= 2 * memory.Device.BusyWarps
            && 4 * warps <= sizes.Inputs)
            warps *= 2;
        if (warps == 1) memory.Queue.ForEach(ConvolutionKernels.Convolution, threads, sizes, x, weights, bias, addend, y);
        else memory.Queue.ForGroups(ConvolutionKernels.ConvolutionInShares, groups, warps, sizes, x, weights, bias, addend, y);
    }

    /// <summary>From the large image to the small one.</summary>
    static ConvolutionSizes Direct(int batch, SpatialGeometry g, Kernel kernel) =>
        new(batch, kernel.Large, g.InputHeight, g.InputWidth, kernel.Small, g.OutputHeight, g.OutputWidth, g.KernelHeight,
            g.KernelWidth, g.Stride, g.PaddingY, g.PaddingX, kernel.OfSmall, kernel.OfLarge, kernel.OfRow, 0);

    /// <summary>From the small image to the large one.</summary>
    static ConvolutionSizes Transposed(int batch, SpatialGeometry g, Kernel kernel) =>
        new(batch, kernel.Small, g.OutputHeight, g.OutputWidth, kernel.Large, g.InputHeight, g.InputWidth, g.KernelHeight,
            g.KernelWidth, g.Stride, g.PaddingY, g.PaddingX, kernel.OfLarge, kernel.OfSmall, kernel.OfRow, 1);

    /// <summary>The gradient of a weight, and of a bias that is added to the small image, if there is one.</summary>
    static void WeightShare(GpuMemory memory, Parameter weight, Parameter? bias, SpatialGeometry g, Kernel kernel,
        ArrayView<float> small, ArrayView<float> large)
    {
        if (memory.Space.Gradient is null) return;
        var sizes = new WeightGradientSizes(memory.Batch, kernel.Small, g.OutputHeight, g.OutputWidth, kernel.Large,
            g.InputHeight, g.InputWidth, g.KernelHeight, g.KernelWidth, g.Stride, g.PaddingY, g.PaddingX, kernel.OfSmall,
            kernel.OfLarge, kernel.Count, g.OutputHeight, 1);
        int chunks = Chunks(memory.Device.BusyWarps / WeightGradientKernels.Warps(sizes, bias: false), g.OutputHeight);
        // Rows of weights of their own are shares of nothing else.
        if (kernel.OfRow > 0) chunks = g.OutputHeight;
        int rows = (g.OutputHeight + chunks - 1) / chunks;
        chunks = (g.OutputHeight + rows - 1) / rows;
        sizes = sizes with { Rows = rows, Chunks = chunks };
        memory.Weights.ReserveMore(chunks * (kernel.Count + (bias is null || memory.Device.IsEmulator ? 0 : kernel.Small)));
        ArrayView<float> share = kernel.OfRow > 0 ? memory.Weights.TakeShare(weight, 0, kernel.Count * chunks, 1)
            : memory.Weights.TakeShare(weight, 0, kernel.Count, chunks);
        if (memory.Device.IsEmulator)
        {
            memory.Queue.ForEach(WeightGradientKernels.WeightGradientByDefinition, kernel.Count * chunks, sizes, small, large,
                share);
            BiasShare(memory, bias, kernel.Small, g.OutputHeight * g.OutputWidth, small);
            return;
        }

        ArrayView<float> biasShare = bias is null ? default : memory.Weights.TakeShare(bias, 0, kernel.Small, chunks);
        int warps = Math.Min(4, memory.Device.MaxWarps), all = WeightGradientKernels.Warps(sizes, bias is not null);
        memory.Queue.Beside(() => memory.Queue.ForGroups(WeightGradientKernels.WeightGradient, (all + warps - 1) / warps, warps,
            sizes, small, large, share, biasShare));
    }

    static void BiasShare(GpuMemory memory, Parameter? bias, int channels, int area, ArrayView<float> dy)
    {
        if (bias is null || memory.Space.Gradient is null) return;
        int size = area * memory.Batch, chunks = Chunks(size / 4096, 32), chunk = (size + chunks - 1) / chunks;
        ArrayView<float> share = memory.Weights.TakeShare(bias, 0, channels, chunks);
        memory.Queue.Beside(() => memory.Queue.ForGroups(ReductionKernels.OverChannel, channels * chunks,
            WarpsFor(memory, chunk / 32), channels, size, chunk, dy, default(ArrayView<float>), default(ArrayView<float>),
            default(ArrayView<float>), share));
    }

    /// <summary>
    /// How a convolution's kernel lies in memory: channels of the small and of the large image, the distances between them, and
    /// how far apart the kernels of two rows are, if each has its own.
    /// </summary>
    readonly record struct Kernel(int Small, int Large, int OfSmall, int OfLarge, int OfRow, int Count)
    {
        /// <summary>[small, large, taps].</summary>
        public Kernel(int small, int large, int taps) : this(small, large, large * taps, taps, 0, small * large * taps)
        {
        }
    }
}
