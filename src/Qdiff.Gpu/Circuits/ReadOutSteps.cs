using ILGPU;
using static Qdiff.Gpu.StateSteps;

namespace Qdiff.Gpu;

/// <summary>Steps from the states of clusters to read-outs and back, on the device: messages, Pauli strings, sums.</summary>
static class ReadOutSteps
{
    /// <summary>to ← P from.</summary>
    public static void Pauli(CircuitWork w, int pc)
    {
        int from = At(w, Argument(w, pc, 0)), to = At(w, Argument(w, pc, 1)), plane = Argument(w, pc, 2) << w.Log,
            bits = Argument(w, pc, 3), x = Argument(w, pc, 4), z = Argument(w, pc, 5), quarter = Argument(w, pc, 6);
        for (int j = Thread(w, pc) >> w.Log; j < 1 << bits; j += Group.DimX >> w.Log)
        {
            int k = j ^ x, at = from + (k << w.Log), turns = quarter + 2 * IntrinsicMath.PopCount(k & z) & 3;
            float r = w.Memory[at], i = w.Memory[at + plane];
            w.Memory[to + (j << w.Log)] = TurnedReal(r, i, turns);
            w.Memory[to + (j << w.Log) + plane] = TurnedImaginary(r, i, turns);
        }
    }

    /// <summary>Real and imaginary part of i^turns (r + i·i).</summary>
    static float TurnedReal(float r, float i, int turns) => turns == 0 ? r : turns == 1 ? -i : turns == 2 ? -r : i;

    static float TurnedImaginary(float r, float i, int turns) => turns == 0 ? i : turns == 1 ? r : turns == 2 ? -i : -r;

    /// <summary>to[…r'…] ← Σ_r M[b][r'][r] from[…r…].</summary>
    public static void Multiply(CircuitWork w, int pc)
    {
        int message = Argument(w, pc, 0), far = Argument(w, pc, 1) << w.Log, from = Argument(w, pc, 2), to = Argument(w, pc, 3),
            plane = Argument(w, pc, 4) << w.Log, bits = Argument(w, pc, 5), rows = Argument(w, pc, 6), dense = Argument(w, pc, 7);
        int size = w.Code[dense], mask = w.Code[dense + size];
        for (int k = Thread(w, pc) >> w.Log; k < 1 << bits; k += Group.DimX >> w.Log)
        {
            int m = At(w, message + w.Code[rows + k]), first = k & ~mask, y = At(w, to + k);
            float r = 0, i = 0;
            for (int column = 0; column < size; column++)
            {
                int at = m + (column << w.Log), x = At(w, from + first + (column == 0 ? 0 : w.Code[dense + column]));
                float mr = w.Memory[at], mi = w.Memory[at + far], xr = w.Memory[x], xi = w.Memory[x + plane];
                r += mr * xr - mi * xi;
                i += mr * xi + mi * xr;
            }

            bool accumulate = Argument(w, pc, 8) != 0;
            w.Memory[y] = accumulate ? w.Memory[y] + r : r;
            w.Memory[y + plane] = accumulate ? w.Memory[y + plane] + i : i;
        }
    }

    /// <summary>M[b][r'][r] ← Σ conj(bra[…r'…]) ket[…r…], some lanes to an element.</summary>
    public static void Gram(CircuitWork w, int pc)
    {
        int bra = Argument(w, pc, 0), ket = Argument(w, pc, 1), plane = Argument(w, pc, 2) << w.Log, message = Argument(w, pc, 3),
            elements = Argument(w, pc, 4), bases = Argument(w, pc, 5), dense = Argument(w, pc, 6), count = Argument(w, pc, 7);
        int size = w.Code[dense], log = w.Code[pc + CircuitCode.LogLanes], thread = Thread(w, pc) >> w.Log;
        int lanes = 1 << log, end = WholeWarps(w, elements << log);
        for (int item = thread; item < end; item += Group.DimX >> w.Log)
        {
            int element = item >> log, row = element / size % size, column = element % size;
            int block = element / size / size * count;
            float r = 0, i = 0;
            for (int n = item & lanes - 1; n < count && element < elements; n += lanes)
            {
                int at = w.Code[bases + block + n];
                int a = At(w, bra + at + (row == 0 ? 0 : w.Code[dense + row]));
                int b = At(w, ket + at + (column == 0 ? 0 : w.Code[dense + column]));
                float ar = w.Memory[a], ai = w.Memory[a + plane], br = w.Memory[b], bi = w.Memory[b + plane];
                r += ar * br + ai * bi;
                i += ar * bi - ai * br;
            }

            r = SumOfLanes(w, log, r);
            i = SumOfLanes(w, log, i);
            if ((item & lanes - 1) != 0 || element >= elements) continue;
            int m = At(w, message + element), far = elements << w.Log;
            bool accumulate = Argument(w, pc, 8) != 0;
            w.Memory[m] = accumulate ? w.Memory[m] + r : r;
            w.Memory[m + far] = accumulate ? w.Memory[m + far] + i : i;
        }
    }

    /// <summary>Items rounded up, so that whole warps go through a loop in which their lanes sum.</summary>
    static int WholeWarps(CircuitWork w, int items) => (items << w.Log) + 31 >> 5 << 5 >> w.Log;

    /// <summary>The sum over 2^log neighbouring items, given to all of them.</summary>
    static float SumOfLanes(CircuitWork w, int log, float value)
    {
        for (int n = log - 1; n >= 0; n--) value += Warp.ShuffleXor(value, 1 << n + w.Log);
        return value;
    }

