using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine
{
    public override Tensor Activate(Tensor x, ActivationFunction function) => function switch
    {
        ActivationFunction.Silu => Map<Silu>(x),
        ActivationFunction.Gelu => Map<Gelu>(x),
        ActivationFunction.Relu => Map<Relu>(x),
        ActivationFunction.Sigmoid => Map<Sigmoid>(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No kernel for this function."),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Tensor Map<TFunction>(Tensor x) where TFunction : struct, IElementwiseFunction
    {
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, x.RequiresGradient);
        float* from = x.Pointer, to = y.Pointer;
        for (int i = 0; i < x.Count; i++) TFunction.Value(Tile.Load(from, i)).Store(to + (nint)i * Tile.Samples);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            MapGradient<TFunction>(x.Pointer, y.GradientPointer, dx, x.Count);
            space.EndGradient(x, dx);
        });
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MapGradient<TFunction>(float* x, float* dy, float* dx, int count) where TFunction : struct, IElementwiseFunction
    {
        for (int i = 0; i < count; i++)
            (Tile.Load(dy, i) * TFunction.Slope(Tile.Load(x, i))).Store(dx + (nint)i * Tile.Samples);
    }
}
