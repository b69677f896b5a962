using System.Runtime.CompilerServices;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// One step back of the adjoint method. First the overlaps t of the state ψ and the co-state λ behind the gate are added to 4
/// vectors: Im⟨λ₀|ψ₀⟩, Im⟨λ₁|ψ₁⟩, Im⟨λ|X|ψ⟩, Im⟨λ|Y|ψ⟩ (those that the shape needs); then both are multiplied by U†.
/// </summary>
/// <remarks>
/// Jones and Gacon 2020, arXiv 2009.02823; here for a whole run of gates at once: see <see cref="GateRun.Evaluate"/>.
/// </remarks>
static unsafe class ReverseKernels<V> where V : struct, ILanes<V>
{
    /// <summary>
    /// Overlaps are summed over this many pairs before they join the total: a single running sum of 2¹⁹ numbers loses digits.
    /// </summary>
    const int Chunk = 1024;

    public static void Apply(RunShape shape, float* psi, float* lambda, int bits, int target, int control, float* u, float* t)
    {
        if (shape == RunShape.Flip)
        {
            ForwardKernels<V>.Flip(psi, bits, target, control);
            ForwardKernels<V>.Flip(lambda, bits, target, control);
            return;
        }

        int count = new Pairs(bits, target, control).Count;
        for (int first = 0; first < count; first += Chunk)
        {
            switch (shape)
            {
                case RunShape.Diagonal:
                    Diagonal(psi, lambda, bits, target, control, first, u, t);
                    break;
                case RunShape.RX:
                    TurnX(psi, lambda, bits, target, control, first, u, t);
                    break;
                case RunShape.Real:
                    Real(psi, lambda, bits, target, control, first, u, t);
                    break;
                case RunShape.General:
                    General(psi, lambda, bits, target, control, first, u, t);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(shape), shape, "No kernel for this shape.");
            }
        }
    }

    static void General(float* psi, float* lambda, int bits, int target, int control, int first, float* u, float* t)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        int end = Math.Min(first + Chunk, pairs.Count);
        V r00 = V.Load(u), i00 = V.Load(u + 16), r01 = V.Load(u + 32), i01 = V.Load(u + 48);
        V r10 = V.Load(u + 64), i10 = V.Load(u + 80), r11 = V.Load(u + 96), i11 = V.Load(u + 112);
        V t0 = default, t1 = default, tx = default, ty = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V cr = V.Load(c), ci = V.Load(c + 16), dr = V.Load(d), di = V.Load(d + 16);
            t0 = V.MultiplyAddNegated(ci, ar, V.MultiplyAdd(cr, ai, t0));
            t1 = V.MultiplyAddNegated(di, br, V.MultiplyAdd(dr, bi, t1));
            tx = V.MultiplyAddNegated(di, ar, V.MultiplyAdd(dr, ai, V.MultiplyAddNegated(ci, br, V.MultiplyAdd(cr, bi, tx))));
            ty = V.MultiplyAddNegated(ci, bi, V.MultiplyAddNegated(cr, br, V.MultiplyAdd(di, ai, V.MultiplyAdd(dr, ar, ty))));
            Back(r00, i00, r10, i10, ar, ai, br, bi, a);
            Back(r01, i01, r11, i11, ar, ai, br, bi, b);
            Back(r00, i00, r10, i10, cr, ci, dr, di, c);
            Back(r01, i01, r11, i11, cr, ci, dr, di, d);
        }

        (V.Load(t) + t0).Store(t);
        (V.Load(t + 16) + t1).Store(t + 16);
        (V.Load(t + 32) + tx).Store(t + 32);
        (V.Load(t + 48) + ty).Store(t + 48);
    }

    /// <summary>conj(u)·a + conj(v)·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Back(V ur, V ui, V vr, V vi,
        V ar, V ai, V br, V bi, float* to)
    {
        V.MultiplyAdd(vi, bi, V.MultiplyAdd(vr, br, V.MultiplyAdd(ui, ai, ur * ar))).Store(to);
        V.MultiplyAddNegated(vi, br, V.MultiplyAdd(vr, bi, V.MultiplyAddNegated(ui, ar, ur * ai))).Store(to + 16);
    }

    static void Diagonal(float* psi, float* lambda, int bits, int target, int control, int first, float* u, float* t)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        int end = Math.Min(first + Chunk, pairs.Count);
        V r00 = V.Load(u), i00 = V.Load(u + 16), r11 = V.Load(u + 96), i11 = V.Load(u + 112);
        V t0 = default, t1 = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V cr = V.Load(c), ci = V.Load(c + 16), dr = V.Load(d), di = V.Load(d + 16);
            t0 = V.MultiplyAddNegated(ci, ar, V.MultiplyAdd(cr, ai, t0));
            t1 = V.MultiplyAddNegated(di, br, V.MultiplyAdd(dr, bi, t1));
            Turn(r00, i00, ar, ai, a);
            Turn(r11, i11, br, bi, b);
            Turn(r00, i00, cr, ci, c);
            Turn(r11, i11, dr, di, d);
        }

        (V.Load(t) + t0).Store(t);
        (V.Load(t + 16) + t1).Store(t + 16);
    }

    /// <summary>conj(u)·a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Turn(V ur, V ui, V ar, V ai, float* to)
    {
        V.MultiplyAdd(ui, ai, ur * ar).Store(to);
        V.MultiplyAddNegated(ui, ar, ur * ai).Store(to + 16);
    }

    static void TurnX(float* psi, float* lambda, int bits, int target, int control, int first, float* u, float* t)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        int end = Math.Min(first + Chunk, pairs.Count);
        V cos = V.Load(u), off = V.Load(u + 48), tx = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V cr = V.Load(c), ci = V.Load(c + 16), dr = V.Load(d), di = V.Load(d + 16);
            tx = V.MultiplyAddNegated(di, ar, V.MultiplyAdd(dr, ai, V.MultiplyAddNegated(ci, br, V.MultiplyAdd(cr, bi, tx))));
            BackX(cos, off, ar, ai, br, bi, a, b);
            BackX(cos, off, cr, ci, dr, di, c, d);
        }

        (V.Load(t + 32) + tx).Store(t + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void BackX(V cos, V off,
        V ar, V ai, V br, V bi, float* a, float* b)
    {
        V.MultiplyAdd(off, bi, cos * ar).Store(a);
        V.MultiplyAddNegated(off, br, cos * ai).Store(a + 16);
        V.MultiplyAdd(off, ai, cos * br).Store(b);
        V.MultiplyAddNegated(off, ar, cos * bi).Store(b + 16);
    }

    static void Real(float* psi, float* lambda, int bits, int target, int control, int first, float* u, float* t)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        int end = Math.Min(first + Chunk, pairs.Count);
        V u00 = V.Load(u), u01 = V.Load(u + 32), u10 = V.Load(u + 64), u11 = V.Load(u + 96), ty = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V cr = V.Load(c), ci = V.Load(c + 16), dr = V.Load(d), di = V.Load(d + 16);
            ty = V.MultiplyAddNegated(ci, bi, V.MultiplyAddNegated(cr, br, V.MultiplyAdd(di, ai, V.MultiplyAdd(dr, ar, ty))));
            V.MultiplyAdd(u10, br, u00 * ar).Store(a);
            V.MultiplyAdd(u10, bi, u00 * ai).Store(a + 16);
            V.MultiplyAdd(u11, br, u01 * ar).Store(b);
            V.MultiplyAdd(u11, bi, u01 * ai).Store(b + 16);
            V.MultiplyAdd(u10, dr, u00 * cr).Store(c);
            V.MultiplyAdd(u10, di, u00 * ci).Store(c + 16);
            V.MultiplyAdd(u11, dr, u01 * cr).Store(d);
            V.MultiplyAdd(u11, di, u01 * ci).Store(d + 16);
        }

        (V.Load(t + 48) + ty).Store(t + 48);
    }
}
