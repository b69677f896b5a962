using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// (a, b) ← U (a, b) on every pair of amplitudes. U is 8 vectors of 16 samples: real and imaginary parts of u00, u01, u10, u11.
/// </summary>
static unsafe class ForwardKernels
{
    public static void Apply(RunShape shape, float* state, int bits, int target, int control, float* u)
    {
        var pairs = new Pairs(bits, target, control);
        nint stride = (nint)Amplitude << target;
        switch (shape)
        {
            case RunShape.Diagonal:
                Diagonal(state, pairs, stride, u);
                break;
            case RunShape.Flip:
                Flip(state, pairs, stride);
                break;
            case RunShape.RX:
                TurnX(state, pairs, stride, u);
                break;
            case RunShape.Real:
                Real(state, pairs, stride, u);
                break;
            case RunShape.General:
                General(state, pairs, stride, u);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(shape), shape, "No kernel for this shape.");
        }
    }

    static void General(float* state, Pairs pairs, nint stride, float* u)
    {
        Vector512<float> r00 = Load(u), i00 = Load(u + 16), r01 = Load(u + 32), i01 = Load(u + 48);
        Vector512<float> r10 = Load(u + 64), i10 = Load(u + 80), r11 = Load(u + 96), i11 = Load(u + 112);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            MultiplyAddNegated(i01, bi, MultiplyAdd(r01, br, MultiplyAddNegated(i00, ai, r00 * ar))).Store(a);
            MultiplyAdd(i01, br, MultiplyAdd(r01, bi, MultiplyAdd(i00, ar, r00 * ai))).Store(a + 16);
            MultiplyAddNegated(i11, bi, MultiplyAdd(r11, br, MultiplyAddNegated(i10, ai, r10 * ar))).Store(b);
            MultiplyAdd(i11, br, MultiplyAdd(r11, bi, MultiplyAdd(i10, ar, r10 * ai))).Store(b + 16);
        }
    }

    static void Diagonal(float* state, Pairs pairs, nint stride, float* u)
    {
        Vector512<float> r00 = Load(u), i00 = Load(u + 16), r11 = Load(u + 96), i11 = Load(u + 112);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            MultiplyAddNegated(i00, ai, r00 * ar).Store(a);
            MultiplyAdd(i00, ar, r00 * ai).Store(a + 16);
            MultiplyAddNegated(i11, bi, r11 * br).Store(b);
            MultiplyAdd(i11, br, r11 * bi).Store(b + 16);
        }
    }

    static void TurnX(float* state, Pairs pairs, nint stride, float* u)
    {
        Vector512<float> cos = Load(u), off = Load(u + 48);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            MultiplyAddNegated(off, bi, cos * ar).Store(a);
            MultiplyAdd(off, br, cos * ai).Store(a + 16);
            MultiplyAddNegated(off, ai, cos * br).Store(b);
            MultiplyAdd(off, ar, cos * bi).Store(b + 16);
        }
    }

    static void Real(float* state, Pairs pairs, nint stride, float* u)
    {
        Vector512<float> u00 = Load(u), u01 = Load(u + 32), u10 = Load(u + 64), u11 = Load(u + 96);
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            MultiplyAdd(u01, br, u00 * ar).Store(a);
            MultiplyAdd(u01, bi, u00 * ai).Store(a + 16);
            MultiplyAdd(u11, br, u10 * ar).Store(b);
            MultiplyAdd(u11, bi, u10 * ai).Store(b + 16);
        }
    }

    public static void Flip(float* state, Pairs pairs, nint stride)
    {
        for (int k = 0; k < pairs.Count; k++)
        {
            float* a = state + (nint)pairs.First(k) * Amplitude, b = a + stride;
            Vector512<float> ar = Load(a), ai = Load(a + 16), br = Load(b), bi = Load(b + 16);
            br.Store(a);
            bi.Store(a + 16);
            ar.Store(b);
            ai.Store(b + 16);
        }
    }
}
