using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Qdiff.Reports;

/// <summary>
/// A piece of HTML, written as an interpolated string: <c>Html row = $"&lt;td&gt;{name}&lt;/td&gt;"</c>. Whatever stands in a
/// hole is text and is escaped, in elements and in quoted attributes alike, unless it is a piece of HTML itself.
/// </summary>
[InterpolatedStringHandler]
sealed class Html
{
    readonly StringBuilder text;

    /// <summary>Called by the compiler for an interpolated string.</summary>
    public Html(int literalLength, int formattedCount) => text = new(literalLength + 32 * formattedCount);

    Html(string markup) => text = new(markup);

    /// <summary>Nothing.</summary>
    public static Html None { get; } = new("");

    /// <summary>Markup of our own making, such as a chart's.</summary>
    public static Html OfMarkup(string markup) => new(markup);

    /// <summary>Pieces one after another.</summary>
    public static Html Of(IEnumerable<Html> parts) => $"{parts}";

    public void AppendLiteral(string markup) => text.Append(markup);

    public void AppendFormatted(Html? html) => text.Append(html?.text);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (Html part in parts) text.Append(part.text);
    }

    public void AppendFormatted(string? value) => Escape(value ?? "");

    public void AppendFormatted<T>(T value, string? format = null) where T : IFormattable =>
        Escape(value.ToString(format, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    void Escape(string value)
    {
        for (int i = 0, length; i < value.Length; i += length)
        {
            length = char.IsSurrogatePair(value, i) ? 2 : 1;
            switch (value[i])
            {
                case '<':
                    text.Append("&lt;");
                    break;
                case '>':
                    text.Append("&gt;");
                    break;
                case '&':
                    text.Append("&amp;");
                    break;
                case '"':
                    text.Append("&quot;");
                    break;
                case '\'':
                    text.Append("&#39;");
                    break;
                case '\n' or '\t':
                    text.Append(value[i]);
                    break;
                default:
                    // What has no image of its own, or turns the direction of writing, is shown as its code.
                    if (IsShown(value, i)) text.Append(value, i, length);
                    else for (int k = i; k < i + length; k++) text.Append(CultureInfo.InvariantCulture, $"\\u{(int)value[k]:x4}");
                    break;
            }
        }
    }

    static bool IsShown(string value, int i) => CharUnicodeInfo.GetUnicodeCategory(value, i) switch
    {
        UnicodeCategory.Format => value[i] is '\u200c' or '\u200d',
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => false,
        _ => true,
    };
}
