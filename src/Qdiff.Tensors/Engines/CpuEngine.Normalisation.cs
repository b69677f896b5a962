namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film, bool silu,
        float epsilon, Tensor? addend)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        bool records = space.Records(x, scale) || film is { RequiresGradient: true };
        Tensor y = space.Output(x.Shape, records || addend is { RequiresGradient: true });
        float* statistics = space.Allocate(2 * groups);
        GroupNormKernel<V>.Call call = new(channels, groups, area, epsilon, silu);
        GroupNormKernel<V>.Forward(call, x.Pointer, space.Values(scale), space.Values(bias), film is null ? null : film.Pointer,
            addend is null ? null : addend.Pointer, y.Pointer, statistics);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (!records)
            {
                space.HandOver(y, addend!);
                return;
            }

            float* dx = space.BeginGradient(x), dfilm = film is { RequiresGradient: true } ? space.BeginGradient(film) : null;
            GroupNormKernel<V>.Backward(call, x.Pointer, y.GradientPointer, space.Values(scale), space.Values(bias),
                film is null ? null : film.Pointer, statistics, dx, space.GradientOf(scale), space.GradientOf(bias), dfilm);
            if (addend is { RequiresGradient: true }) space.HandOver(y, addend);
            if (dfilm is not null) space.EndGradient(film!, dfilm);
            if (x.RequiresGradient) space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor LayerNorm(Tensor x, Parameter scale, float epsilon, Tensor? addend)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        bool records = space.Records(x, scale);
        Tensor y = space.Output(x.Shape, records || addend is { RequiresGradient: true });
        LayerNormKernel<V>.Forward(x.Pointer, space.Values(scale), addend is null ? null : addend.Pointer, y.Pointer, channels,
            area, epsilon);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (!records)
            {
                space.HandOver(y, addend!);
                return;
            }

            // What came of x's gradient so far is counted in on the way, unless the sum's own share comes between.
            bool accumulate = false;
            float* dx = x == addend ? space.BeginGradient(x) : space.ContinueGradient(x, out accumulate);
            Arena.Mark mark = space.Mark();
            float* sums = space.Allocate(channels);
            LayerNormKernel<V>.Backward(x.Pointer, y.GradientPointer, space.Values(scale), dx, accumulate, sums, channels, area,
                epsilon);
            if (space.Gradient is not null)
            {
                float* gradient = space.GradientOf(scale);
                for (int c = 0; c < channels; c++) gradient[c] += Lanes.SumOfSamples<V>(sums + c * Tensor.Samples);
            }

            space.Release(mark);
            if (addend is { RequiresGradient: true }) space.HandOver(y, addend);
            if (x.RequiresGradient) space.EndGradient(x, dx);
        });
        return y;
    }
}
