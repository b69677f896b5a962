using Qdiff;
using Qdiff.Tensors;

/// <summary>
/// The two matrix products against the definitions beside them, at sizes around their blocks, with every choice of strides and
/// vectors of every width.
/// </summary>
[Trait("Runs", "on every instruction set")]
public unsafe class ProductKernelTests
{
    public static TheoryData<int, int, int> Sizes()
    {
        var data = new TheoryData<int, int, int>();
        int[] sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17];
        for (int i = 0; i < sizes.Length; i++)
            for (int j = 0; j < sizes.Length; j += 2)
                data.Add(sizes[i], sizes[(i + j) % sizes.Length], sizes[(i + 2 * j + 3) % sizes.Length]);
        return data;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void MixIsAMatrixTimesColumns(int outputs, int inputs, int positions)
    {
        Mix<Lanes4>(outputs, inputs, positions);
        Mix<Lanes8>(outputs, inputs, positions);
        Mix<Lanes16>(outputs, inputs, positions);
    }

    static void Mix<V>(int outputs, int inputs, int positions) where V : struct, ILanes<V>
    {
        var random = new RandomStream(1, "mix", outputs, inputs * 100 + positions);
        // Rows lie further apart than they are long; what is between them must stay as it is.
        int xRow = positions * Tensor.Samples + 16, yRow = positions * Tensor.Samples + 32;
        using Buffer w = new(outputs * inputs, random), x = new(inputs * xRow, random), y = new(outputs * yRow, random);
        foreach (bool accumulate in (bool[])[false, true])
            foreach (MatrixProduct<V>.Matrix matrix in
                (MatrixProduct<V>.Matrix[])[new(w.Pointer, inputs, 1), new(w.Pointer, 1, outputs)])
            {
                using Buffer expected = new(y);
                MatrixProduct<V>.Reference(matrix, x.Pointer, xRow, expected.Pointer, yRow, outputs, inputs, positions,
                    accumulate);
                using Buffer actual = new(y);
                MatrixProduct<V>.Run(matrix, x.Pointer, xRow, actual.Pointer, yRow, outputs, inputs, positions, accumulate);
                Tile.Near(Tile.Widen(actual.Span), Tile.Widen(expected.Span), Tolerance.Sum, $"accumulate {accumulate}");
                AssertGapsUntouched(y.Span, actual.Span, positions * Tensor.Samples, yRow);
            }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void LaneProductIsAMatrixProductForEachSample(int rows, int columns, int length)
    {
        LaneProduct<Lanes4>(rows, columns, length);
        LaneProduct<Lanes8>(rows, columns, length);
        LaneProduct<Lanes16>(rows, columns, length);
    }

    static void LaneProduct<V>(int rows, int columns, int length) where V : struct, ILanes<V>
    {
        var random = new RandomStream(1, "lane product", rows, columns * 100 + length);
        const nint w = Tensor.Samples;
        using Buffer a = new(rows * length * Tensor.Samples, random), b = new(columns * length * Tensor.Samples, random),
            c = new(rows * columns * Tensor.Samples, random);
        foreach (bool accumulate in (bool[])[false, true])
            foreach (bool turned in (bool[])[false, true])
            {
                BatchedMatrixProduct<V>.Matrix left = turned ? new(a.Pointer, w, rows * w) : new(a.Pointer, length * w, w);
                BatchedMatrixProduct<V>.Matrix right = turned ? new(b.Pointer, length * w, w) : new(b.Pointer, w, columns * w);
                using Buffer expected = new(c), actual = new(c);
                BatchedMatrixProduct<V>.Reference(left, right, Target(expected), rows, columns, length, accumulate);
                BatchedMatrixProduct<V>.Run(left, right, Target(actual), rows, columns, length, accumulate);
                Tile.Near(Tile.Widen(actual.Span), Tile.Widen(expected.Span), Tolerance.Sum,
                    $"accumulate {accumulate}, turned {turned}");

                BatchedMatrixProduct<V>.Matrix Target(Buffer buffer) =>
                    turned ? new(buffer.Pointer, w, rows * w) : new(buffer.Pointer, columns * w, w);
            }
    }

    static void AssertGapsUntouched(ReadOnlySpan<float> before, ReadOnlySpan<float> after, int used, int row)
    {
        for (int i = 0; i < before.Length; i++)
            if (i % row >= used) Assert.Equal(before[i], after[i]);
    }

    sealed class Buffer : IDisposable
    {
        readonly AlignedBuffer memory;

        public Buffer(int length, RandomStream random)
        {
            memory = new(length);
            random.FillNormal(Span);
        }

        public Buffer(Buffer other)
        {
            memory = new(other.memory.Length);
            other.Span.CopyTo(Span);
        }

        public float* Pointer => memory.Pointer;

        public Span<float> Span => memory.Span;

        /// <summary>Keeps the memory reachable to the end of the block that uses its pointer.</summary>
        public void Dispose() => GC.KeepAlive(memory);
    }
}
