using System.Numerics;

namespace Qdiff.Onnx;

/// <summary>
/// Gates of a cluster that are one matrix product: from the amplitudes of the bits that are there before, times those of the bits
/// that begin with the block.
/// </summary>
/// <param name="Before">Bits that are there before, most significant first.</param>
/// <param name="After">The same and the new ones.</param>
sealed record GateBlock(IReadOnlyList<BitGate> Gates, int[] Before, int[] After)
{
    /// <summary>Rows of the matrix: real and imaginary parts of the amplitudes before.</summary>
    public int Rows => 2 << Before.Length;

    /// <summary>Its columns: real and imaginary parts of the amplitudes after.</summary>
    public int Columns => 2 << After.Length;

    public bool IsConstant => Gates.All(gate => gate.IsConstant);

    /// <summary>The products of factors whose coefficients are <see cref="Tables"/>; none if the block is constant.</summary>
    public IReadOnlyList<int[]> Factors()
    {
        BitGate[] varying = [.. Gates.Where(gate => !gate.IsConstant)];
        return [.. Choices().Select(choice => varying.Select((gate, i) => gate.Terms[choice[i]].Factor!.Value).ToArray())];
    }

    /// <summary>
    /// The real matrix [products, rows, columns] that multiplies rows [re | im] from the right; with
    /// <paramref name="fromNothing"/> its first row alone, the block being the first.
    /// </summary>
    /// <param name="start">The two amplitudes of a new bit.</param>
    public float[] Tables(Func<int, double[]> start, bool fromNothing)
    {
        List<float> all = [];
        foreach (int[] choice in Choices())
        {
            Complex[][] images =
                [.. Enumerable.Range(0, fromNothing ? 1 : 1 << Before.Length).Select(basis => Image(basis, choice, start))];
            foreach (Complex[] image in images) all.AddRange([.. image.Select(Real), .. image.Select(Imaginary)]);
            if (fromNothing) continue;
            foreach (Complex[] image in images) all.AddRange([.. image.Select(a => -Imaginary(a)), .. image.Select(Real)]);
        }

        return [.. all];

        static float Real(Complex a) => (float)a.Real;
        static float Imaginary(Complex a) => (float)a.Imaginary;
    }

    /// <summary>What becomes of basis state <paramref name="basis"/> of the bits before, with one term of each gate.</summary>
    Complex[] Image(int basis, int[] choice, Func<int, double[]> start)
    {
        Complex[] state = [1];
        foreach (int bit in After)
        {
            int at = Array.IndexOf(Before, bit), value = basis >> Before.Length - 1 - at & 1;
            double[] amplitudes = at < 0 ? start(bit) : [1 - value, value];
            state = [.. state.SelectMany(_ => amplitudes, (amplitude, factor) => amplitude * factor)];
        }

        int varying = 0;
        foreach (BitGate gate in Gates) Apply(gate, gate.Terms[gate.IsConstant ? 0 : choice[varying++]], state);
        return state;
    }

    void Apply(BitGate gate, GateTerm term, Complex[] state)
    {
        int target = Mask(gate.Target), control = gate.Control < 0 ? 0 : Mask(gate.Control);
        for (int index = 0; index < state.Length; index++)
        {
            if ((index & target) != 0) continue;
            Complex[,] matrix = (index & control) == control ? term.On : term.Off;
            (Complex zero, Complex one) = (state[index], state[index | target]);
            state[index] = matrix[0, 0] * zero + matrix[0, 1] * one;
            state[index | target] = matrix[1, 0] * zero + matrix[1, 1] * one;
        }
    }

    int Mask(int bit) => 1 << After.Length - 1 - Array.IndexOf(After, bit);

    /// <summary>One term of each varying gate, in all combinations.</summary>
    IEnumerable<int[]> Choices()
    {
        int[] sizes = [.. Gates.Where(gate => !gate.IsConstant).Select(gate => gate.Terms.Length)];
        int combinations = sizes.Aggregate(1, (product, size) => product * size);
        for (int c = 0; c < combinations; c++)
        {
            var choice = new int[sizes.Length];
            for (int i = sizes.Length - 1, left = c; i >= 0; left /= sizes[i--]) choice[i] = left % sizes[i];
            yield return choice;
        }
    }

    /// <summary>Cuts a cluster's gates into blocks, greedily: each takes what gates can come next and keep it small.</summary>
    /// <param name="bits">All bits of the cluster.</param>
    /// <param name="live">Those that are there before the first gate.</param>
    public static List<GateBlock> Cut(IReadOnlyList<BitGate> gates, int bits, IEnumerable<int> live)
    {
        List<GateBlock> blocks = [];
        var there = live.ToHashSet();
        List<BitGate> left = [.. gates];
        while (left.Count > 0)
        {
            GateBlock block = new([left[0]], [], []);
            HashSet<int> blocked = [];
            List<BitGate> skipped = [];
            block = With(block, null);
            foreach (BitGate gate in left.Skip(1))
            {
                GateBlock larger = With(block, gate);
                if (!gate.Bits.Any(blocked.Contains) && larger.IsSmall(blocks.Count == 0 && there.Count == 0)) block = larger;
                else
                {
                    blocked.UnionWith(gate.Bits);
                    skipped.Add(gate);
                }
            }

            Take(block);
            left = skipped;
        }

        // Bits that no gate touches.
        int[] rest = [.. Enumerable.Range(0, bits).Where(bit => !there.Contains(bit)).Reverse()];
        if (rest.Length > 0) Take(new([], [], rest));
        return blocks;

        void Take(GateBlock block)
        {
            there.UnionWith(block.After);
            blocks.Add(block);
        }

        GateBlock With(GateBlock block, BitGate? gate)
        {
            IReadOnlyList<BitGate> all = gate is null ? block.Gates : [.. block.Gates, gate];
            int[] touched = [.. all.SelectMany(member => member.Bits).Distinct().OrderDescending()];
            return new(all, [.. touched.Where(there.Contains)], touched);
        }
    }

    /// <summary>
    /// 64 KiB of constants; a matrix that every row has its own of, no larger than saves time. Three gates with inputs and their
    /// terms are no more than 27 products.
    /// </summary>
    bool IsSmall(bool first)
    {
        double products = Gates.Aggregate(1.0, (product, gate) => product * gate.Terms.Length), rows = first ? 1 : Rows;
        return products * rows * Columns <= 1 << 14 && (first || rows * Columns <= (IsConstant ? 1 << 12 : 1 << 10));
    }
}
