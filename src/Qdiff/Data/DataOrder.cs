using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Which image stands at each place of the endless training stream: a pure function of (seed, place), so that a run goes on
/// exactly where it stopped with nothing stored. The stream is one random permutation of all images after another, an epoch each;
/// batches are cut from it without regard to the borders, so no image is dropped.
/// </summary>
public sealed class DataOrder
{
    readonly long seed;
    // The last permutation used. Threads may replace it at any time: it is immutable and can always be made again.
    volatile Epoch epoch;

    /// <summary>The order of <paramref name="count"/> images under this seed.</summary>
    public DataOrder(int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        (Count, this.seed) = (count, seed);
        epoch = Shuffle(0);
    }

    /// <summary>How many images there are: the length of an epoch.</summary>
    public int Count { get; }

    /// <summary>The image at this place of the stream, counted from 0.</summary>
    public int this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            return At(position / Count).Order[position % Count];
        }
    }

    /// <summary>
    /// The images of a step (counted from 0) when every step before it took <paramref name="batch"/> images too.
    /// </summary>
    public int[] Indices(long step, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var indices = new int[batch];
        Fill(step, indices);
        return indices;
    }

    /// <summary>As <see cref="Indices"/>, with the batch as long as the span.</summary>
    public void Fill(long step, Span<int> indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        for (long position = checked(step * indices.Length); !indices.IsEmpty;)
        {
            ReadOnlySpan<int> rest = At(position / Count).Order.AsSpan((int)(position % Count));
            if (rest.Length > indices.Length) rest = rest[..indices.Length];
            rest.CopyTo(indices);
            indices = indices[rest.Length..];
            position += rest.Length;
        }
    }

    Epoch At(long number)
    {
        Epoch cached = epoch;
        return cached.Number == number ? cached : epoch = Shuffle(number);
    }

    Epoch Shuffle(long number) => new(number, new RandomStream(seed, "data order", number).Permutation(Count));

    sealed record Epoch(long Number, int[] Order);
}
