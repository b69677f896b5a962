using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// The entropy-coded bits of a JPEG file, highest first. A zero byte after 0xFF is skipped. At a marker or at the end of the file
/// the reader stops and hands out zeros; <see cref="Overrun"/> tells when one of them was used.
/// </summary>
ref struct JpegBits(ReadOnlySpan<byte> file, int start)
{
    readonly ReadOnlySpan<byte> file = file;
    ulong buffer;       // the next bit is the highest
    int count;          // how many bits of the buffer are valid, made-up zeros included
    int madeUp;

    /// <summary>Where reading goes on: never beyond a marker.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Whether more bits were taken than there are.</summary>
    public readonly bool Overrun => count < madeUp;

    /// <summary>
    /// Makes sure that 32 bits can be taken: enough for the longest code (16) and the longest number after it (15).
    /// </summary>
    public void Fill()
    {
        if (count >= 32) return;
        if (Position + 4 <= file.Length)
        {
            uint next = BinaryPrimitives.ReadUInt32BigEndian(file[Position..]);
            // No byte is 0xFF exactly if no byte of the complement is zero.
            if (((~next - 0x01010101) & next & 0x80808080) == 0)
            {
                buffer |= (ulong)next << (32 - count);
                count += 32;
                Position += 4;
                return;
            }
        }

        FillByByte();
    }

    /// <summary>The next bits (1 to 16), which stay. Needs <see cref="Fill"/>.</summary>
    public readonly int Peek(int bits) => (int)(buffer >> (64 - bits));

    /// <summary>Goes on by so many bits.</summary>
    public void Skip(int bits)
    {
        buffer <<= bits;
        count -= bits;
    }

    /// <summary>Takes a number of 1 to 16 bits.</summary>
    public int Take(int bits)
    {
        int value = Peek(bits);
        Skip(bits);
        return value;
    }

    /// <summary>Takes one bit, filling when needed.</summary>
    public int TakeBit()
    {
        if (count == 0) Fill();
        return Take(1);
    }

    /// <summary>
    /// Takes a difference of this size (T.81 F.2.2.1): the upper half of the numbers is positive, the lower half negative.
    /// </summary>
    public int TakeSigned(int bits)
    {
        if (bits == 0) return 0;
        int value = Take(bits);
        return value >> (bits - 1) != 0 ? value : value - (1 << bits) + 1;
    }

    /// <summary>Forgets the bits of a byte begun and steps over the marker RSTn, if that is what follows.</summary>
    public bool SkipRestart(int number)
    {
        // Any number of fill bytes may stand before a marker (T.81 B.1.1.2).
        int at = Position;
        while (at + 1 < file.Length && file[at] == 0xFF && file[at + 1] == 0xFF) at++;
        bool found = count - madeUp < 8 && at + 2 <= file.Length
            && file[at] == 0xFF && file[at + 1] == JpegMarker.FirstRestart + number;
        if (!found) return false;
        Position = at + 2;
        (buffer, count, madeUp) = (0, 0, 0);
        return true;
    }

    void FillByByte()
    {
        while (count <= 56)
        {
            bool ended = Position >= file.Length
                || (file[Position] == 0xFF && (Position + 1 >= file.Length || file[Position + 1] != 0));
            if (ended)
            {
                madeUp += 8;
            }
            else
            {
                byte next = file[Position];
                buffer |= (ulong)next << (56 - count);
                Position += next == 0xFF ? 2 : 1;
            }

            count += 8;
        }
    }
}
