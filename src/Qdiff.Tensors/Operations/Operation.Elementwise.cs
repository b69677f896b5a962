using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>x·σ(x).</summary>
    /// <remarks>Hendrycks and Gimpel, arXiv 1606.08415; Ramachandran et al., arXiv 1710.05941.</remarks>
    public static Tensor Silu(Tensor x) => Map<SiluFunction>(x, ElementwiseOracle.Silu);

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), the tanh form of GELU.</summary>
    /// <remarks>Hendrycks and Gimpel, arXiv 1606.08415.</remarks>
    public static Tensor Gelu(Tensor x) => Map<GeluFunction>(x, ElementwiseOracle.Gelu);

    /// <summary>max(x, 0); the slope at 0 is 0.</summary>
    public static Tensor Relu(Tensor x) => Map<ReluFunction>(x, ElementwiseOracle.Relu);

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public static Tensor Sigmoid(Tensor x) => Map<SigmoidFunction>(x, ElementwiseOracle.Sigmoid);

    /// <summary>a + b, element by element.</summary>
    public static Tensor Add(Tensor a, Tensor b)
    {
        Require.SameShape(a, b);
        Workspace space = a.Workspace;
        if (space.IsReference) return space.Define(a.Shape, s => ElementwiseOracle.Add(a.Definition[s], b.Definition[s]));
        Tensor y = space.Output(a.Shape, a.RequiresGradient || b.RequiresGradient);
        TensorPrimitives.Add(a.Values, b.Values, y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (b.RequiresGradient && a.RequiresGradient)
            {
                float* db = space.BeginGradient(b);
                y.Gradient.CopyTo(space.Span(db, b.Count));
                space.EndGradient(b, db);
            }

            space.HandOver(y, a.RequiresGradient ? a : b);
        });
        return y;
    }

    /// <summary>x·factor.</summary>
    public static Tensor Scale(Tensor x, float factor)
    {
        Workspace space = x.Workspace;
        if (space.IsReference) return space.Define(x.Shape, s => Array.ConvertAll(x.Definition[s], value => factor * value));
        Tensor y = space.Output(x.Shape, x.RequiresGradient);
        TensorPrimitives.Multiply(x.Values, factor, y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            TensorPrimitives.Multiply(y.Gradient, factor, space.Span(dx, x.Count));
            space.EndGradient(x, dx);
        });
        return y;
    }

    /// <summary>Each channel of x [C, H, W] times its own gate [C].</summary>
    public static Tensor ScaleChannels(Tensor x, Tensor gate)
    {
        Require.Rank(x, 3);
        Require.That(gate.Shape == new Shape(x.Shape[0]),
            $"The gate must have shape {x.Shape[0]}, one number a channel; it has {gate.Shape}.");
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        if (space.IsReference)
            return space.Define(x.Shape, s => ElementwiseOracle.ScaleChannels(x.Definition[s], gate.Definition[s]));
        Tensor y = space.Output(x.Shape, x.RequiresGradient || gate.RequiresGradient);
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> g = Lane.Load(gate.Pointer, c);
            float* from = x.Pointer + (nint)c * area * Lane.Width, to = y.Pointer + (nint)c * area * Lane.Width;
            for (int i = 0; i < area; i++) (g * Lane.Load(from, i)).Store(to + i * Lane.Width);
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (gate.RequiresGradient)
            {
                float* dg = space.BeginGradient(gate);
                for (int c = 0; c < channels; c++)
                {
                    Vector512<float> sum = default;
                    nint start = (nint)c * area;
                    for (int i = 0; i < area; i++) sum = Lane.Fma(Lane.Load(dy, start + i), Lane.Load(x.Pointer, start + i), sum);
                    sum.Store(dg + c * Lane.Width);
                }

                space.EndGradient(gate, dg);
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> g = Lane.Load(gate.Pointer, c);
                nint start = (nint)c * area;
                for (int i = 0; i < area; i++) (g * Lane.Load(dy, start + i)).Store(dx + (start + i) * Lane.Width);
            }

            space.EndGradient(x, dx);
        });
        return y;
    }

    /// <summary>x with one number a channel added to every pixel: [C, H, W] + [C].</summary>
    public static Tensor AddChannels(Tensor x, Tensor shift)
    {
        Require.Rank(x, 3);
        Require.That(shift.Shape == new Shape(x.Shape[0]),
            $"The shift must have shape {x.Shape[0]}, one number a channel; it has {shift.Shape}.");
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        if (space.IsReference)
            return space.Define(x.Shape, s => ElementwiseOracle.AddChannels(x.Definition[s], shift.Definition[s]));
        Tensor y = space.Output(x.Shape, x.RequiresGradient || shift.RequiresGradient);
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> s = Lane.Load(shift.Pointer, c);
            nint start = (nint)c * area;
            for (int i = 0; i < area; i++) (s + Lane.Load(x.Pointer, start + i)).Store(y.Pointer + (start + i) * Lane.Width);
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (shift.RequiresGradient)
            {
                float* ds = space.BeginGradient(shift);
                for (int c = 0; c < channels; c++)
                    LaneReduction.Sum(y.GradientPointer + (nint)c * area * Lane.Width, area).Store(ds + c * Lane.Width);
                space.EndGradient(shift, ds);
            }

            if (x.RequiresGradient) space.HandOver(y, x);
        });
        return y;
    }

    /// <summary>An element-wise function and its derivative, on vectors.</summary>
    interface IFunction
    {
        static abstract Vector512<float> Value(Vector512<float> x);

        static abstract Vector512<float> Slope(Vector512<float> x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Tensor Map<TFunction>(Tensor x, Func<double, double> definition) where TFunction : struct, IFunction
    {
        Workspace space = x.Workspace;
        if (space.IsReference) return space.Define(x.Shape, s => Array.ConvertAll(x.Definition[s], value => definition(value)));
        if (space.OpensActivations) return x;
        Tensor y = space.Output(x.Shape, x.RequiresGradient);
        float* from = x.Pointer, to = y.Pointer;
        for (int i = 0; i < x.Count; i++) TFunction.Value(Lane.Load(from, i)).Store(to + (nint)i * Lane.Width);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            MapGradient<TFunction>(x.Pointer, y.GradientPointer, dx, x.Count);
            space.EndGradient(x, dx);
        });
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MapGradient<TFunction>(float* x, float* dy, float* dx, int count) where TFunction : struct, IFunction
    {
        for (int i = 0; i < count; i++)
            (Lane.Load(dy, i) * TFunction.Slope(Lane.Load(x, i))).Store(dx + (nint)i * Lane.Width);
    }

    internal readonly struct SiluFunction : IFunction
    {
        public static Vector512<float> Value(Vector512<float> x) => x / (Vector512<float>.One + VectorMath.Exp(-x));

        public static Vector512<float> Slope(Vector512<float> x)
        {
            Vector512<float> s = VectorMath.Sigmoid(x);
            return Lane.Fma(x * s, Vector512<float>.One - s, s);
        }
    }

    readonly struct GeluFunction : IFunction
    {
        const float Root2OverPi = 0.7978845608f, Cubic = 0.044715f;

        public static Vector512<float> Value(Vector512<float> x) => Vector512.Create(0.5f) * x * (Vector512<float>.One + Tanh(x));

        public static Vector512<float> Slope(Vector512<float> x)
        {
            Vector512<float> t = Tanh(x);
            Vector512<float> inner = Vector512.Create(Root2OverPi) * Lane.Fma(Vector512.Create(3 * Cubic) * x, x,
                Vector512<float>.One);
            return Vector512.Create(0.5f) * (Vector512<float>.One + t + x * (Vector512<float>.One - t * t) * inner);
        }

        static Vector512<float> Tanh(Vector512<float> x) =>
            VectorMath.Tanh(Vector512.Create(Root2OverPi) * x * Lane.Fma(Vector512.Create(Cubic) * x, x, Vector512<float>.One));
    }

    readonly struct ReluFunction : IFunction
    {
        public static Vector512<float> Value(Vector512<float> x) => Vector512.Max(x, Vector512<float>.Zero);

        public static Vector512<float> Slope(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One,
                Vector512<float>.Zero);
    }

    readonly struct SigmoidFunction : IFunction
    {
        public static Vector512<float> Value(Vector512<float> x) => VectorMath.Sigmoid(x);

        public static Vector512<float> Slope(Vector512<float> x)
        {
            Vector512<float> s = VectorMath.Sigmoid(x);
            return s * (Vector512<float>.One - s);
        }
    }
}
