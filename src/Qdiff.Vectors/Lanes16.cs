using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Functions = Qdiff.ElementaryFunctions<System.Runtime.Intrinsics.Vector512<float>, Qdiff.Lanes16>;
using Operations = Qdiff.IVectorOperations<System.Runtime.Intrinsics.Vector512<float>>;

namespace Qdiff;

/// <inheritdoc cref="ILanes{V}"/>
readonly unsafe struct Lanes16(Vector512<float> value) : ILanes<Lanes16>, Operations
{
    readonly Vector512<float> value = value;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(float* tile, nint element) => new(Vector512.Load(tile + element * 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) =>
        new(Vector512.MultiplyAddEstimate(a.value, b.value, c.value));

    // One instruction where there is one; the compiler does not fold the negation by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAddNegated(Lanes16 a, Lanes16 b, Lanes16 c) => new(Avx512F.IsSupported
        ? Avx512F.FusedMultiplyAddNegated(a.value, b.value, c.value)
        : Vector512.MultiplyAddEstimate(-a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => new(Vector512.Max(a.value, b.value));

    // Where one is not a number, x86 takes the second; Arm takes it, whichever it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 AtLeast(Lanes16 a, Lanes16 bound) => new(Vector512.MaxNative(bound.value, a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 AtMost(Lanes16 a, Lanes16 bound) => new(Vector512.MinNative(bound.value, a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sqrt(Lanes16 a) => new(Vector512.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Exp(Lanes16 a) => new(Functions.Exp(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 ExpNonPositive(Lanes16 a) => new(Functions.ExpNonPositive(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sigmoid(Lanes16 a) => new(Functions.Sigmoid(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Silu(Lanes16 a) => new(Functions.Silu(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 SiluSlope(Lanes16 a) => new(Functions.SiluSlope(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes16 Sin, Lanes16 Cos) SinCos(Lanes16 a)
    {
        (Vector512<float> sin, Vector512<float> cos) = Vector512.SinCos(a.value);
        return (new(sin), new(cos));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreWithin(Lanes16 a, float bound) =>
        Vector512.LessThanOrEqualAll(Vector512.Abs(a.value), Vector512.Create(bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Equals(Lanes16 a, Lanes16 b) => new(Vector512.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 GreaterThan(Lanes16 a, Lanes16 b) => new(Vector512.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Select(Lanes16 mask, Lanes16 a, Lanes16 b) =>
        new(Vector512.ConditionalSelect(mask.value, a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Scale(Lanes16 a, Lanes16 integer) =>
        new((a.value.AsInt32() + (integer.value.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes16 a) => Vector512.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Create(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Negate(Vector512<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.MultiplySubtract(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.IsSupported ? Avx512F.FusedMultiplySubtract(a, b, c) : Vector512.MultiplyAddEstimate(a, b, -c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.AtLeast(Vector512<float> a, Vector512<float> bound) => Vector512.MaxNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.AtMost(Vector512<float> a, Vector512<float> bound) => Vector512.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Operations.Scale(Vector512<float> a, Vector512<float> integer) =>
        (a.AsInt32() + (integer.AsInt32() << 23)).AsSingle();
}
