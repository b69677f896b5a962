namespace Qdiff.Quantum;

/// <summary>Cuts a program into tokens: words, numbers, quoted names and signs. Comments and lines for other tools are left
/// out.</summary>
sealed class QasmLexer(QasmSource source)
{
    static readonly string[] s_signs =
    [
        "**=", "<<=", ">>=", "->", "==", "!=", "<=", ">=", "&&", "||", "**", "++", "<<", ">>",
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    ];

    /// <summary>Of arrays of inputs each element has its name.</summary>
    const int MaxWord = 1000;

    readonly string text = source.Text;

    /// <summary>Where the NULs begin with which some files are filled up.</summary>
    readonly int filling = source.Text.AsSpan().TrimEnd().TrimEnd('\0').Length;

    int position = source.Text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>Where the token begins that was taken last.</summary>
    public int Start { get; private set; }

    /// <summary>The token that was taken last; empty at the end of the text.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Takes the next token.</summary>
    public void Next()
    {
        SkipBlanks();
        Start = position;
        if (position == text.Length)
        {
            Token = "";
            return;
        }

        char first = text[position];
        if (first == '"') position = EndOfQuoted();
        else if (char.IsAsciiDigit(first) || first == '.' && position + 1 < text.Length && char.IsAsciiDigit(text[position + 1]))
            SkipNumber();
        else if (IsLetter(first) || first == '$')
        {
            while (++position < text.Length && (IsLetter(text[position]) || char.IsDigit(text[position]))) { }
            if (position - Start > MaxWord)
                throw source.Error(Start, Invariant($"A word is longer than {MaxWord:N0} characters."));
        }
        else position += s_signs.FirstOrDefault(sign => text.AsSpan(position).StartsWith(sign))?.Length ?? 1;
        Token = text[Start..position];
    }

    /// <summary>What is left of the line, for statements that belong to other tools.</summary>
    public void SkipLine()
    {
        int end = text.IndexOf('\n', position);
        position = end < 0 ? text.Length : end;
    }

    /// <summary>A block in braces whose inside is not ours to read.</summary>
    public void SkipBlock()
    {
        int open = text.IndexOf('{', Start), depth = 0;
        for (position = open; position < text.Length && open >= 0; position++)
        {
            if (text[position] == '{') depth++;
            else if (text[position] == '}' && --depth == 0)
            {
                position++;
                return;
            }
        }

        throw source.Error(Start, "A block in braces is expected, and does not end.");
    }

    static bool IsLetter(char c) => char.IsLetter(c) || c == '_' || c is 'π' or 'τ' or 'ℇ' || char.IsSurrogate(c);

    void SkipBlanks()
    {
        while (position < text.Length)
        {
            ReadOnlySpan<char> rest = text.AsSpan(position);
            if (char.IsWhiteSpace(text[position]) || text[position] == '\0' && position >= filling) position++;
            else if (rest.StartsWith("//")) SkipLine();
            else if (rest.StartsWith("/*"))
            {
                int end = text.IndexOf("*/", position + 2, StringComparison.Ordinal);
                if (end < 0) throw source.Error(position, "A comment that begins with /* does not end.");
                position = end + 2;
            }
            else return;
        }
    }

    int EndOfQuoted()
    {
        int end = position + 1;
        while (end < text.Length && text[end] is not ('"' or '\n')) end++;
        if (end == text.Length || text[end] == '\n') throw source.Error(position, "A name in quotes does not end.");
        return end + 1;
    }

    void SkipNumber()
    {
        int begin = position;
        bool isPlain = !text.AsSpan(begin).StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        for (; position < text.Length; position++)
        {
            char c = text[position];
            // 0:2 is a range, 1..2 is none; 1e-3 is one number, 0xE-3 two.
            bool isSign = c is '+' or '-' && isPlain && text[position - 1] is 'e' or 'E' && position - 1 > begin;
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or 'µ' or 'μ') && !isSign) return;
        }
    }
}
