namespace Qdiff.Imaging;

/// <summary>
/// One scan: which components, which coefficients, which bits of them; it goes over the blocks in their order in the file.
/// </summary>
sealed class JpegScan
{
    delegate bool BlockReader(JpegScan scan, ref JpegBits bits, JpegComponent component, int block);

    readonly string where;
    readonly JpegFrame frame;
    readonly JpegComponent[] components;
    readonly BlockReader read;

    /// <summary>Reads an SOS segment and checks it against the frame.</summary>
    public JpegScan(JpegFrame frame, ReadOnlySpan<byte> header, JpegTables tables, string where)
    {
        (this.frame, this.where) = (frame, where);
        int count = header.IsEmpty ? 0 : header[0];
        if (count is < 1 or > 4 || header.Length != 4 + 2 * count) throw Damaged("a scan header has the wrong length");
        ReadOnlySpan<byte> range = header[(1 + 2 * count)..];
        (First, Last, int high, Low) = (range[0], range[1], range[2] >> 4, range[2] & 15);
        bool validRange = First == 0 ? Last == 0 : First <= Last && Last < 64 && count == 1;
        if (frame.Progressive && (!validRange || Low > 13 || (high != 0 && high != Low + 1)))
            throw Damaged($"a scan asks for coefficients {First} to {Last}, bits {high} to {Low}, of {count} components");

        read = !frame.Progressive ? JpegSequential.ReadBlock
            : First == 0 ? high == 0 ? JpegProgressive.ReadDc : JpegProgressive.RefineDc
            : high == 0 ? JpegProgressive.ReadAc : JpegProgressive.RefineAc;
        components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            (int id, int dc, int ac) = (header[1 + 2 * i], header[2 + 2 * i] >> 4, header[2 + 2 * i] & 15);
            JpegComponent component = Array.Find(frame.Components, c => c.Id == id)
                ?? throw Damaged($"a scan names component {id}, which the frame lacks");
            if (components.AsSpan(0, i).Contains(component)) throw Damaged($"a scan names component {id} twice");
            if (dc > 3 || ac > 3) throw Damaged($"a scan asks for Huffman table {Math.Max(dc, ac)}; there are 0 to 3");
            if (!frame.Progressive && component.Begun) throw Damaged($"component {id} comes twice");
            components[i] = component;
            component.Quantisation ??= tables.Quantisation(component.QuantisationPlace);
            component.Dc = !frame.Progressive || (First == 0 && high == 0) ? tables.Dc(dc) : null;
            component.Ac = !frame.Progressive || First > 0 ? tables.Ac(ac) : null;
            component.Begun |= !frame.Progressive || First == 0;
        }

        if (count > 1 && components.Sum(c => c.AcrossFactor * c.DownFactor) > 10)
            throw Damaged("a unit of its interleaved data has more than 10 blocks");
    }

    /// <summary>The first coefficient of the scan, in zigzag order.</summary>
    public int First { get; }

    /// <summary>The last coefficient of the scan.</summary>
    public int Last { get; }

    /// <summary>The lowest bit that this scan gives.</summary>
    public int Low { get; }

    /// <summary>How many blocks are still to come in which this scan adds no new coefficient.</summary>
    public int EndOfBandRun { get; set; }

    /// <summary>
    /// Reads all blocks from the bits at <paramref name="at"/>, with restart marks every so many units (0: none).
    /// Returns where they end.
    /// </summary>
    public int Read(ReadOnlySpan<byte> file, int at, int restartInterval)
    {
        JpegBits bits = new(file, at);
        Reset();
        // One component alone is coded block by block, several unit by unit (T.81 A.2).
        JpegComponent? single = components.Length == 1 ? components[0] : null;
        int across = single?.BlocksAcross ?? frame.Components[0].StoredAcross / frame.Components[0].AcrossFactor;
        int down = single?.BlocksDown ?? frame.Components[0].StoredDown / frame.Components[0].DownFactor;
        int left = restartInterval, restart = 0;
        for (int y = 0; y < down; y++)
            for (int x = 0; x < across; x++)
            {
                if (restartInterval > 0 && left-- == 0)
                {
                    if (!bits.SkipRestart(restart)) throw Damaged($"restart mark {restart} is not where it should be");
                    restart = restart + 1 & 7;
                    left = restartInterval - 1;
                    Reset();
                }

                bool valid = single is not null ? read(this, ref bits, single, y * single.StoredAcross + x)
                    : ReadUnit(ref bits, x, y);
                if (bits.Overrun)
                    throw new InputException($"{where} is cut off or damaged: the data of a scan ends before its last block.");
                if (!valid) throw Damaged("a block holds a code that does not exist");
            }

        return bits.Position;
    }

    bool ReadUnit(ref JpegBits bits, int x, int y)
    {
        foreach (JpegComponent component in components)
            for (int v = 0; v < component.DownFactor; v++)
                for (int h = 0; h < component.AcrossFactor; h++)
                {
                    int block = (y * component.DownFactor + v) * component.StoredAcross + x * component.AcrossFactor + h;
                    if (!read(this, ref bits, component, block)) return false;
                }

        return true;
    }

    void Reset()
    {
        foreach (JpegComponent component in components) component.Prediction = 0;
        EndOfBandRun = 0;
    }

    InputException Damaged(string what) => new($"{where} is damaged: {what}.");
}
