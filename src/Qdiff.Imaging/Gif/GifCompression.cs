namespace Qdiff.Imaging;

/// <summary>The packing of GIF: Lempel-Ziv-Welch with codes of 9 to 12 bits, in blocks of 255 bytes at most.</summary>
static class GifCompression
{
    const int Clear = 256, End = 257, MostCodes = 4096;

    /// <summary>Writes the packed pixels, one byte each, with the size of a pixel before and an empty block behind.</summary>
    public static void Write(Stream file, ReadOnlySpan<byte> pixels)
    {
        file.WriteByte(8);
        Bits bits = new(file);
        // What code stands for "the run of this code, then this byte"; 0 for none, for no run has a code below 258.
        var codes = new ushort[MostCodes * 256];
        int next = End + 1, size = 9, run = -1;
        bits.Write(Clear, size);
        foreach (byte pixel in pixels)
        {
            if (run < 0)
            {
                run = pixel;
                continue;
            }

            ref ushort longer = ref codes[run * 256 + pixel];
            if (longer != 0)
            {
                run = longer;
                continue;
            }

            bits.Write(run, size);
            if (next < MostCodes)
            {
                // The reader learns a code one step later, so the size grows when the code is used that no longer fits.
                if (next == 1 << size) size++;
                longer = (ushort)next++;
            }
            else
            {
                bits.Write(Clear, size);
                Array.Clear(codes);
                (next, size) = (End + 1, 9);
            }

            run = pixel;
        }

        if (run >= 0)
        {
            bits.Write(run, size);
            if (next == 1 << size && size < 12) size++;
        }

        bits.Write(End, size);
        bits.Flush();
    }

    /// <summary>Gathers bits, low ones first, into blocks.</summary>
    sealed class Bits(Stream file)
    {
        readonly byte[] block = new byte[255];
        int length, waiting, count;

        public void Write(int code, int size)
        {
            waiting |= code << count;
            for (count += size; count >= 8; count -= 8, waiting >>= 8) Add((byte)waiting);
        }

        public void Flush()
        {
            if (count > 0) Add((byte)waiting);
            WriteBlock();
            file.WriteByte(0);
        }

        void Add(byte value)
        {
            block[length++] = value;
            if (length == block.Length) WriteBlock();
        }

        void WriteBlock()
        {
            if (length == 0) return;
            file.WriteByte((byte)length);
            file.Write(block, 0, length);
            length = 0;
        }
    }
}
