using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// (a, b) ← U (a, b) on every pair of amplitudes. U is 8 vectors of 16 samples: real and imaginary parts of u00, u01, u10, u11.
/// </summary>
static unsafe class ForwardKernels<V> where V : struct, ILanes<V>
{
    public static void Apply(RunShape shape, float* state, int bits, int target, int control, float* u)
    {
        switch (shape)
        {
            case RunShape.Diagonal:
                Diagonal(state, bits, target, control, u);
                break;
            case RunShape.Flip:
                Flip(state, bits, target, control);
                break;
            case RunShape.RX:
                TurnX(state, bits, target, control, u);
                break;
            case RunShape.Real:
                Real(state, bits, target, control, u);
                break;
            case RunShape.General:
                General(state, bits, target, control, u);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(shape), shape, "No kernel for this shape.");
        }
    }

    static void General(float* state, int bits, int target, int control, float* u)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        V r00 = V.Load(u), i00 = V.Load(u + 16), r01 = V.Load(u + 32), i01 = V.Load(u + 48);
        V r10 = V.Load(u + 64), i10 = V.Load(u + 80), r11 = V.Load(u + 96), i11 = V.Load(u + 112);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V.MultiplyAddNegated(i01, bi, V.MultiplyAdd(r01, br, V.MultiplyAddNegated(i00, ai, r00 * ar))).Store(a);
            V.MultiplyAdd(i01, br, V.MultiplyAdd(r01, bi, V.MultiplyAdd(i00, ar, r00 * ai))).Store(a + 16);
            V.MultiplyAddNegated(i11, bi, V.MultiplyAdd(r11, br, V.MultiplyAddNegated(i10, ai, r10 * ar))).Store(b);
            V.MultiplyAdd(i11, br, V.MultiplyAdd(r11, bi, V.MultiplyAdd(i10, ar, r10 * ai))).Store(b + 16);
        }
    }

    static void Diagonal(float* state, int bits, int target, int control, float* u)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        V r00 = V.Load(u), i00 = V.Load(u + 16), r11 = V.Load(u + 96), i11 = V.Load(u + 112);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V.MultiplyAddNegated(i00, ai, r00 * ar).Store(a);
            V.MultiplyAdd(i00, ar, r00 * ai).Store(a + 16);
            V.MultiplyAddNegated(i11, bi, r11 * br).Store(b);
            V.MultiplyAdd(i11, br, r11 * bi).Store(b + 16);
        }
    }

    static void TurnX(float* state, int bits, int target, int control, float* u)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        V cos = V.Load(u), off = V.Load(u + 48);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V.MultiplyAddNegated(off, bi, cos * ar).Store(a);
            V.MultiplyAdd(off, br, cos * ai).Store(a + 16);
            V.MultiplyAddNegated(off, ai, cos * br).Store(b);
            V.MultiplyAdd(off, ar, cos * bi).Store(b + 16);
        }
    }

    static void Real(float* state, int bits, int target, int control, float* u)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        V u00 = V.Load(u), u01 = V.Load(u + 32), u10 = V.Load(u + 64), u11 = V.Load(u + 96);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            V.MultiplyAdd(u01, br, u00 * ar).Store(a);
            V.MultiplyAdd(u01, bi, u00 * ai).Store(a + 16);
            V.MultiplyAdd(u11, br, u10 * ar).Store(b);
            V.MultiplyAdd(u11, bi, u10 * ai).Store(b + 16);
        }
    }

    public static void Flip(float* state, int bits, int target, int control)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            V ar = V.Load(a), ai = V.Load(a + 16), br = V.Load(b), bi = V.Load(b + 16);
            br.Store(a);
            bi.Store(a + 16);
            ar.Store(b);
            ai.Store(b + 16);
        }
    }
}
