namespace Qdiff.Tensors;

public static partial class Operation
{
    /// <summary>
    /// Group normalisation of [C, H, W] with a scale and a bias [C], then optionally feature-wise modulation by
    /// <paramref name="film"/> [2C] (h·(1 + film[c]) + film[C + c]), then optionally SiLU, then optionally plus a tensor of x's
    /// shape: one pass over memory instead of several.
    /// </summary>
    /// <remarks>Wu and He, arXiv 1803.08494; modulation: Perez et al., arXiv 1709.07871.</remarks>
    public static Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film = null, bool silu = false,
        float epsilon = 1e-6f, Tensor? addend = null)
    {
        Require.Rank(x, 3);
        int channels = x.Shape[0];
        Require.That(groups > 0 && channels % groups == 0,
            $"{channels} channels cannot be divided into {groups} groups; choose a divisor.");
        Require.Shape(scale, [channels]);
        Require.Shape(bias, [channels]);
        if (film is not null)
            Require.That(film.Shape == new Shape(2 * channels),
                $"The modulation of {channels} channels has {2 * channels} numbers, got {film.Shape}.");
        if (addend is not null) Require.SameShape(x, addend);
        return x.Workspace.Engine.GroupNorm(x, groups, scale, bias, film, silu, epsilon, addend);
    }

    /// <summary>Normalisation over the channels of each pixel of [C, H, W] (or over a vector [C]), times a scale [C], without a
    /// bias; then optionally plus a tensor of x's shape.</summary>
    /// <remarks>Ba et al., arXiv 1607.06450.</remarks>
    public static Tensor LayerNorm(Tensor x, Parameter scale, float epsilon = 1e-5f, Tensor? addend = null)
    {
        Require.Shape(scale, [x.Shape[0]]);
        if (addend is not null) Require.SameShape(x, addend);
        return x.Workspace.Engine.LayerNorm(x, scale, epsilon, addend);
    }
}
