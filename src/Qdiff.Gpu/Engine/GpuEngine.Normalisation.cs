using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    public override Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film, bool silu,
        float epsilon, Tensor? addend)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], area = x.Count / channels, blocks = channels * memory.Slabs, pieces = Pieces(area,
            BusyGroups / blocks), warps = WarpsFor(memory, area), fewWarps = WarpsFor(memory, area / pieces);
        var sizes = new GroupNormSizes(memory.Batch, channels, channels / groups, area, epsilon, silu ? 1 : 0, pieces,
            Chunks(BusyGroups / blocks, (area + 4 * warps - 1) / (4 * warps)));
        ArrayView<float> mean = memory.TakeTensor(channels * pieces), squares = memory.TakeTensor(channels * pieces);
        ArrayView<float> from = View(x), modulation = film is null ? default : View(film);
        memory.Queue.ForGroups(NormalisationKernels.ChannelStatistics, blocks * pieces, fewWarps, sizes, from, mean, squares);
        bool records = Records(x, scale) || film?.RequiresGradient == true || addend?.RequiresGradient == true;
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, records);
        memory.Queue.ForGroups(NormalisationKernels.GroupNorm, blocks * sizes.Parts, warps, sizes, from, mean, squares,
            memory.Weights[scale], memory.Weights[bias], modulation, addend is null ? default : View(addend), to);
        if (y.RequiresGradient) Record(y, () =>
        {
            if (addend is not null) Share(y, addend);
            ArrayView<float> dy = GradientView(y), sums = memory.TakeTensor(2 * channels * pieces);
            ArrayView<float> share = memory.Space.Gradient is null ? memory.TakeNumbers(2 * channels * memory.Slabs)
                : memory.Weights.TakeShares(scale, bias, memory.Slabs);
            memory.Queue.ForGroups(NormalisationKernels.GradientSums, blocks * pieces, fewWarps, sizes, from, mean, squares,
                memory.Weights[scale], memory.Weights[bias], modulation, dy, sums);
            // Whoever needs no gradient of the modulation has it written to memory that nobody reads.
            if (film is { RequiresGradient: true }) Contribute(film, OfInput);
            else OfInput(film is null ? default : memory.TakeTensor(2 * channels));

            void OfInput(ArrayView<float> dfilm)
            {
                if (x.RequiresGradient) Contribute(x, dx => Gradient(dfilm, dx));
                else Gradient(dfilm, default);
            }

            void Gradient(ArrayView<float> dfilm, ArrayView<float> dx) => memory.Queue.ForGroups(NormalisationKernels.Gradient,
                blocks * sizes.Parts, warps, sizes, from, mean, squares, memory.Weights[scale], memory.Weights[bias], modulation,
                dy, sums, dx, dfilm, share);
        });
        return y;
    }

    /// <summary>Pieces of equal size, no more than are wanted and none of fewer than 64 pixels.</summary>
    static int Pieces(int area, int wanted)
    {
        int pieces = Math.Clamp(wanted, 1, Math.Max(area / 64, 1));
        while (area % pieces > 0) pieces--;
        return pieces;
    }

    /// <inheritdoc/>
    public override Tensor LayerNorm(Tensor x, Parameter scale, float epsilon, Tensor? addend)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], size = x.Count / channels * memory.Batch;
        ArrayView<float> from = View(x), mean = memory.TakeTensor(x.Count / channels), inverse =
            memory.TakeTensor(x.Count / channels);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, Records(x, scale) || addend?.RequiresGradient == true);
        memory.Queue.ForEach(NormalisationKernels.LayerNorm, size, channels, size, epsilon, from, memory.Weights[scale],
            addend is null ? default : View(addend), mean, inverse, to);
        if (y.RequiresGradient) Record(y, () =>
        {
            if (addend is not null) Share(y, addend);
            ArrayView<float> dy = GradientView(y);
            if (memory.Space.Gradient is not null)
            {
                int chunks = Chunks(size / 4096, 32), chunk = (size + chunks - 1) / chunks;
                ArrayView<float> share = memory.Weights.TakeShare(scale, 0, channels, chunks);
                memory.Queue.Beside(() => memory.Queue.ForGroups(ReductionKernels.OverChannel, channels * chunks,
                    WarpsFor(memory, chunk / 32), channels, size, chunk, dy, from, mean, inverse, share));
            }

            Contribute(x, (dx, soFar) => memory.Queue.ForEach(NormalisationKernels.LayerNormGradient, size, channels, size, from,
                memory.Weights[scale], mean, inverse, dy, soFar, dx));
        });
        return y;
    }
}
