using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>Read-outs as text: products such as <c>Z0</c> or <c>X0Y2</c>, a letter for each wire such as <c>ZIIX</c>, or one
/// letter for every wire.</summary>
public static class ReadOutText
{
    /// <summary>
    /// The read-outs that these texts name, for a circuit of so many wires. A single letter X, Y or Z, alone, is read on every
    /// wire.
    /// </summary>
    /// <exception cref="FormatException">A text is none of these, or names a wire that does not exist.</exception>
    public static IReadOnlyList<Observable> Parse(IReadOnlyList<string> texts, int wires)
    {
        if (texts is [[char letter and ('X' or 'Y' or 'Z')]] && wires > 1)
            return [.. Enumerable.Range(0, wires).Select(wire => (Observable)Factor(letter, wire))];
        if (texts.Count == 0) throw new FormatException("at least one read-out is needed, such as Z0");
        return [.. texts.Select(text => (Observable)(text.Any(char.IsAsciiDigit) ? Product(text, wires) : Letters(text, wires)))];
    }

    static PauliString Product(string text, int wires)
    {
        PauliString product = default;
        for (int at = 0; at < text.Length;)
        {
            char letter = char.ToUpperInvariant(text[at++]);
            int digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            if (letter is not ('X' or 'Y' or 'Z') || digits == at)
                throw new FormatException($"'{text}': letters X, Y or Z with the number of a wire, such as Z0X3, are expected");
            if (!int.TryParse(text.AsSpan(at, digits - at), NumberStyles.None, CultureInfo.InvariantCulture, out int wire)
                || wire >= wires)
                throw new FormatException($"{text}: there is no wire {text[at..digits]}; the circuit has wires 0 to {wires - 1}");
            PauliString factor = Factor(letter, wire);
            if ((product.Support & factor.Support) != 0) throw new FormatException($"{text}: wire {wire} is named twice");
            product = new(product.XBits | factor.XBits, product.ZBits | factor.ZBits);
            at = digits;
        }

        return product;
    }

    static PauliString Letters(string text, int wires) => text.Length == wires
        && text.All(letter => letter is 'I' or 'X' or 'Y' or 'Z')
        ? PauliString.Parse(text)
        : throw new FormatException($"'{text}': a letter I, X, Y or Z for each of the {wires} wires is expected, or products "
            + "such as Z0X3");

    static PauliString Factor(char letter, int wire) =>
        letter == 'X' ? PauliString.X(wire) : letter == 'Y' ? PauliString.Y(wire) : PauliString.Z(wire);
}
