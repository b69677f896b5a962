using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>
    /// Group normalisation of [C, H, W] with a scale and a bias [C], then optionally feature-wise modulation by
    /// <paramref name="film"/> [2C] (h·(1 + film[c]) + film[C + c]), then optionally SiLU: one pass over memory instead of three.
    /// </summary>
    /// <remarks>Wu and He, arXiv 1803.08494; modulation: Perez et al., arXiv 1709.07871.</remarks>
    public static Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film = null, bool silu = false,
        float epsilon = 1e-6f)
    {
        Require.Rank(x, 3);
        int channels = x.Shape[0], area = x.Count / channels;
        Require.That(groups > 0 && channels % groups == 0,
            $"{channels} channels cannot be divided into {groups} groups; choose a divisor.");
        Require.Shape(scale, [channels]);
        Require.Shape(bias, [channels]);
        if (film is not null)
            Require.That(film.Shape == new Shape(2 * channels),
                $"The modulation of {channels} channels has {2 * channels} numbers, got {film.Shape}.");

        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            (double[] w, double[] b) = (space.Definition(scale), space.Definition(bias));
            return space.Define(x.Shape, s =>
                NormalisationOracle.GroupNorm(x.Definition[s], groups, w, b, film?.Definition[s], silu, epsilon));
        }

        Tensor y = space.Output(x.Shape, space.Records(x, scale) || film is { RequiresGradient: true });
        float* statistics = space.Allocate(2 * groups);
        GroupNormKernel.Call call = new(channels, groups, area, epsilon, silu);
        GroupNormKernel.Forward(call, x.Pointer, space.Values(scale), space.Values(bias), film is null ? null : film.Pointer,
            y.Pointer, statistics);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x), dfilm = film is { RequiresGradient: true } ? space.BeginGradient(film) : null;
            GroupNormKernel.Backward(call, x.Pointer, y.GradientPointer, space.Values(scale), space.Values(bias),
                film is null ? null : film.Pointer, statistics, dx, space.GradientOf(scale), space.GradientOf(bias), dfilm);
            if (dfilm is not null) space.EndGradient(film!, dfilm);
            if (x.RequiresGradient) space.EndGradient(x, dx);
        });
        return y;
    }

    /// <summary>Normalisation over the channels of each pixel of [C, H, W] (or over a vector [C]), times a scale [C]; no
    /// bias.</summary>
    /// <remarks>Ba et al., arXiv 1607.06450.</remarks>
    public static Tensor LayerNorm(Tensor x, Parameter scale, float epsilon = 1e-5f)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Require.Shape(scale, [channels]);
        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            double[] w = space.Definition(scale);
            return space.Define(x.Shape, s => NormalisationOracle.LayerNorm(x.Definition[s], w, epsilon));
        }

        Tensor y = space.Output(x.Shape, space.Records(x, scale));
        LayerNormKernel.Forward(x.Pointer, space.Values(scale), y.Pointer, channels, area, epsilon);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            Arena.Mark mark = space.Mark();
            float* sums = space.Allocate(channels);
            LayerNormKernel.Backward(x.Pointer, y.GradientPointer, space.Values(scale), dx, sums, channels, area, epsilon);
            if (space.Gradient is not null)
            {
                float* gradient = space.GradientOf(scale);
                for (int c = 0; c < channels; c++) gradient[c] += Vector512.Sum(Lane.Load(sums, c));
            }

            space.Release(mark);
            if (x.RequiresGradient) space.EndGradient(x, dx);
        });
        return y;
    }
}