    /// <summary>Re⟨φ|P|χ⟩ of each string, some lanes to a string.</summary>
    public static void Terms(CircuitWork w, int pc)
    {
        int phi = Argument(w, pc, 0), chi = Argument(w, pc, 1), plane = Argument(w, pc, 2) << w.Log, bits = Argument(w, pc, 3),
            table = Argument(w, pc, 4), count = Argument(w, pc, 5);
        int log = w.Code[pc + CircuitCode.LogLanes], lanes = 1 << log, end = WholeWarps(w, count << log);
        for (int item = Thread(w, pc) >> w.Log; item < end; item += Group.DimX >> w.Log)
        {
            int text = table + 4 * (item >> log);
            bool isLive = item >> log < count;
            int x = isLive ? w.Code[text] : 0, z = isLive ? w.Code[text + 1] : 0, quarter = isLive ? w.Code[text + 2] : 0;
            float sum = 0;
            for (int k = item & lanes - 1; k < 1 << bits && isLive; k += lanes)
            {
                int a = At(w, phi + (k ^ x)), b = At(w, chi + k), turns = quarter + 2 * IntrinsicMath.PopCount(k & z) & 3;
                float r = w.Memory[b], i = w.Memory[b + plane];
                sum += w.Memory[a] * TurnedReal(r, i, turns) + w.Memory[a + plane] * TurnedImaginary(r, i, turns);
            }

            sum = SumOfLanes(w, log, sum);
            if ((item & lanes - 1) == 0 && isLive) w.Memory[At(w, w.Code[text + 3])] = sum;
        }
    }

    public static void ReadOuts(CircuitWork w, int pc)
    {
        int table = Argument(w, pc, 0), count = Argument(w, pc, 1);
        for (int i = Thread(w, pc) >> w.Log; i < count; i += Group.DimX >> w.Log)
        {
            int readOut = table + 4 * i, product = w.Code[readOut + 2], end = product + 3 * w.Code[readOut + 3];
            float sum = Number(w, readOut + 1);
            for (; product < end; product += 3)
                sum += Product(w, Number(w, product), w.Code[product + 1], w.Code[product + 2]);
            w.Y[w.Outputs[w.FirstOutput + w.Code[readOut]] * w.Batch + w.Sample] = sum;
        }
    }

    static float Product(CircuitWork w, float coefficient, int factors, int count)
    {
        for (int k = 0; k < count; k++) coefficient *= w.Memory[At(w, w.Code[factors + k])];
        return coefficient;
    }

    /// <summary>The product rule.</summary>
    public static void Spread(CircuitWork w, int pc)
    {
        int table = Argument(w, pc, 0), count = Argument(w, pc, 1);
        for (int i = Thread(w, pc) >> w.Log; i < count; i += Group.DimX >> w.Log)
        {
            int term = table + 3 * i, use = w.Code[term + 1], end = use + 4 * w.Code[term + 2];
            float sum = 0;
            for (; use < end; use += 4)
            {
                float g = w.DY[w.Outputs[w.FirstOutput + w.Code[use]] * w.Batch + w.Sample] * Number(w, use + 1);
                sum += Product(w, g, w.Code[use + 2], w.Code[use + 3]);
            }

            w.Memory[At(w, w.Code[term])] = sum;
        }
    }

    /// <summary>to ← Σ g_i P_i from.</summary>
    public static void Observe(CircuitWork w, int pc)
    {
        int from = At(w, Argument(w, pc, 0)), to = At(w, Argument(w, pc, 1)), plane = Argument(w, pc, 2) << w.Log,
            bits = Argument(w, pc, 3), table = Argument(w, pc, 4), count = Argument(w, pc, 5);
        for (int j = Thread(w, pc) >> w.Log; j < 1 << bits; j += Group.DimX >> w.Log)
        {
            int at = to + (j << w.Log);
            bool accumulate = Argument(w, pc, 6) != 0;
            float r = accumulate ? w.Memory[at] : 0f, i = accumulate ? w.Memory[at + plane] : 0f;
            for (int text = table; text < table + 4 * count; text += 4)
            {
                int k = j ^ w.Code[text], turns = w.Code[text + 2] + 2 * IntrinsicMath.PopCount(k & w.Code[text + 1]) & 3;
                float g = w.Memory[At(w, w.Code[text + 3])];
                float br = w.Memory[from + (k << w.Log)], bi = w.Memory[from + (k << w.Log) + plane];
                r += g * TurnedReal(br, bi, turns);
                i += g * TurnedImaginary(br, bi, turns);
            }

            w.Memory[at] = r;
            w.Memory[at + plane] = i;
        }
    }

    public static void Collect(CircuitWork w, int pc)
    {
        int table = Argument(w, pc, 0), count = Argument(w, pc, 1);
        for (int i = Thread(w, pc) >> w.Log; i < count; i += Group.DimX >> w.Log)
        {
            int input = table + 2 * i, use = w.Code[input], end = use + 4 * w.Code[input + 1];
            float sum = 0;
            for (; use < end; use += 4)
            {
                float t = 0;
                for (int warp = 0; warp < w.Code[use + 1]; warp++) t += w.Memory[At(w, w.Code[use] + warp)];
                t *= Number(w, use + 2);
                sum += w.Code[use + 3] >= 0 ? t * Input(w, w.Code[use + 3]) : t;
            }

            w.Gradients[(w.FirstGradient + i) * w.Batch + w.Sample] = sum;
        }
    }
}
