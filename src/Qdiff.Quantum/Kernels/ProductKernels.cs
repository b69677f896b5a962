using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>Product states: a wire joins a state as its next higher bit.</summary>
static unsafe class ProductKernels
{
    /// <summary>The state of <paramref name="bits"/> wires times the two amplitudes of one more.</summary>
    public static void Join(float* state, int bits, float* wire)
    {
        Vector512<float> r0 = Load(wire), i0 = Load(wire + 16), r1 = Load(wire + 32), i1 = Load(wire + 48);
        nint half = (nint)Amplitude << bits;
        float* end = state + half;
        for (float* a = state; a < end; a += Amplitude)
        {
            Vector512<float> ar = Load(a), ai = Load(a + 16);
            MultiplyAddNegated(i0, ai, r0 * ar).Store(a);
            MultiplyAdd(i0, ar, r0 * ai).Store(a + 16);
            MultiplyAddNegated(i1, ai, r1 * ar).Store(a + half);
            MultiplyAdd(i1, ar, r1 * ai).Store(a + half + 16);
        }
    }

    /// <summary>
    /// Undoes <see cref="Join"/>: the state without its highest wire, the co-state contracted with the wire, and the wire's own
    /// co-state.
    /// </summary>
    public static void Part(float* psi, float* lambda, int bits, float* wire, float* wireLambda)
    {
        Clear(wireLambda, 2 * Amplitude);
        nint half = (nint)Amplitude << bits;
        // In chunks, because a single running sum over a large state loses digits.
        for (nint first = 0; first < half; first += 1024 * Amplitude)
            Part(psi, lambda, half, first, Math.Min(half, first + 1024 * Amplitude), wire, wireLambda);
    }

    static void Part(float* psi, float* lambda, nint half, nint first, nint end, float* wire, float* wireLambda)
    {
        Vector512<float> r0 = Load(wire), i0 = Load(wire + 16), r1 = Load(wire + 32), i1 = Load(wire + 48);
        Vector512<float> cr = default, ci = default, dr = default, di = default;
        for (nint k = first; k < end; k += Amplitude)
        {
            float* a = psi + k, b = a + half, c = lambda + k, d = c + half;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            Vector512<float> l0r = Load(c), l0i = Load(c + 16), l1r = Load(d), l1i = Load(d + 16);
            // conj(wire)·ψ is the rest, because the wire's state has length 1.
            Vector512<float> sr = MultiplyAdd(i1, bi, MultiplyAdd(r1, br, MultiplyAdd(i0, ai, r0 * ar)));
            Vector512<float> si = MultiplyAddNegated(i1, br, MultiplyAdd(r1, bi, MultiplyAddNegated(i0, ar, r0 * ai)));
            sr.Store(a);
            si.Store(a + 16);
            cr = MultiplyAdd(si, l0i, MultiplyAdd(sr, l0r, cr));
            ci = MultiplyAddNegated(si, l0r, MultiplyAdd(sr, l0i, ci));
            dr = MultiplyAdd(si, l1i, MultiplyAdd(sr, l1r, dr));
            di = MultiplyAddNegated(si, l1r, MultiplyAdd(sr, l1i, di));
            MultiplyAdd(i1, l1i, MultiplyAdd(r1, l1r, MultiplyAdd(i0, l0i, r0 * l0r))).Store(c);
            MultiplyAddNegated(i1, l1r, MultiplyAdd(r1, l1i, MultiplyAddNegated(i0, l0r, r0 * l0i))).Store(c + 16);
        }

        (Load(wireLambda) + cr).Store(wireLambda);
        (Load(wireLambda + 16) + ci).Store(wireLambda + 16);
        (Load(wireLambda + 32) + dr).Store(wireLambda + 32);
        (Load(wireLambda + 48) + di).Store(wireLambda + 48);
    }
}
