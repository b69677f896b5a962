using System.Text.Json;
using Qdiff.Cli;

/// <summary>What others wrote reaches the terminal with nothing in it that the terminal would obey.</summary>
public class VisibleTextTests
{
    [Theory]
    [InlineData("\u001b]0;title\u0007", @"\u001b]0;title\u0007")]
    [InlineData("\u009b31mred", @"\u009b31mred")]
    [InlineData("a\u007fb\0", @"a\u007fb\u0000")]
    [InlineData("gnp\u202e.exe", @"gnp\u202e.exe")]
    [InlineData("\u2066a\u2069\u200e\u061c", @"\u2066a\u2069\u200e\u061c")]
    [InlineData("zero\u200bwidth\ufeff", @"zero\u200bwidth\ufeff")]
    [InlineData("next\u2028line\u2029end\u0085", @"next\u2028line\u2029end\u0085")]
    [InlineData("tag \udb40\udc41", @"tag \udb40\udc41")]
    public void ControlCharactersAreWrittenAsTheirCodes(string text, string expected)
    {
        Assert.Equal(expected, VisibleText.Line(text));
        Assert.Equal(expected, VisibleText.Lines(text));
        Assert.Equal(expected, VisibleText.Line(expected));
    }

    /// <summary>Not among the others: an attribute cannot hold it.</summary>
    [Fact]
    public void HalfOfAPairIsWrittenAsItsCode()
    {
        Assert.Equal(@"half \ud83d pair", VisibleText.Line("half \ud83d pair"));
        Assert.Equal(@"\udc00\ud800", VisibleText.Line("\udc00\ud800"));
    }

    [Theory]
    [InlineData("Größe × 2, ∂f/∂θ, žluťoučký, İstanbul")]
    [InlineData("画像 그림 рисунок صورة चित्र")]
    [InlineData("می‌خواهم 👩‍🔬 🦆 é")]
    [InlineData(@"C:\new\table")]
    [InlineData("")]
    public void LettersOfEveryScriptStay(string text)
    {
        Assert.Same(text, VisibleText.Line(text));
        Assert.Same(text, VisibleText.Lines(text));
    }

    [Fact]
    public void LineEndsAndTabsAreLayoutOnlyInTextOfSeveralLines()
    {
        Assert.Equal("a\n\tb\r\nc\\rd", VisibleText.Lines("a\n\tb\r\nc\rd"));
        Assert.Equal(@"a\n\tb\r\nc\rd", VisibleText.Line("a\n\tb\r\nc\rd"));
    }

    /// <summary>Every character, alone: one that a terminal may obey never comes through, and no other is changed.</summary>
    [Fact]
    public void NoCharacterIsForgotten()
    {
        for (int c = 0; c <= char.MaxValue; c++)
        {
            string text = ((char)c).ToString(), shown = VisibleText.Line(text);
            bool isObeyed = char.IsControl(text, 0) || char.IsSurrogate(text, 0)
                || c is 0x2028 or 0x2029 or 0x61c or 0x200e or 0x200f || c is >= 0x202a and <= 0x202e || c is >= 0x2066
                    and <= 0x2069;
            if (isObeyed) Assert.Matches(@"^\\([nrt]|u[0-9a-f]{4})$", shown);
            else if (char.IsLetterOrDigit(text, 0) || char.IsPunctuation(text, 0) || char.IsSymbol(text, 0)) Assert.Same(text,
                shown);
        }
    }

    [Fact]
    public void JsonStaysJsonWithTheSameContent()
    {
        string name = "a\u001b[2J\u202e\u009b\"\\\n\u2028é";
        string printed = VisibleText.Lines(Print.ToJson(new { Name = name }));
        Assert.DoesNotContain(printed, c => c is '\u202e' or '\u2028' || char.IsControl(c) && c != '\n');
        Assert.Equal(name, JsonDocument.Parse(printed).RootElement.GetProperty("name").GetString());
    }
}
