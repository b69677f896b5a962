using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Functions = Qdiff.ElementaryFunctions<System.Runtime.Intrinsics.Vector256<float>, Qdiff.Lanes8>;
using Operations = Qdiff.IVectorOperations<System.Runtime.Intrinsics.Vector256<float>>;

namespace Qdiff;

/// <inheritdoc cref="ILanes{V}"/>
readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>, Operations
{
    readonly Vector256<float> value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(float* tile, nint element) => new(Vector256.Load(tile + element * 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) =>
        new(Vector256.MultiplyAddEstimate(a.value, b.value, c.value));

    // One instruction where there is one; the compiler does not fold the negation by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAddNegated(Lanes8 a, Lanes8 b, Lanes8 c) => new(Fma.IsSupported
        ? Fma.MultiplyAddNegated(a.value, b.value, c.value)
        : Vector256.MultiplyAddEstimate(-a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new(Vector256.Max(a.value, b.value));

    // Where one is not a number, x86 takes the second; Arm takes it, whichever it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 AtLeast(Lanes8 a, Lanes8 bound) => new(Vector256.MaxNative(bound.value, a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 AtMost(Lanes8 a, Lanes8 bound) => new(Vector256.MinNative(bound.value, a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 a) => new(Vector256.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Exp(Lanes8 a) => new(Functions.Exp(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ExpNonPositive(Lanes8 a) => new(Functions.ExpNonPositive(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sigmoid(Lanes8 a) => new(Functions.Sigmoid(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Silu(Lanes8 a) => new(Functions.Silu(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 SiluSlope(Lanes8 a) => new(Functions.SiluSlope(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes8 Sin, Lanes8 Cos) SinCos(Lanes8 a)
    {
        (Vector256<float> sin, Vector256<float> cos) = Vector256.SinCos(a.value);
        return (new(sin), new(cos));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreWithin(Lanes8 a, float bound) =>
        Vector256.LessThanOrEqualAll(Vector256.Abs(a.value), Vector256.Create(bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Equals(Lanes8 a, Lanes8 b) => new(Vector256.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 GreaterThan(Lanes8 a, Lanes8 b) => new(Vector256.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Select(Lanes8 mask, Lanes8 a, Lanes8 b) =>
        new(Vector256.ConditionalSelect(mask.value, a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Scale(Lanes8 a, Lanes8 integer) =>
        new((a.value.AsInt32() + (integer.value.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes8 a) => Vector256.Sum(a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Create(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Negate(Vector256<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.MultiplySubtract(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Fma.IsSupported ? Fma.MultiplySubtract(a, b, c) : Vector256.MultiplyAddEstimate(a, b, -c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.AtLeast(Vector256<float> a, Vector256<float> bound) => Vector256.MaxNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.AtMost(Vector256<float> a, Vector256<float> bound) => Vector256.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Operations.Scale(Vector256<float> a, Vector256<float> integer) =>
        (a.AsInt32() + (integer.AsInt32() << 23)).AsSingle();
}
