using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Functions = Qdiff.ElementaryFunctions<System.Runtime.Intrinsics.Vector128<float>, Qdiff.Lanes4>;
using Operations = Qdiff.IVectorOperations<System.Runtime.Intrinsics.Vector128<float>>;

namespace Qdiff;

/// <inheritdoc cref="ILanes{V}"/>
readonly unsafe struct Lanes4(Vector128<float> value) : ILanes<Lanes4>, Operations
{
    readonly Vector128<float> value = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(float* from) => new(Vector128.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(float* tile, nint element) => new(Vector128.Load(tile + element * 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(Vector128.MultiplyAddEstimate(a.value, b.value, c.value));

    // One instruction where there is one; the compiler does not fold the negation by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MultiplyAddNegated(Lanes4 a, Lanes4 b, Lanes4 c) => new(Fma.IsSupported
        ? Fma.MultiplyAddNegated(a.value, b.value, c.value)
        : AdvSimd.IsSupported ? AdvSimd.FusedMultiplySubtract(c.value, a.value, b.value)
        : c.value - a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => new(Vector128.Max(a.value, b.value));

    // Where one is not a number, x86 takes the second; Arm takes it, whichever it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 AtLeast(Lanes4 a, Lanes4 bound) => new(Vector128.MaxNative(bound.value, a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 AtMost(Lanes4 a, Lanes4 bound) => new(Vector128.MinNative(bound.value, a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector128.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Exp(Lanes4 a) => new(Functions.Exp(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ExpNonPositive(Lanes4 a) => new(Functions.ExpNonPositive(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sigmoid(Lanes4 a) => new(Functions.Sigmoid(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Silu(Lanes4 a) => new(Functions.Silu(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 SiluSlope(Lanes4 a) => new(Functions.SiluSlope(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes4 Sin, Lanes4 Cos) SinCos(Lanes4 a)
    {
        (Vector128<float> sin, Vector128<float> cos) = Vector128.SinCos(a.value);
        return (new(sin), new(cos));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreWithin(Lanes4 a, float bound) =>
        Vector128.LessThanOrEqualAll(Vector128.Abs(a.value), Vector128.Create(bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Equals(Lanes4 a, Lanes4 b) => new(Vector128.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 GreaterThan(Lanes4 a, Lanes4 b) => new(Vector128.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Select(Lanes4 mask, Lanes4 a, Lanes4 b) =>
        new(Vector128.ConditionalSelect(mask.value, a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Scale(Lanes4 a, Lanes4 integer) =>
        new((a.value.AsInt32() + (integer.value.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes4 a) => Vector128.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Create(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Negate(Vector128<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.MultiplySubtract(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Fma.IsSupported ? Fma.MultiplySubtract(a, b, c) : Vector128.MultiplyAddEstimate(a, b, -c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.AtLeast(Vector128<float> a, Vector128<float> bound) => Vector128.MaxNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.AtMost(Vector128<float> a, Vector128<float> bound) => Vector128.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Operations.Scale(Vector128<float> a, Vector128<float> integer) =>
        (a.AsInt32() + (integer.AsInt32() << 23)).AsSingle();
}
