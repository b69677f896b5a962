using System.Numerics;
using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Features of N images: N × D numbers, row-major, and the name of what made them. Every metric is a function of such sets;
/// extracting them is another stage's work.
/// </summary>
public sealed class FeatureSet
{
    readonly float[] singles = [];
    readonly double[] doubles = [];

    /// <summary>A set over <paramref name="values"/> (count × width, row-major), which is kept, not copied.</summary>
    /// <param name="extractor">
    /// What made the features, for instance "inception-768-tf1bilinear"; sets compare only within one extractor.
    /// </param>
    /// <exception cref="InputException">No samples, a wrong number of values, or a value that is not finite.</exception>
    public FeatureSet(string extractor, int count, int width, float[] values)
        : this(extractor, count, width, values.Length)
    {
        singles = values;
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0) throw NotFinite(bad, values[bad]);
    }

    /// <inheritdoc cref="FeatureSet(string, int, int, float[])"/>
    public FeatureSet(string extractor, int count, int width, double[] values)
        : this(extractor, count, width, values.Length)
    {
        doubles = values;
        int bad = Array.FindIndex(values, value => !double.IsFinite(value));
        if (bad >= 0) throw NotFinite(bad, values[bad]);
    }

    FeatureSet(string extractor, int count, int width, int length)
    {
        if (count < 1 || width < 1)
            throw new InputException($"Features '{extractor}' are {count} × {width}: empty. A metric needs samples; check the "
                + "folder or the count.");
        if ((long)count * width != length)
            throw new InputException($"Features '{extractor}' should be {count} × {width} = {(long)count * width} numbers, but "
                + $"{length} were given.");
        (Extractor, Count, Width) = (extractor, count, width);
    }

    /// <summary>What made the features.</summary>
    public string Extractor { get; }

    /// <summary>N, the number of samples.</summary>
    public int Count { get; }

    /// <summary>D, the number of features of a sample.</summary>
    public int Width { get; }

    /// <summary>
    /// Copies features <paramref name="column"/>, column + 1, … of sample <paramref name="row"/>, as many as fit.
    /// </summary>
    public void CopyTo(int row, int column, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(column + destination.Length, Width);
        int from = row * Width + column;
        if (singles.Length == 0) doubles.AsSpan(from, destination.Length).CopyTo(destination);
        else TensorPrimitives.ConvertTruncating(singles.AsSpan(from, destination.Length), destination);
    }

    /// <summary>The samples numbered <paramref name="rows"/>, in that order, as a set of their own.</summary>
    public FeatureSet Take(ReadOnlySpan<int> rows) => singles.Length > 0
        ? new(Extractor, rows.Length, Width, Gather(singles, rows))
        : new(Extractor, rows.Length, Width, Gather(doubles, rows));

    /// <summary>The samples from <paramref name="start"/> on, <paramref name="count"/> of them.</summary>
    public FeatureSet Take(int start, int count) => Take([.. Enumerable.Range(start, count)]);

    /// <summary>Samples of this set as operand of a product over features.</summary>
    internal BlockedProduct.Pack AsRows() => (first, count, k, depth, width, panel) =>
    {
        int from = first * Width + k;
        if (singles.Length > 0) BlockedProduct.Transpose<float>(singles.AsSpan(from), Width, count, depth, width, panel);
        else BlockedProduct.Transpose<double>(doubles.AsSpan(from), Width, count, depth, width, panel);
    };

    /// <summary>
    /// Features of this set as operand of a product over the samples <paramref name="rows"/>: less their mean, times the sample's
    /// weight.
    /// </summary>
    internal BlockedProduct.Pack AsCentredColumns(int[] rows, double[] mean, double[] weights) =>
        (first, count, k, depth, width, panel) =>
    {
        for (int p = 0; p < depth; p++)
        {
            int from = rows[k + p] * Width + first;
            ReadOnlySpan<double> centre = mean.AsSpan(first, count);
            Span<double> lanes = panel.Slice(p * width, count);
            if (singles.Length > 0) Centre<float>(singles.AsSpan(from, count), centre, weights[k + p], lanes);
            else Centre<double>(doubles.AsSpan(from, count), centre, weights[k + p], lanes);
        }
    };

    /// <summary>Refuses two sets that no metric may compare, or that are too small or too uniform for one.</summary>
    internal static void RequireComparable(FeatureSet a, FeatureSet b, int fewest = 2)
    {
        RequireSameKind(a.Extractor, a.Width, b.Extractor, b.Width);
        a.RequireSamples(fewest);
        b.RequireSamples(fewest);
    }

    internal static void RequireSameKind(string extractorA, int widthA, string extractorB, int widthB)
    {
        if (widthA != widthB)
            throw new InputException($"The two sets have {widthA} features ('{extractorA}') and {widthB} features "
                + $"('{extractorB}') a sample; extract both with the same network and layer.");
        if (extractorA != extractorB)
            throw new InputException($"The two sets come from different extractors, '{extractorA}' and '{extractorB}': their "
                + "distance means nothing. Extract both with the same one.");
    }

    /// <summary>Refuses a set with fewer samples than a statistic needs, and one whose samples are all the same.</summary>
    internal void RequireSamples(int fewest)
    {
        if (Count < fewest)
            throw new InputException($"Features '{Extractor}' hold {Count} sample{(Count == 1 ? "" : "s")}; this metric needs at "
                + $"least {fewest}. Generate or load more.");
        if (Count > 1 && IsConstant())
            throw new InputException($"All {Count} samples of '{Extractor}' have identical features: the generator has collapsed "
                + "to one image, or one image was loaded many times. There is no distribution to measure.");
    }

    bool IsConstant()
    {
        for (int i = 1; i < Count; i++)
        {
            bool same = singles.Length > 0
                ? singles.AsSpan(i * Width, Width).SequenceEqual(singles.AsSpan(0, Width))
                : doubles.AsSpan(i * Width, Width).SequenceEqual(doubles.AsSpan(0, Width));
            if (!same) return false;
        }

        return true;
    }

    // Four to thirty-two numbers at a time: a plain loop, because a call into a vectorised library would cost more than it saves.
    static void Centre<T>(ReadOnlySpan<T> values, ReadOnlySpan<double> centre, double weight, Span<double> centred)
        where T : INumberBase<T>
    {
        for (int i = 0; i < values.Length && i < centre.Length && i < centred.Length; i++)
            centred[i] = (double.CreateTruncating(values[i]) - centre[i]) * weight;
    }

    T[] Gather<T>(T[] values, ReadOnlySpan<int> rows)
    {
        var taken = new T[rows.Length * Width];
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)Count)
                throw new InputException($"Sample {rows[i]} of '{Extractor}' does not exist; it has {Count} samples, numbered "
                    + "from 0.");
            values.AsSpan(rows[i] * Width, Width).CopyTo(taken.AsSpan(i * Width));
        }

        return taken;
    }

    InputException NotFinite(int index, double value) => new(
        Invariant(
            $"Features '{Extractor}': sample {index / Width}, feature {index % Width} is {value}. The images or the network's ")
            + "weights are damaged; a metric over them would be meaningless.");
}
