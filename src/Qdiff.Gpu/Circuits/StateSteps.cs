using ILGPU;
using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>Steps on the states of clusters, on the device: gates, cuts and products of wires.</summary>
static class StateSteps
{
    /// <summary>Where a vector's number for this thread's sample is.</summary>
    public static int At(CircuitWork w, int vector) => (vector << w.Log) + w.Lane;

    /// <summary>Argument <paramref name="i"/> of the step.</summary>
    public static int Argument(CircuitWork w, int pc, int i) => w.Code[pc + CircuitCode.Arguments + i];

    /// <summary>This thread's number among those that work on the step.</summary>
    public static int Thread(CircuitWork w, int pc) =>
        Group.IdxX - w.Code[pc + CircuitCode.FirstThread] & Group.DimX - 1;

    public static float Number(CircuitWork w, int at) => Interop.IntAsFloat((uint)w.Code[at]);

    public static float Input(CircuitWork w, int i) => w.X[w.Inputs[w.FirstInput + i] * w.Batch + w.Sample];

    /// <summary>The matrix of a run: one of all samples', or if the number is negative that of a gate with an input.</summary>
    static ComplexMatrix Matrix(CircuitWork w, int number, int kind)
    {
        if (number >= 0)
        {
            int m = number * 8;
            return new(w.Matrices[m], w.Matrices[m + 1], w.Matrices[m + 2], w.Matrices[m + 3], w.Matrices[m + 4],
                w.Matrices[m + 5], w.Matrices[m + 6], w.Matrices[m + 7]);
        }

        float cos = w.Memory[At(w, ~number)], sin = w.Memory[At(w, ~number + 1)];
        return kind == (int)GateKind.RX ? new(cos, 0, 0, -sin, 0, -sin, cos, 0)
            : kind == (int)GateKind.RY ? new(cos, 0, -sin, 0, sin, 0, cos, 0)
            : kind == (int)GateKind.RZ ? new(cos, -sin, 0, 0, 0, 0, cos, sin)
            : new(1, 0, 0, 0, 0, 0, cos, sin);
    }

    static ComplexPair Pair(CircuitWork w, int a, int b, int plane) =>
        new(w.Memory[a], w.Memory[a + plane], w.Memory[b], w.Memory[b + plane]);

    static void Store(CircuitWork w, int a, int b, int plane, ComplexPair pair)
    {
        w.Memory[a] = pair.R0;
        w.Memory[a + plane] = pair.I0;
        w.Memory[b] = pair.R1;
        w.Memory[b + plane] = pair.I1;
    }

    /// <summary>The number of the first amplitude of pair p: a zero at the target's bit, and a one at the control's.</summary>
    static int First(int p, int target, int control)
    {
        if (control < 0) return Insert(p, target);
        int low = target < control ? target : control, high = target < control ? control : target;
        return Insert(Insert(p, low), high) | 1 << control;
    }

    static int Insert(int p, int bit) => p >> bit << bit + 1 | p & (1 << bit) - 1;

    public static void SinCos(CircuitWork w, int pc)
    {
        int table = Argument(w, pc, 0), count = Argument(w, pc, 1);
        for (int i = Thread(w, pc) >> w.Log; i < count; i += Group.DimX >> w.Log)
        {
            int gate = table + 4 * i, second = w.Code[gate + 1];
            float angle = Input(w, w.Code[gate]) * Number(w, gate + 2);
            if (second >= 0) angle *= Input(w, second);
            CircuitMath.SinCos(angle, out double sin, out double cos);
            w.Memory[At(w, w.Code[gate + 3])] = (float)cos;
            w.Memory[At(w, w.Code[gate + 3] + 1)] = (float)sin;
        }
    }

