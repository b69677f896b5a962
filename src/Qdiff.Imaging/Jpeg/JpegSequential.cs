namespace Qdiff.Imaging;

/// <summary>
/// Blocks of baseline and extended sequential files (T.81 F.2): all coefficients at once, transformed on the spot.
/// </summary>
static class JpegSequential
{
    /// <summary>Reads a block into the plane of its component; false if a code does not exist.</summary>
    public static bool ReadBlock(JpegScan scan, ref JpegBits bits, JpegComponent component, int block)
    {
        Span<int> coefficients = stackalloc int[64];
        ushort[] divisors = component.Quantisation!;
        JpegHuffman ac = component.Ac!;
        bits.Fill();
        int size = component.Dc!.Take(ref bits);
        if (size < 0) return false;
        component.Prediction += bits.TakeSigned(size);
        coefficients[0] = component.Prediction * divisors[0];

        int last = 0;
        for (int k = 1; k < 64; k++)
        {
            bits.Fill();
            int symbol = ac.Take(ref bits);
            if (symbol < 0) return false;
            size = symbol & 15;
            int run = symbol >> 4;
            if (size == 0)
            {
                if (run < 15) break;    // the rest is zero
                k += 15;
                continue;
            }

            k += run;
            if (k > 63) return false;
            coefficients[JpegTables.Zigzag[k]] = bits.TakeSigned(size) * divisors[k];
            last = k;
        }

        JpegTransform.Inverse(coefficients, last, component.Block(block), component.Stride);
        return true;
    }
}
