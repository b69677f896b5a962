namespace Qdiff.Tensors;

/// <summary>An element-wise function and its derivative, on vectors.</summary>
interface IElementwiseFunction<V> where V : struct, ILanes<V>
{
    static abstract V Value(V x);

    static abstract V Slope(V x);
}

readonly struct Silu<V> : IElementwiseFunction<V> where V : struct, ILanes<V>
{
    public static V Value(V x) => V.Silu(x);

    public static V Slope(V x) => V.SiluSlope(x);
}

readonly struct Gelu<V> : IElementwiseFunction<V> where V : struct, ILanes<V>
{
    const float Root2OverPi = 0.7978845608f, Cubic = 0.044715f;

    public static V Value(V x) => V.Create(0.5f) * x * (V.One + Tanh(x));

    public static V Slope(V x)
    {
        V t = Tanh(x);
        V inner = V.Create(Root2OverPi) * V.MultiplyAdd(V.Create(3 * Cubic) * x, x, V.One);
        return V.Create(0.5f) * (V.One + t + x * (V.One - t * t) * inner);
    }

    static V Tanh(V x)
    {
        // tanh z = 2σ(2z) − 1
        V z = V.Create(Root2OverPi) * x * V.MultiplyAdd(V.Create(Cubic) * x, x, V.One);
        return V.MultiplyAdd(V.Create(2), V.Sigmoid(z + z), -V.One);
    }
}

readonly struct Relu<V> : IElementwiseFunction<V> where V : struct, ILanes<V>
{
    public static V Value(V x) => V.AtLeast(x, default);

    public static V Slope(V x) => V.Select(V.GreaterThan(x, default), V.One, default);
}

readonly struct Sigmoid<V> : IElementwiseFunction<V> where V : struct, ILanes<V>
{
    public static V Value(V x) => V.Sigmoid(x);

    public static V Slope(V x)
    {
        V s = V.Sigmoid(x);
        return s * (V.One - s);
    }
}
