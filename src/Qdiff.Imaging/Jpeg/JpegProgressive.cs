namespace Qdiff.Imaging;

/// <summary>
/// Blocks of progressive files (T.81 annex G): each scan adds bits to coefficients that are kept until the last one.
/// </summary>
static class JpegProgressive
{
    /// <summary>The higher bits of the DC value.</summary>
    public static bool ReadDc(JpegScan scan, ref JpegBits bits, JpegComponent component, int block)
    {
        bits.Fill();
        int size = component.Dc!.Take(ref bits);
        if (size < 0) return false;
        component.Prediction += bits.TakeSigned(size);
        component.Coefficients[block * 64] = (short)(component.Prediction << scan.Low);
        return true;
    }

    /// <summary>One more bit of the DC value.</summary>
    public static bool RefineDc(JpegScan scan, ref JpegBits bits, JpegComponent component, int block)
    {
        if (bits.TakeBit() != 0) component.Coefficients[block * 64] |= (short)(1 << scan.Low);
        return true;
    }

    /// <summary>The higher bits of a band of AC coefficients.</summary>
    public static bool ReadAc(JpegScan scan, ref JpegBits bits, JpegComponent component, int block)
    {
        if (scan.EndOfBandRun > 0)
        {
            scan.EndOfBandRun--;
            return true;
        }

        Span<short> coefficients = component.Coefficients.AsSpan(block * 64, 64);
        for (int k = scan.First; k <= scan.Last; k++)
        {
            bits.Fill();
            int symbol = component.Ac!.Take(ref bits), run = symbol >> 4, size = symbol & 15;
            if (symbol < 0) return false;
            if (size == 0 && run < 15)
            {
                scan.EndOfBandRun = TakeRun(ref bits, run) - 1;     // this block is the first of the run
                return true;
            }

            k += run;
            if (size == 0) continue;
            if (k > scan.Last) return false;
            coefficients[k] = (short)(bits.TakeSigned(size) << scan.Low);
        }

        return true;
    }

    /// <summary>One more bit of a band of AC coefficients: of those that are not zero, and those that now become one.</summary>
    public static bool RefineAc(JpegScan scan, ref JpegBits bits, JpegComponent component, int block)
    {
        Span<short> coefficients = component.Coefficients.AsSpan(block * 64, 64);
        int k = scan.First, bit = 1 << scan.Low;
        if (scan.EndOfBandRun == 0)
            for (; k <= scan.Last; k++)
            {
                bits.Fill();
                int symbol = component.Ac!.Take(ref bits), run = symbol >> 4, size = symbol & 15;
                if (symbol < 0 || size > 1) return false;
                if (size == 0 && run < 15)
                {
                    scan.EndOfBandRun = TakeRun(ref bits, run);
                    break;
                }

                short fresh = (short)(size == 0 ? 0 : bits.Take(1) != 0 ? bit : -bit);
                // The run counts zeros only; on the way every other coefficient gets its bit.
                for (; k <= scan.Last; k++)
                    if (coefficients[k] != 0) Refine(ref bits, ref coefficients[k], bit);
                    else if (--run < 0) break;
                if (fresh == 0) continue;
                if (k > scan.Last) return false;
                coefficients[k] = fresh;
            }

        if (scan.EndOfBandRun > 0)
        {
            for (; k <= scan.Last; k++)
                if (coefficients[k] != 0) Refine(ref bits, ref coefficients[k], bit);
            scan.EndOfBandRun--;
        }

        return true;
    }

    /// <summary>Turns the coefficients of all components into samples.</summary>
    public static void Transform(JpegFrame frame)
    {
        Span<int> values = stackalloc int[64];
        foreach (JpegComponent component in frame.Components)
            for (int block = 0; block < component.StoredAcross * component.StoredDown; block++)
            {
                ReadOnlySpan<short> coefficients = component.Coefficients.AsSpan(block * 64, 64);
                int last = Math.Max(0, coefficients.LastIndexOfAnyExcept((short)0));
                values.Clear();
                for (int k = 0; k <= last; k++) values[JpegTables.Zigzag[k]] = coefficients[k] * component.Quantisation![k];
                JpegTransform.Inverse(values, last, component.Block(block), component.Stride);
            }
    }

    static int TakeRun(ref JpegBits bits, int size) => (1 << size) + (size == 0 ? 0 : bits.Take(size));

    static void Refine(ref JpegBits bits, ref short coefficient, int bit)
    {
        // A file that gives the same bit twice must not add it twice.
        if (bits.TakeBit() != 0 && (coefficient & bit) == 0) coefficient += (short)(coefficient > 0 ? bit : -bit);
    }
}
