using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>An element-wise function and its derivative, on vectors.</summary>
interface IElementwiseFunction
{
    static abstract Vector512<float> Value(Vector512<float> x);

    static abstract Vector512<float> Slope(Vector512<float> x);
}

readonly struct Silu : IElementwiseFunction
{
    public static Vector512<float> Value(Vector512<float> x) => x / (Vector512<float>.One + VectorMath.Exp(-x));

    public static Vector512<float> Slope(Vector512<float> x)
    {
        Vector512<float> s = VectorMath.Sigmoid(x);
        return Tile.MultiplyAdd(x * s, Vector512<float>.One - s, s);
    }
}

readonly struct Gelu : IElementwiseFunction
{
    const float Root2OverPi = 0.7978845608f, Cubic = 0.044715f;

    public static Vector512<float> Value(Vector512<float> x) => Vector512.Create(0.5f) * x * (Vector512<float>.One + Tanh(x));

    public static Vector512<float> Slope(Vector512<float> x)
    {
        Vector512<float> t = Tanh(x);
        Vector512<float> inner = Vector512.Create(Root2OverPi) * Tile.MultiplyAdd(Vector512.Create(3 * Cubic) * x, x,
            Vector512<float>.One);
        return Vector512.Create(0.5f) * (Vector512<float>.One + t + x * (Vector512<float>.One - t * t) * inner);
    }

    static Vector512<float> Tanh(Vector512<float> x) =>
        VectorMath.Tanh(Vector512.Create(Root2OverPi) * x * Tile.MultiplyAdd(Vector512.Create(Cubic) * x, x,
        Vector512<float>.One));
}

readonly struct Relu : IElementwiseFunction
{
    public static Vector512<float> Value(Vector512<float> x) => Vector512.Max(x, Vector512<float>.Zero);

    public static Vector512<float> Slope(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One,
            Vector512<float>.Zero);
}

readonly struct Sigmoid : IElementwiseFunction
{
    public static Vector512<float> Value(Vector512<float> x) => VectorMath.Sigmoid(x);

    public static Vector512<float> Slope(Vector512<float> x)
    {
        Vector512<float> s = VectorMath.Sigmoid(x);
        return s * (Vector512<float>.One - s);
    }
}
