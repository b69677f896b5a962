using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Qdiff.Imaging;
using Qdiff.Quantum;

public sealed class PdfTests
{
    [Fact]
    public void EveryObjectIsWhereTheTableSays()
    {
        Circuit circuit = new(2, [Gate.RX(0, Angle.Input(0)), Gate.CNOT(0, 1)]);
        string file = Encoding.Latin1.GetString(Pdf.FromSvg(SvgDrawing.Draw(circuit)));
        int table = int.Parse(Regex.Match(file, @"startxref\n(\d+)\n%%EOF\n$").Groups[1].Value);
        Assert.StartsWith("xref\n0 8\n", file[table..]);
        int[] places = [.. Regex.Matches(file[table..], @"(\d{10}) 00000 n \n")
            .Select(match => int.Parse(match.Groups[1].Value))];
        Assert.Equal(7, places.Length);
        for (int i = 0; i < places.Length; i++) Assert.StartsWith($"{i + 1} 0 obj\n", file[places[i]..]);
        Match stream = Regex.Match(file, @"/Length (\d+) /Filter /FlateDecode >>\nstream\n");
        Assert.Equal("\nendstream", file.Substring(stream.Index + stream.Length + int.Parse(stream.Groups[1].Value), 10));
    }

    [Fact]
    public void ADrawingIsItsLinesAndLetters()
    {
        string content = Content("""
            <svg xmlns="http://www.w3.org/2000/svg" class="r" width="200" height="100">
            <style>.r path { fill: none } .r .a { stroke: #f00; stroke-width: 2 } @media print { .r .a { stroke: #00f } }</style>
            <g transform="translate(10 -20)"><path class="a" d="M1 2L3,4H10v-5a8 8 0 0 1 16 0"/></g>
            <circle cx="50" cy="50" r="10" fill="#00ff00" fill-opacity="0.5"/>
            <text x="100" y="20" text-anchor="end">2π·w (1)</text>
            </svg>
            """);
        Assert.StartsWith("0.75 0 0 -0.75 0 75 cm\n", content);
        Assert.Contains("q 1 0 0 1 10 -20 cm\nq  1 0 0 RG 2 w 0 J 0 j 1 2 m 3 4 l 10 4 l 10 -1 l ", content);
        // The bow goes up, for y points downwards: its middle is (18, −9), its end (26, −1).
        Assert.Contains("18 -9 c ", content);
        Assert.Contains("26 -1 c S Q\nQ\n", content);
        Assert.Contains("/G0 gs 0 1 0 rg 50 40 m ", content);
        Assert.Contains("/F0 12 Tf (2) Tj /F2 12 Tf (p) Tj /F0 12 Tf (\u00b7w \\(1\\)) Tj ET", content);
        // Helvetica: 2 and 1 are 556, w 722, the dot and the space 278, parentheses 333; of pi we take 556.
        double start = 100 - 12 * (556 + 556 + 278 + 722 + 278 + 333 + 556 + 333) / 1000.0;
        Assert.Contains(FormattableString.Invariant($"{start:0.###} 20 Tm"), content);
    }

    [Fact]
    public void ChartsHaveTheirTitleAndEveryLine()
    {
        string content = Content(new LineChart
        {
            Title = "Loss",
            Series = [new("one", [1, 2], [2, 3]), new("two", [1, 2], [1, 5])],
        }.ToSvg());
        Assert.Contains("(Loss) Tj", content);
        Assert.Contains("(two) Tj", content);
        Assert.True(Regex.Count(content, " S Q\n") >= 4);
    }

    [Theory]
    [InlineData("<svg width='1' height='1'><image/></svg>")]
    [InlineData("<svg width='1' height='1'><path d='M0 0C1 1 2 2 3 3'/></svg>")]
    [InlineData("no document")]
    public void WhatNoDrawingOfOursHasIsRefused(string svg) => Assert.Throws<FormatException>(() => Pdf.FromSvg(svg));

    static string Content(string svg)
    {
        byte[] file = Pdf.FromSvg(svg);
        string text = Encoding.Latin1.GetString(file);
        int start = text.IndexOf("stream\n", StringComparison.Ordinal) + 7;
        using var inflated = new ZLibStream(new MemoryStream(file[start..]), CompressionMode.Decompress);
        using var content = new MemoryStream();
        inflated.CopyTo(content);
        return Encoding.Latin1.GetString(content.ToArray());
    }
}
