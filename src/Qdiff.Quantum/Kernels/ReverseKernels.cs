using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// One step back of the adjoint method. First the overlaps t of the state ψ and the co-state λ behind the gate are added to 4
/// vectors: Im⟨λ₀|ψ₀⟩, Im⟨λ₁|ψ₁⟩, Im⟨λ|X|ψ⟩, Im⟨λ|Y|ψ⟩ (those that the shape needs); then both are multiplied by U†.
/// </summary>
/// <remarks>
/// Jones and Gacon 2020, arXiv 2009.02823; here for a whole run of gates at once: see <see cref="GateRun.Evaluate"/>.
/// </remarks>
static unsafe class ReverseKernels
{
    /// <summary>
    /// Overlaps are summed over this many pairs before they join the total: a single running sum of 2¹⁹ numbers loses digits.
    /// </summary>
    const int Chunk = 1024;

    public static void Apply(RunShape shape, float* psi, float* lambda, int bits, int target, int control, float* u, float* t)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        if (shape == RunShape.Flip)
        {
            ForwardKernels.Flip(psi, pairs, stride);
            ForwardKernels.Flip(lambda, pairs, stride);
            return;
        }

        for (int first = 0; first < pairs.Count; first += Chunk)
        {
            int end = Math.Min(first + Chunk, pairs.Count);
            switch (shape)
            {
                case RunShape.Diagonal:
                    Diagonal(psi, lambda, pairs, first, end, stride, u, t);
                    break;
                case RunShape.RX:
                    TurnX(psi, lambda, pairs, first, end, stride, u, t);
                    break;
                case RunShape.Real:
                    Real(psi, lambda, pairs, first, end, stride, u, t);
                    break;
                case RunShape.General:
                    General(psi, lambda, pairs, first, end, stride, u, t);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(shape), shape, "No kernel for this shape.");
            }
        }
    }

    static void General(float* psi, float* lambda, Pairs pairs, int first, int end, nint stride, float* u, float* t)
    {
        Vector512<float> r00 = Load(u), i00 = Load(u + 16), r01 = Load(u + 32), i01 = Load(u + 48);
        Vector512<float> r10 = Load(u + 64), i10 = Load(u + 80), r11 = Load(u + 96), i11 = Load(u + 112);
        Vector512<float> t0 = default, t1 = default, tx = default, ty = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            Vector512<float> cr = Load(c), ci = Load(c + 16), dr = Load(d), di = Load(d + 16);
            t0 = MultiplyAddNegated(ci, ar, MultiplyAdd(cr, ai, t0));
            t1 = MultiplyAddNegated(di, br, MultiplyAdd(dr, bi, t1));
            tx = MultiplyAddNegated(di, ar, MultiplyAdd(dr, ai, MultiplyAddNegated(ci, br, MultiplyAdd(cr, bi, tx))));
            ty = MultiplyAddNegated(ci, bi, MultiplyAddNegated(cr, br, MultiplyAdd(di, ai, MultiplyAdd(dr, ar, ty))));
            Back(r00, i00, r10, i10, ar, ai, br, bi, a);
            Back(r01, i01, r11, i11, ar, ai, br, bi, b);
            Back(r00, i00, r10, i10, cr, ci, dr, di, c);
            Back(r01, i01, r11, i11, cr, ci, dr, di, d);
        }

        (Load(t) + t0).Store(t);
        (Load(t + 16) + t1).Store(t + 16);
        (Load(t + 32) + tx).Store(t + 32);
        (Load(t + 48) + ty).Store(t + 48);
    }

    /// <summary>conj(u)·a + conj(v)·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Back(Vector512<float> ur, Vector512<float> ui, Vector512<float> vr, Vector512<float> vi,
        Vector512<float> ar, Vector512<float> ai, Vector512<float> br, Vector512<float> bi, float* to)
    {
        MultiplyAdd(vi, bi, MultiplyAdd(vr, br, MultiplyAdd(ui, ai, ur * ar))).Store(to);
        MultiplyAddNegated(vi, br, MultiplyAdd(vr, bi, MultiplyAddNegated(ui, ar, ur * ai))).Store(to + 16);
    }

    static void Diagonal(float* psi, float* lambda, Pairs pairs, int first, int end, nint stride, float* u, float* t)
    {
        Vector512<float> r00 = Load(u), i00 = Load(u + 16), r11 = Load(u + 96), i11 = Load(u + 112);
        Vector512<float> t0 = default, t1 = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            Vector512<float> cr = Load(c), ci = Load(c + 16), dr = Load(d), di = Load(d + 16);
            t0 = MultiplyAddNegated(ci, ar, MultiplyAdd(cr, ai, t0));
            t1 = MultiplyAddNegated(di, br, MultiplyAdd(dr, bi, t1));
            Turn(r00, i00, ar, ai, a);
            Turn(r11, i11, br, bi, b);
            Turn(r00, i00, cr, ci, c);
            Turn(r11, i11, dr, di, d);
        }

        (Load(t) + t0).Store(t);
        (Load(t + 16) + t1).Store(t + 16);
    }

    /// <summary>conj(u)·a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Turn(Vector512<float> ur, Vector512<float> ui, Vector512<float> ar, Vector512<float> ai, float* to)
    {
        MultiplyAdd(ui, ai, ur * ar).Store(to);
        MultiplyAddNegated(ui, ar, ur * ai).Store(to + 16);
    }

    static void TurnX(float* psi, float* lambda, Pairs pairs, int first, int end, nint stride, float* u, float* t)
    {
        Vector512<float> cos = Load(u), off = Load(u + 48), tx = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            Vector512<float> cr = Load(c), ci = Load(c + 16), dr = Load(d), di = Load(d + 16);
            tx = MultiplyAddNegated(di, ar, MultiplyAdd(dr, ai, MultiplyAddNegated(ci, br, MultiplyAdd(cr, bi, tx))));
            BackX(cos, off, ar, ai, br, bi, a, b);
            BackX(cos, off, cr, ci, dr, di, c, d);
        }

        (Load(t + 32) + tx).Store(t + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void BackX(Vector512<float> cos, Vector512<float> off,
        Vector512<float> ar, Vector512<float> ai, Vector512<float> br, Vector512<float> bi, float* a, float* b)
    {
        MultiplyAdd(off, bi, cos * ar).Store(a);
        MultiplyAddNegated(off, br, cos * ai).Store(a + 16);
        MultiplyAdd(off, ai, cos * br).Store(b);
        MultiplyAddNegated(off, ar, cos * bi).Store(b + 16);
    }

    static void Real(float* psi, float* lambda, Pairs pairs, int first, int end, nint stride, float* u, float* t)
    {
        Vector512<float> u00 = Load(u), u01 = Load(u + 32), u10 = Load(u + 64), u11 = Load(u + 96), ty = default;
        for (int k = first; k < end; k++)
        {
            nint at = (nint)pairs.First(k) * Amplitude;
            float* a = psi + at, b = a + stride, c = lambda + at, d = c + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            Vector512<float> cr = Load(c), ci = Load(c + 16), dr = Load(d), di = Load(d + 16);
            ty = MultiplyAddNegated(ci, bi, MultiplyAddNegated(cr, br, MultiplyAdd(di, ai, MultiplyAdd(dr, ar, ty))));
            MultiplyAdd(u10, br, u00 * ar).Store(a);
            MultiplyAdd(u10, bi, u00 * ai).Store(a + 16);
            MultiplyAdd(u11, br, u01 * ar).Store(b);
            MultiplyAdd(u11, bi, u01 * ai).Store(b + 16);
            MultiplyAdd(u10, dr, u00 * cr).Store(c);
            MultiplyAdd(u10, di, u00 * ci).Store(c + 16);
            MultiplyAdd(u11, dr, u01 * cr).Store(d);
            MultiplyAdd(u11, di, u01 * ci).Store(d + 16);
        }

        (Load(t + 48) + ty).Store(t + 48);
    }
}
