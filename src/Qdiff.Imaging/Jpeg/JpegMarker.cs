namespace Qdiff.Imaging;

/// <summary>The second bytes of the JPEG markers that a decoder must know (T.81 table B.1).</summary>
static class JpegMarker
{
    public const int BaselineFrame = 0xC0, ExtendedFrame = 0xC1, ProgressiveFrame = 0xC2, LastFrame = 0xCF;
    public const int HuffmanTables = 0xC4, Reserved = 0xC8, ArithmeticTables = 0xCC;
    public const int FirstRestart = 0xD0, LastRestart = 0xD7, Start = 0xD8, End = 0xD9;
    public const int Scan = 0xDA, QuantisationTables = 0xDB, RestartInterval = 0xDD;
    public const int Application0 = 0xE0, Application1 = 0xE1, Application14 = 0xEE;
    public const int Stuffing = 0x00, Fill = 0xFF, Temporary = 0x01;
}
