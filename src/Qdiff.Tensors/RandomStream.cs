using System.Runtime.CompilerServices;
using System.Text;

namespace Qdiff.Tensors;

/// <summary>
/// Random numbers addressed by purpose: equal (seed, purpose, indices) give equal numbers, so nothing has to be stored to go on
/// where a run was interrupted, and sample i does not depend on what was drawn for sample i − 1.
/// </summary>
/// <remarks>Philox4x32-10, a counter-based generator: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
/// 3".</remarks>
public sealed class RandomStream : Random
{
    readonly uint key0, key1, high0, high1;
    ulong counter;
    Block block;
    int used = 4;
    double spare;
    bool hasSpare;

    /// <summary>The stream at this address. The two indices are, for instance, a step and a sample.</summary>
    public RandomStream(long seed, string purpose, long index = 0, long subIndex = 0)
        : base(0)
    {
        // The sub-index changes the key and the index fills the upper half of the counter, each by a bijection, so that no two
        // pairs of indices share a stream. The lower half of the counter counts the blocks that were drawn.
        ulong key = KeyOf(seed, purpose) ^ Mix((ulong)subIndex), high = Mix((ulong)index);
        (key0, key1) = ((uint)key, (uint)(key >> 32));
        (high0, high1) = ((uint)high, (uint)(high >> 32));
    }

    /// <summary>32 uniform random bits.</summary>
    public uint NextBits()
    {
        if (used == 4)
        {
            block = Philox((uint)counter, (uint)(counter >> 32), high0, high1, key0, key1);
            counter++;
            used = 0;
        }

        return block[used++];
    }

    /// <inheritdoc/>
    public override double NextDouble() => ((ulong)NextBits() << 21 ^ NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public override float NextSingle() => (NextBits() >> 8) * (1f / (1 << 24));

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    /// <inheritdoc/>
    public override int Next() => Next(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => Next(0, maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + NextInt64((long)maxValue - minValue));
    }

    /// <inheritdoc/>
    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        // The bias of a 64-bit product is below 2⁻³² for every range that fits 32 bits.
        return (long)((UInt128)((ulong)NextBits() << 32 | NextBits()) * (ulong)maxValue >> 64);
    }

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref byte b in buffer) b = (byte)NextBits();
    }

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <summary>A number from the standard normal distribution.</summary>
    /// <remarks>Box and Muller 1958: two normals from two uniforms.</remarks>
    public double NextNormal()
    {
        if (hasSpare)
        {
            hasSpare = false;
            return spare;
        }

        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * NextDouble());
        spare = radius * sin;
        hasSpare = true;
        return radius * cos;
    }

    /// <summary>Fills <paramref name="values"/> with independent standard normal numbers.</summary>
    public void FillNormal(Span<float> values)
    {
        foreach (ref float value in values) value = (float)NextNormal();
    }

    /// <summary>A random order of 0 … <paramref name="count"/> − 1.</summary>
    /// <remarks>Fisher and Yates.</remarks>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Next(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /// <summary>What a seed and a purpose contribute to the key.</summary>
    internal static ulong KeyOf(long seed, string purpose) => Fnv1A(purpose, (ulong)seed);

    static ulong Fnv1A(string text, ulong seed)
    {
        // Not string.GetHashCode, which differs from process to process.
        const ulong prime = 0x100000001B3;
        ulong hash = 0xCBF29CE484222325;
        for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ (byte)(seed >> shift)) * prime;
        int length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = length <= 512 ? stackalloc byte[512] : new byte[length];
        foreach (byte b in bytes[..Encoding.UTF8.GetBytes(text, bytes)]) hash = (hash ^ b) * prime;
        return Mix(hash);
    }

    /// <summary>The finaliser of SplitMix64: a bijection whose every output bit depends on every input bit.</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    internal static Block Philox(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53UL * c0, product1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ key1,
                (uint)product0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        Block block = default;
        (block[0], block[1], block[2], block[3]) = (c0, c1, c2, c3);
        return block;
    }

    [InlineArray(4)]
    internal struct Block
    {
        uint first;
    }
}
