using System.IO.Compression;
using System.Text;

namespace Qdiff.Imaging;

/// <summary>A drawing of this program as a page of PDF, for papers: lines and letters, not pixels.</summary>
/// <remarks>
/// ISO 32000-1. The fonts are Helvetica and Symbol, which every reader has, so that nothing is embedded and no font file is
/// needed; a letter that is in neither becomes a question mark.
/// </remarks>
public static class Pdf
{
    /// <summary>A pixel of SVG is 1/96 inch, a point of PDF 1/72.</summary>
    const double PointsAPixel = 0.75;

    /// <summary>
    /// The page of an SVG document that a chart or a circuit was written as, in the colours for light pages. It is no reader for
    /// SVG of other programs.
    /// </summary>
    /// <exception cref="FormatException">The document has something in it that no drawing of ours has.</exception>
    public static byte[] FromSvg(string svg)
    {
        var drawing = SvgPage.Read(svg);
        using var content = new MemoryStream();
        using (var compressed = new ZLibStream(content, CompressionLevel.Optimal, leaveOpen: true))
        {
            compressed.Write(Encoding.Latin1.GetBytes(Invariant(
                $"{PointsAPixel} 0 0 {-PointsAPixel} 0 {PointsAPixel * drawing.Height:0.##} cm\n") + drawing.Content));
        }

        string states = string.Concat(drawing.Opacities.Select((opacity, i) =>
            Invariant($"/G{i} << /ca {opacity:0.###} /CA {opacity:0.###} >> ")));
        string box = Invariant($"0 0 {PointsAPixel * drawing.Width:0.##} {PointsAPixel * drawing.Height:0.##}");
        return Document(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            $"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources << /ExtGState << {states}>> /Font << "
                + "/F0 5 0 R /F1 6 0 R /F2 7 0 R >> >> >>",
            $"<< /Length {content.Length} /Filter /FlateDecode >>\nstream\n"
                + $"{Encoding.Latin1.GetString(content.ToArray())}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>",
        ]);
    }

    /// <summary>The objects, numbered from 1, and where each begins.</summary>
    static byte[] Document(IReadOnlyList<string> objects)
    {
        var text = new StringBuilder("%PDF-1.4\n%âãÏÓ\n");
        List<int> places = [];
        foreach ((int index, string value) in objects.Index())
        {
            places.Add(text.Length);
            text.Append(Invariant($"{index + 1} 0 obj\n{value}\nendobj\n"));
        }

        int table = text.Length;
        text.Append(Invariant($"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n"));
        foreach (int place in places) text.Append(Invariant($"{place:0000000000} 00000 n \n"));
        text.Append(Invariant($"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
