using System.Globalization;
using System.Text;

namespace Qdiff.Cli;

/// <summary>
/// Text as it may be sent to a terminal. Names of files, keys and tokens come from others and can hold escape codes that change
/// the window, move the cursor or turn the direction of writing: what has no image of its own is written as its code,
/// <c>\u001b</c>, which is how JSON writes it too. Letters of every script stay.
/// </summary>
static class VisibleText
{
    /// <summary>Text of several lines: line ends and tabs are layout.</summary>
    public static string Lines(string text) => Shown(text, oneLine: false);

    /// <summary>One line or one cell of a table: a line end inside it would pretend to be another.</summary>
    public static string Line(string text) => Shown(text, oneLine: true);

    static string Shown(string text, bool oneLine)
    {
        StringBuilder? shown = null;
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = char.IsSurrogatePair(text, i) ? 2 : 1;
            if (IsShownAsItIs(text, i, oneLine))
            {
                shown?.Append(text, i, length);
                continue;
            }

            shown ??= new(text, 0, i, text.Length + 16);
            for (int k = i; k < i + length; k++)
                shown.Append(text[k] switch { '\n' => @"\n", '\r' => @"\r", '\t' => @"\t", char c => $@"\u{(int)c:x4}" });
        }

        return shown?.ToString() ?? text;
    }

    static bool IsShownAsItIs(string text, int i, bool oneLine) => CharUnicodeInfo.GetUnicodeCategory(text, i) switch
    {
        UnicodeCategory.Control =>
            !oneLine && (text[i] is '\n' or '\t' || text[i] == '\r' && text.AsSpan(i + 1).StartsWith('\n')),
        // The two joiners belong to the spelling of Persian, Hindi and emoji; the others hide, or turn the direction.
        UnicodeCategory.Format => text[i] is '\u200c' or '\u200d',
        // A surrogate of this category has no partner.
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => false,
        _ => true,
    };
}
