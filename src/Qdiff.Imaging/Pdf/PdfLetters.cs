using System.Text;

namespace Qdiff.Imaging;

/// <summary>Text in the fonts that every PDF reader has: runs of letters of one font, and how wide they are.</summary>
static class PdfLetters
{
    /// <summary>Helvetica, Helvetica-Bold and Symbol as the page calls them.</summary>
    public const int Plain = 0, Bold = 1, Symbol = 2;

    /// <summary>Widths of Helvetica from the space to the tilde in thousandths of the size (Adobe font metrics).</summary>
    static readonly short[] s_widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
        556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778,
        722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
        278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    const double OtherWidth = 556, BoldFactor = 1.06;

    /// <summary>Letters of Symbol and their codes there.</summary>
    const string SymbolLetters = "αβγδεζηθικλμνξοπρσςτυφχψωΓΔΘΛΞΠΣΦΨΩ−√∞≤≥≠≈∈→←∂∇∑∏⊕⊗×·⟨⟩";
    const string SymbolCodes = "abgdezhqiklmnxoprsVtufcywGDQLXPSFYW-\u00d6\u00a5\u00a3\u00b3\u00b9\u00bb\u00ce\u00ae\u00ac"
        + "\u00b6\u00d1\u00e5\u00d5\u00c5\u00c4\u00b4\u00d7\u00e1\u00f1";

    /// <summary>What Windows calls 1252 has here and Latin-1 has not.</summary>
    const string WindowsLetters = "€…–—‘’“”•";
    const string WindowsCodes = "\u0080\u0085\u0096\u0097\u0091\u0092\u0093\u0094\u0095";

    /// <summary>Small figures that neither font has are written as they are read.</summary>
    const string Raised = "⁰⁴⁵⁶⁷⁸⁹⁻", Figures = "0456789-";

    /// <summary>The text in runs of one font; codes are bytes.</summary>
    public static List<(int Font, string Codes)> Runs(string text, bool bold)
    {
        List<(int Font, StringBuilder Codes)> runs = [];
        foreach (char letter in text)
        {
            (int font, char code) = Code(letter, bold ? Bold : Plain);
            if (runs.Count == 0 || runs[^1].Font != font) runs.Add((font, new()));
            runs[^1].Codes.Append(code);
        }

        return [.. runs.Select(run => (run.Font, run.Codes.ToString()))];
    }

    /// <summary>Width of a text at a size.</summary>
    public static double Width(string text, double size, bool bold) => text.Sum(letter => Width(letter)) / 1000 * size
        * (bold ? BoldFactor : 1);

    static double Width(char letter) => letter is >= ' ' and <= '~' ? s_widths[letter - ' '] : letter switch
    {
        '·' => 278,
        '±' or '×' or '−' => 584,
        '²' or '³' or '¹' => 333,
        '…' => 1000,
        _ => OtherWidth,
    };

    static (int Font, char Code) Code(char letter, int plain)
    {
        if (letter is >= ' ' and <= '~' or >= '\u00a0' and <= '\u00ff') return (plain, letter);
        if (WindowsLetters.IndexOf(letter) is >= 0 and var w) return (plain, WindowsCodes[w]);
        if (Raised.IndexOf(letter) is >= 0 and var r) return (plain, Figures[r]);
        return SymbolLetters.IndexOf(letter) is >= 0 and var s ? (Symbol, SymbolCodes[s]) : (plain, '?');
    }
}
