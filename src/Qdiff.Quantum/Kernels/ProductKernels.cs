using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>Product states: a wire joins a state as its next higher bit.</summary>
static unsafe class ProductKernels<V> where V : struct, ILanes<V>
{
    /// <summary>The state of <paramref name="bits"/> wires times the two amplitudes of one more.</summary>
    public static void Join(float* state, int bits, float* wire)
    {
        V r0 = V.Load(wire), i0 = V.Load(wire + 16), r1 = V.Load(wire + 32), i1 = V.Load(wire + 48);
        nint half = (nint)Amplitude << bits;
        float* end = state + half;
        for (float* a = state; a < end; a += Amplitude)
        {
            V ar = V.Load(a), ai = V.Load(a + 16);
            V.MultiplyAddNegated(i0, ai, r0 * ar).Store(a);
            V.MultiplyAdd(i0, ar, r0 * ai).Store(a + 16);
            V.MultiplyAddNegated(i1, ai, r1 * ar).Store(a + half);
            V.MultiplyAdd(i1, ar, r1 * ai).Store(a + half + 16);
        }
    }

    /// <summary>
    /// Undoes <see cref="Join"/>: the state without its highest wire, the co-state contracted with the wire, and the wire's own
    /// co-state.
    /// </summary>
    public static void Part(float* psi, float* lambda, int bits, float* wire, float* wireLambda)
    {
        Clear<V>(wireLambda, 2 * Amplitude);
        nint half = (nint)Amplitude << bits;
        // In chunks, because a single running sum over a large state loses digits.
        for (nint first = 0; first < half; first += 1024 * Amplitude)
            Part(psi, lambda, half, first, Math.Min(half, first + 1024 * Amplitude), wire, wireLambda);
    }

    static void Part(float* psi, float* lambda, nint half, nint first, nint end, float* wire, float* wireLambda)
    {
        V r0 = V.Load(wire), i0 = V.Load(wire + 16), r1 = V.Load(wire + 32), i1 = V.Load(wire + 48);
        V cr = default, ci = default, dr = default, di = default;
        for (nint k = first; k < end; k += Amplitude)
        {
            float* a = psi + k, b = a + half, c = lambda + k, d = c + half;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V l0r = V.Load(c), l0i = V.Load(c + 16), l1r = V.Load(d), l1i = V.Load(d + 16);
            // conj(wire)·ψ is the rest, because the wire's state has length 1.
            V sr = V.MultiplyAdd(i1, bi, V.MultiplyAdd(r1, br, V.MultiplyAdd(i0, ai, r0 * ar)));
            V si = V.MultiplyAddNegated(i1, br, V.MultiplyAdd(r1, bi, V.MultiplyAddNegated(i0, ar, r0 * ai)));
            sr.Store(a);
            si.Store(a + 16);
            cr = V.MultiplyAdd(si, l0i, V.MultiplyAdd(sr, l0r, cr));
            ci = V.MultiplyAddNegated(si, l0r, V.MultiplyAdd(sr, l0i, ci));
            dr = V.MultiplyAdd(si, l1i, V.MultiplyAdd(sr, l1r, dr));
            di = V.MultiplyAddNegated(si, l1r, V.MultiplyAdd(sr, l1i, di));
            V.MultiplyAdd(i1, l1i, V.MultiplyAdd(r1, l1r, V.MultiplyAdd(i0, l0i, r0 * l0r))).Store(c);
            V.MultiplyAddNegated(i1, l1r, V.MultiplyAdd(r1, l1i, V.MultiplyAddNegated(i0, l0r, r0 * l0i))).Store(c + 16);
        }

        (V.Load(wireLambda) + cr).Store(wireLambda);
        (V.Load(wireLambda + 16) + ci).Store(wireLambda + 16);
        (V.Load(wireLambda + 32) + dr).Store(wireLambda + 32);
        (V.Load(wireLambda + 48) + di).Store(wireLambda + 48);
    }
}
