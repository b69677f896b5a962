using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor Activate(Tensor x, ActivationFunction function) => function switch
    {
        ActivationFunction.Silu => Map<Silu<V>>(x),
        ActivationFunction.Gelu => Map<Gelu<V>>(x),
        ActivationFunction.Relu => Map<Relu<V>>(x),
        ActivationFunction.Sigmoid => Map<Sigmoid<V>>(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No kernel for this function."),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Tensor Map<TFunction>(Tensor x) where TFunction : struct, IElementwiseFunction<V>
    {
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, x.RequiresGradient);
        float* from = x.Pointer, to = y.Pointer;
        nint count = (nint)x.Count * Tensor.Samples;
        for (nint i = 0; i < count; i += V.Count) TFunction.Value(V.Load(from + i)).Store(to + i);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            MapGradient<TFunction>(x.Pointer, y.GradientPointer, dx, (nint)x.Count * Tensor.Samples);
            space.EndGradient(x, dx);
        });
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MapGradient<TFunction>(float* x, float* dy, float* dx, nint count)
        where TFunction : struct, IElementwiseFunction<V>
    {
        for (nint i = 0; i < count; i += V.Count) (V.Load(dy + i) * TFunction.Slope(V.Load(x + i))).Store(dx + i);
    }
}