    public static void Wires(CircuitWork w, int pc)
    {
        int table = Argument(w, pc, 0), count = Argument(w, pc, 1);
        for (int i = Thread(w, pc) >> w.Log; i < count; i += Group.DimX >> w.Log)
        {
            int wire = table + 5 * i, to = w.Code[wire], run = w.Code[wire + 1], end = run + 4 * w.Code[wire + 2];
            var pair = new ComplexPair(1, 0, 0, 0);
            for (; run < end; run += 4) pair = ComplexMatrix.Apply(Matrix(w, w.Code[run], w.Code[run + 1]), pair);
            w.Memory[At(w, to)] = pair.R0;
            w.Memory[At(w, to + 1)] = pair.I0;
            w.Memory[At(w, to + 2)] = pair.R1;
            w.Memory[At(w, to + 3)] = pair.I1;
        }
    }

    public static void Product(CircuitWork w, int pc)
    {
        int state = Argument(w, pc, 0), plane = Argument(w, pc, 1), bits = Argument(w, pc, 2), wires = Argument(w, pc, 3);
        for (int k = Thread(w, pc) >> w.Log; k < 1 << bits; k += Group.DimX >> w.Log)
        {
            float r = 1, i = 0;
            for (int bit = 0; bit < bits; bit++)
            {
                int wire = wires + 4 * bit + 2 * (k >> bit & 1);
                float wr = w.Memory[At(w, wire)], wi = w.Memory[At(w, wire + 1)], old = r;
                r = r * wr - i * wi;
                i = old * wi + i * wr;
            }

            w.Memory[At(w, state + k)] = r;
            w.Memory[At(w, state + k + plane)] = i;
        }
    }

    public static void Amplitudes(CircuitWork w, int pc)
    {
        int state = Argument(w, pc, 0), plane = Argument(w, pc, 1), bits = Argument(w, pc, 2), count = Argument(w, pc, 3);
        float squares = 0, scale = AmplitudeScale(w, count);
        for (int k = 0; k < count; k++) squares += Input(w, k) * scale * (Input(w, k) * scale);
        float inverse = squares == 0f ? 0f : 1f / MathF.Sqrt(squares), length = inverse * scale;
        int first = Thread(w, pc) >> w.Log;
        // Of the smallest numbers it is infinite, and 0 times that would be no gradient.
        if (first == 0) w.Memory[At(w, Argument(w, pc, 4))] = length > float.MaxValue ? float.MaxValue : length;
        for (int k = first; k < 1 << bits; k += Group.DimX >> w.Log)
        {
            float value = k < count ? Input(w, k) * scale * inverse : 0f;
            w.Memory[At(w, state + k)] = k == 0 && inverse == 0f ? 1f : value;
            w.Memory[At(w, state + k + plane)] = 0;
        }
    }

    /// <summary>A power of two, so that it rounds nothing, by which the largest amplitude is about 1: the squares of small ones
    /// would be 0, of large ones infinite.</summary>
    static float AmplitudeScale(CircuitWork w, int count)
    {
        float largest = 0;
        for (int k = 0; k < count; k++)
        {
            float value = Input(w, k), size = value < 0 ? -value : value;
            largest = size > largest ? size : largest;
        }

        int exponent = (int)(Interop.FloatAsInt(largest) >> 23) - 127;
        exponent = exponent < -126 ? -126 : exponent > 126 ? 126 : exponent;
        return Interop.IntAsFloat((uint)(127 - exponent << 23));
    }

    public static void Apply(CircuitWork w, int pc)
    {
        int state = Argument(w, pc, 0), plane = Argument(w, pc, 1) << w.Log, bits = Argument(w, pc, 2),
            target = Argument(w, pc, 3), control = Argument(w, pc, 4), away = Argument(w, pc, 7) << w.Log;
        ComplexMatrix u = Matrix(w, Argument(w, pc, 5), Argument(w, pc, 6));
        int pairs = 1 << bits - (control < 0 ? 1 : 2);
        for (int p = Thread(w, pc) >> w.Log; p < pairs; p += Group.DimX >> w.Log)
        {
            int a = At(w, state + First(p, target, control)), b = a + (1 << target + w.Log);
            Store(w, a + away, b + away, plane, ComplexMatrix.Apply(u, Pair(w, a, b, plane)));
        }
    }

