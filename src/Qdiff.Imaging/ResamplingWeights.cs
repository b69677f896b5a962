namespace Qdiff.Imaging;

/// <summary>
/// Which old pixels of a row make each new one, and with which weights: whole numbers of 22 bits behind the point, so that the
/// result is the same everywhere, and the same as that of Pillow.
/// </summary>
/// <remarks>When shrinking, the filter is stretched by the ratio of the sizes (antialias).</remarks>
sealed class ResamplingWeights
{
    const int Point = 22;

    /// <summary>What the weights' magnitudes may be of their sum: 255 times as much of 22 bits behind the point is what 32 bits
    /// hold.</summary>
    const int LargestMagnitude = 2;

    readonly int[] starts;
    readonly int[][] weights;

    /// <summary>The weights from rows of <paramref name="from"/> pixels to rows of <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentException">The filter reaches no old pixel, or its weights have no sum, or one of less than half
    /// their magnitudes.</exception>
    public ResamplingWeights(int from, int to, Resampling resampling)
    {
        double ratio = (double)from / to, stretch = Math.Max(ratio, 1), reach = resampling.Reach * stretch;
        starts = new int[to];
        weights = new int[to][];
        for (int i = 0; i < to; i++)
        {
            double centre = (i + 0.5) * ratio;
            int start = Math.Max(0, (int)(centre - reach + 0.5)), end = Math.Min(from, (int)(centre + reach + 0.5));
            double[] values =
                [.. Enumerable.Range(start, Math.Max(0, end - start))
                    .Select(x => resampling.Weight((x - centre + 0.5) / stretch))];
            double sum = values.Sum(), magnitude = values.Sum(value => Math.Abs(value));
            if (!(magnitude is > 0 and < double.PositiveInfinity && magnitude <= LargestMagnitude * Math.Abs(sum)))
                throw new ArgumentException(
                    Invariant($"The filter '{resampling.Name}' gives new pixel {i} of {to} from {from} old ones {values.Length} ")
                    + Invariant($"weights of sum {sum} and magnitude {magnitude}; the magnitude must be above 0, and at most ")
                    + Invariant($"{LargestMagnitude} times the sum."), nameof(resampling));
            starts[i] = start;
            // Halves are rounded away from zero.
            weights[i] = [.. values.Select(value => (int)(value / sum * (1 << Point) + (value < 0 ? -0.5 : 0.5)))];
        }
    }

    /// <summary>Makes one new row; neighbouring pixels of both rows lie <paramref name="step"/> bytes apart.</summary>
    public void Apply(ReadOnlySpan<byte> old, Span<byte> fresh, int step)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            int sum = 1 << (Point - 1), at = starts[i] * step;
            foreach (int weight in weights[i])
            {
                sum += old[at] * weight;
                at += step;
            }

            fresh[i * step] = (byte)Math.Clamp(sum >> Point, 0, 255);
        }
    }
}
