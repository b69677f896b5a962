using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// Decodes one JPEG file: walks over its markers, lets each scan fill the planes, and puts the image together.
/// </summary>
sealed class JpegDecoder(byte[] file, string where)
{
    /// <summary>Encoders write about ten. A crafted file with thousands would take minutes.</summary>
    const int MostScans = 256;

    readonly JpegTables tables = new(where);
    JpegFrame? frame;
    bool jfif;
    int adobeTransform = -1, orientation = 1;
    int restartInterval, scans;

    /// <summary>The image: 1 channel for grey files, 3 for colour.</summary>
    public Raster Decode()
    {
        if (!file.AsSpan().StartsWith(Jpeg.Signature))
            throw new InputException($"{where} is no JPEG file: it does not start with the JPEG signature.");
        int at = 2;
        for (int marker = NextMarker(ref at); marker != JpegMarker.End; marker = NextMarker(ref at))
        {
            // Restart marks that no scan expected, and bytes without content.
            bool isBare = marker is JpegMarker.Temporary or JpegMarker.Start
                or (>= JpegMarker.FirstRestart and <= JpegMarker.LastRestart);
            if (isBare) continue;
            if (at + 2 > file.Length) throw CutOff();
            int length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));
            if (length < 2) throw Damaged($"a segment has the length {length}");
            if (at + length > file.Length) throw CutOff();
            ReadOnlySpan<byte> segment = file.AsSpan(at + 2, length - 2);
            at += length;
            if (marker == JpegMarker.Scan) at = ReadScan(segment, at);
            else ReadSegment(marker, segment);
        }

        if (frame is null) throw Damaged("it has no frame header");
        if (frame.Components.Any(component => !component.Begun)) throw Damaged("it has no data for one of its components");
        if (frame.Progressive) JpegProgressive.Transform(frame);
        return ExifOrientation.Apply(JpegImage.Assemble(frame, IsYCbCr(frame.Components)), orientation);
    }

    void ReadSegment(int marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case JpegMarker.QuantisationTables:
                tables.ReadQuantisation(segment);
                break;
            case JpegMarker.HuffmanTables:
                tables.ReadHuffman(segment);
                break;
            case JpegMarker.RestartInterval:
                if (segment.Length != 2) throw Damaged("its restart interval has the wrong length");
                restartInterval = BinaryPrimitives.ReadUInt16BigEndian(segment);
                break;
            case JpegMarker.BaselineFrame or JpegMarker.ExtendedFrame or JpegMarker.ProgressiveFrame:
                if (frame is not null) throw Damaged("it has two frame headers");
                frame = JpegFrame.Parse(marker, segment, file.Length, where);
                break;
            case JpegMarker.ArithmeticTables or (> JpegMarker.Reserved and <= JpegMarker.LastFrame):
                throw new InputException($"{where} is coded arithmetically, which is not read. "
                    + "Save it as a common JPEG or as PNG.");
            case > JpegMarker.ProgressiveFrame and < JpegMarker.Reserved:
                throw new InputException($"{where} is a lossless or hierarchical JPEG, which is not read. "
                    + "Save it as a common JPEG or as PNG.");
            case JpegMarker.Application0:
                jfif |= segment.StartsWith("JFIF\0"u8);
                break;
            case JpegMarker.Application1:
                // As far as who looks for the size alone reads on.
                if (orientation == 1 && frame is null) orientation = Jpeg.OrientationOf(segment);
                break;
            case JpegMarker.Application14:
                if (segment.Length >= 12 && segment.StartsWith("Adobe"u8)) adobeTransform = segment[11];
                break;
        }
    }

    /// <summary>Reads a scan whose bits begin at <paramref name="at"/> and returns where they end.</summary>
    int ReadScan(ReadOnlySpan<byte> header, int at)
    {
        if (frame is null) throw Damaged("its pixels come before its frame header");
        if (++scans > MostScans)
            throw new InputException($"{where} has more than {MostScans} scans, which no camera or program writes.");
        return new JpegScan(frame, header, tables, where).Read(file, at, restartInterval);
    }

    /// <summary>
    /// Goes on behind the next marker. Bytes before it are skipped: the rest of a scan, or garbage that others skip too.
    /// </summary>
    int NextMarker(ref int at)
    {
        while (true)
        {
            int found = at < file.Length ? file.AsSpan(at).IndexOf((byte)0xFF) : -1;
            if (found < 0 || at + found + 1 >= file.Length) throw CutOff();
            at += found + 1;
            if (file[at] is JpegMarker.Fill or JpegMarker.Stuffing) continue;
            return file[at++];
        }
    }

    /// <summary>
    /// Whether three components are luma and chroma: as the marks of JFIF and Adobe say, else by the component numbers.
    /// </summary>
    bool IsYCbCr(JpegComponent[] components) =>
        jfif || (adobeTransform >= 0 ? adobeTransform != 0 : !components.Select(c => c.Id).SequenceEqual([(int)'R', 'G', 'B']));

    InputException Damaged(string what) => new($"{where} is damaged: {what}.");

    InputException CutOff() => new($"{where} is cut off: it ends without an end mark. Fetch or save it again.");
}