    public static void SplitControl(CircuitWork w, int pc)
    {
        int state = Argument(w, pc, 0), plane = Argument(w, pc, 1) << w.Log, bits = Argument(w, pc, 2),
            control = Argument(w, pc, 3);
        for (int k = Thread(w, pc) >> w.Log; k < 1 << bits; k += Group.DimX >> w.Log)
        {
            int a = At(w, state + k), upper = a + (1 << bits + w.Log);
            bool isOn = (k >> control & 1) != 0;
            w.Memory[upper] = isOn ? w.Memory[a] : 0f;
            w.Memory[upper + plane] = isOn ? w.Memory[a + plane] : 0f;
            if (!isOn) continue;
            w.Memory[a] = 0;
            w.Memory[a + plane] = 0;
        }
    }

    public static void JoinControl(CircuitWork w, int pc)
    {
        int state = Argument(w, pc, 0), costate = Argument(w, pc, 1), plane = Argument(w, pc, 2) << w.Log,
            bits = Argument(w, pc, 3), control = Argument(w, pc, 4);
        for (int p = Thread(w, pc) >> w.Log; p < 1 << bits - 1; p += Group.DimX >> w.Log)
        {
            int k = Insert(p, control) | 1 << control, half = 1 << bits + w.Log;
            int a = At(w, state + k), b = At(w, costate + k);
            w.Memory[a] = w.Memory[a + half];
            w.Memory[a + plane] = w.Memory[a + plane + half];
            w.Memory[b] = w.Memory[b + half];
            w.Memory[b + plane] = w.Memory[b + plane + half];
        }
    }

    /// <summary>
    /// Overlaps behind the gate, Im⟨λ₀|ψ₀⟩, Im⟨λ₁|ψ₁⟩, Im⟨λ|X|ψ⟩, Im⟨λ|Y|ψ⟩, then U† on both (see
    /// <c>ReverseKernels</c>); of the target's side of a cut the upper half's co-state also joins the lower's.
    /// </summary>
    public static void Reverse(CircuitWork w, int pc)
    {
        int half = Argument(w, pc, 9) << w.Log, state = At(w, Argument(w, pc, 0)), costate = At(w, Argument(w, pc, 1)) - state;
        int plane = Argument(w, pc, 2) << w.Log, bits = Argument(w, pc, 3), target = Argument(w, pc, 4),
            control = Argument(w, pc, 5), kind = Argument(w, pc, 7), overlaps = Argument(w, pc, 8);
        ComplexMatrix u = Matrix(w, Argument(w, pc, 6), kind);
        int pairs = 1 << bits - (control < 0 ? 1 : 2), thread = Thread(w, pc);
        float t0 = 0, t1 = 0, tx = 0, ty = 0;
        for (int p = thread >> w.Log; p < pairs; p += Group.DimX >> w.Log)
        {
            int a = state + (First(p, target, control) << w.Log) + half, b = a + (1 << target + w.Log);
            ComplexPair psi = Pair(w, a, b, plane), lambda = Pair(w, a + costate, b + costate, plane);
            t0 += lambda.R0 * psi.I0 - lambda.I0 * psi.R0;
            t1 += lambda.R1 * psi.I1 - lambda.I1 * psi.R1;
            tx += lambda.R0 * psi.I1 - lambda.I0 * psi.R1 + (lambda.R1 * psi.I0 - lambda.I1 * psi.R0);
            ty += lambda.R1 * psi.R0 + lambda.I1 * psi.I0 - (lambda.R0 * psi.R1 + lambda.I0 * psi.I1);
            Store(w, a, b, plane, ComplexMatrix.ApplyAdjoint(u, psi));
            lambda = ComplexMatrix.ApplyAdjoint(u, lambda);
            Store(w, a + costate, b + costate, plane, lambda);
            if (half == 0) continue;
            int c = a + costate - half, d = b + costate - half;
            ComplexPair lower = Pair(w, c, d, plane);
            Store(w, c, d, plane, new(lower.R0 + lambda.R0, lower.I0 + lambda.I0, lower.R1 + lambda.R1, lower.I1 + lambda.I1));
        }

        int warp = thread >> 5, needs = overlaps < 0 ? 0 : w.Code[overlaps];
        if (needs == 0 || warp << 5 >= pairs << w.Log) return;
        if (needs == CircuitCode.PerSample)
        {
            float t = SumOfLanes(w, Angular(kind, t0, t1, tx, ty));
            if ((thread & 31) < 1 << w.Log) w.Memory[At(w, w.Code[overlaps + 1] + warp)] = t;
            return;
        }

        int row = w.Code[overlaps + 1] * 4 * w.Slots + w.FirstSlot + warp;
        bool isFirst = (thread & 31) == 0;
        if ((needs & 1) != 0)
        {
            t0 = GroupSum.OfWarp(t0);
            t1 = GroupSum.OfWarp(t1);
            if (isFirst) w.Sums[row] = t0;
            if (isFirst) w.Sums[row + w.Slots] = t1;
        }

        if ((needs & 4) != 0)
        {
            tx = GroupSum.OfWarp(tx);
            if (isFirst) w.Sums[row + 2 * w.Slots] = tx;
        }

        if ((needs & 8) == 0) return;
        ty = GroupSum.OfWarp(ty);
        if (isFirst) w.Sums[row + 3 * w.Slots] = ty;
    }

    /// <summary>The derivative by the angle of a gate that has an input, from its overlaps.</summary>
    static float Angular(int kind, float t0, float t1, float tx, float ty) => kind == (int)GateKind.RX ? tx
        : kind == (int)GateKind.RY ? ty
        : kind == (int)GateKind.RZ ? t0 - t1
        : -2 * t1;

    /// <summary>The sum over those lanes of a warp that have the same sample.</summary>
    static float SumOfLanes(CircuitWork w, float value)
    {
        for (int mask = 16; mask >= 1 << w.Log; mask >>= 1) value += Warp.ShuffleXor(value, mask);
        return value;
    }

    /// <summary>Undoes the product with the highest wire: see the processors' <c>ProductKernels</c>.</summary>
    public static void Part(CircuitWork w, int pc)
    {
        int state = At(w, Argument(w, pc, 0)), costate = At(w, Argument(w, pc, 1)), plane = Argument(w, pc, 2) << w.Log,
            bit = Argument(w, pc, 3), wire = At(w, Argument(w, pc, 4)), to = Argument(w, pc, 5);
        int one = 1 << w.Log, thread = Thread(w, pc);
        float r0 = w.Memory[wire], i0 = w.Memory[wire + one], r1 = w.Memory[wire + 2 * one], i1 = w.Memory[wire + 3 * one];
        float cr = 0, ci = 0, dr = 0, di = 0;
        for (int k = thread >> w.Log; k < 1 << bit; k += Group.DimX >> w.Log)
        {
            int a = state + (k << w.Log), c = costate + (k << w.Log), half = 1 << bit + w.Log;
            ComplexPair psi = Pair(w, a, a + half, plane), lambda = Pair(w, c, c + half, plane);
            float sr = r0 * psi.R0 + i0 * psi.I0 + r1 * psi.R1 + i1 * psi.I1;
            float si = r0 * psi.I0 - i0 * psi.R0 + r1 * psi.I1 - i1 * psi.R1;
            w.Memory[a] = sr;
            w.Memory[a + plane] = si;
            cr += sr * lambda.R0 + si * lambda.I0;
            ci += sr * lambda.I0 - si * lambda.R0;
            dr += sr * lambda.R1 + si * lambda.I1;
            di += sr * lambda.I1 - si * lambda.R1;
            w.Memory[c] = r0 * lambda.R0 + i0 * lambda.I0 + r1 * lambda.R1 + i1 * lambda.I1;
            w.Memory[c + plane] = r0 * lambda.I0 - i0 * lambda.R0 + r1 * lambda.I1 - i1 * lambda.R1;
        }

        int warp = thread >> 5;
        if (warp << 5 >= 1 << bit + w.Log) return;
        cr = SumOfLanes(w, cr);
        ci = SumOfLanes(w, ci);
        dr = SumOfLanes(w, dr);
        di = SumOfLanes(w, di);
        if ((thread & 31) >= one) return;
        int at = At(w, to + 4 * warp);
        w.Memory[at] = cr;
        w.Memory[at + one] = ci;
        w.Memory[at + 2 * one] = dr;
        w.Memory[at + 3 * one] = di;
    }

    public static void WiresBack(CircuitWork w, int pc)
    {
        int table = Argument(w, pc, 0), count = Argument(w, pc, 1), one = 1 << w.Log;
        for (int i = Thread(w, pc) >> w.Log; i < count; i += Group.DimX >> w.Log)
        {
            int entry = table + 5 * i, wire = At(w, w.Code[entry]), first = w.Code[entry + 1];
            int run = first + 4 * w.Code[entry + 2];
            var psi = new ComplexPair(w.Memory[wire], w.Memory[wire + one], w.Memory[wire + 2 * one], w.Memory[wire + 3 * one]);
            float r0 = 0, i0 = 0, r1 = 0, i1 = 0;
            for (int warp = 0; warp < w.Code[entry + 4]; warp++)
            {
                int at = At(w, w.Code[entry + 3] + 4 * warp);
                r0 += w.Memory[at];
                i0 += w.Memory[at + one];
                r1 += w.Memory[at + 2 * one];
                i1 += w.Memory[at + 3 * one];
            }

            var lambda = new ComplexPair(r0, i0, r1, i1);
            for (run -= 4; run >= first; run -= 4)
            {
                int kind = w.Code[run + 1], needs = w.Code[run + 2];
                float t0 = lambda.R0 * psi.I0 - lambda.I0 * psi.R0, t1 = lambda.R1 * psi.I1 - lambda.I1 * psi.R1;
                float tx = lambda.R0 * psi.I1 - lambda.I0 * psi.R1 + (lambda.R1 * psi.I0 - lambda.I1 * psi.R0);
                float ty = lambda.R1 * psi.R0 + lambda.I1 * psi.I0 - (lambda.R0 * psi.R1 + lambda.I0 * psi.I1);
                if (needs == CircuitCode.PerSample) w.Memory[At(w, w.Code[run + 3])] = Angular(kind, t0, t1, tx, ty);
                else if (needs != 0)
                {
                    int row = w.Code[run + 3] * 4 * w.Slots + w.FirstSlot + w.Lane;
                    w.Sums[row] = t0;
                    w.Sums[row + w.Slots] = t1;
                    w.Sums[row + 2 * w.Slots] = tx;
                    w.Sums[row + 3 * w.Slots] = ty;
                }

                ComplexMatrix u = Matrix(w, w.Code[run], kind);
                psi = ComplexMatrix.ApplyAdjoint(u, psi);
                lambda = ComplexMatrix.ApplyAdjoint(u, lambda);
            }
        }
    }

    /// <summary>a = x/|x|, so dL/dx = (2·Re λ − a (a·2·Re λ))/|x|.</summary>
    public static void AmplitudesBack(CircuitWork w, int pc)
    {
        int state = Argument(w, pc, 0), costate = Argument(w, pc, 1), count = Argument(w, pc, 3), to = Argument(w, pc, 5);
        float inverse = w.Memory[At(w, Argument(w, pc, 4))], along = 0;
        for (int k = 0; k < count; k++) along += w.Memory[At(w, state + k)] * w.Memory[At(w, costate + k)];
        for (int k = Thread(w, pc) >> w.Log; k < count; k += Group.DimX >> w.Log)
            w.Memory[At(w, to + k)] =
                inverse * (2 * (w.Memory[At(w, costate + k)] - w.Memory[At(w, state + k)] * along));
    }
}
