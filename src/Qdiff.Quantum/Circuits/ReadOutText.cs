using System.Buffers;
using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>Read-outs as text: products such as <c>Z0</c> or <c>X0Y2</c>, a letter for each wire such as <c>ZIIX</c>, or one
/// letter for every wire; of a file also its classical bits and their products, such as <c>c[0]</c> or <c>c[0]c[1]</c>.</summary>
public static class ReadOutText
{
    static readonly SearchValues<char> s_ofWires = SearchValues.Create("0123456789IXYZxyz");

    /// <summary>
    /// The read-outs that these texts name, for a circuit of so many wires. A single letter X, Y or Z, alone, is read on every
    /// wire.
    /// </summary>
    /// <param name="registers">The bits of the file; what could be letters with numbers of wires is read as such.</param>
    /// <exception cref="FormatException">A text is none of these, or names a wire or bit that does not exist, or a bit that keeps
    /// no outcome of a measurement.</exception>
    public static IReadOnlyList<Observable> Parse(IReadOnlyList<string> texts, int wires,
        IReadOnlyList<QasmRegister>? registers = null)
    {
        if (texts is [[char letter and ('X' or 'Y' or 'Z')]] && wires > 1)
            return [.. Enumerable.Range(0, wires).Select(wire => (Observable)Factor(letter, wire))];
        if (texts.Count == 0) throw new FormatException("at least one read-out is needed, such as Z0");
        return [.. texts.Select(text => (Observable)(registers is { Count: > 0 } && text.AsSpan().ContainsAnyExcept(s_ofWires)
            ? Bits(text, registers)
            : text.Any(char.IsAsciiDigit) ? Product(text, wires) : Letters(text, wires)))];
    }

    /// <summary>Two bits may be on one wire: their product is then 1.</summary>
    static PauliString Bits(string text, IReadOnlyList<QasmRegister> registers)
    {
        PauliString product = default;
        for (int at = 0; at < text.Length;)
        {
            int open = text.IndexOf('[', at), close = open < 0 ? -1 : text.IndexOf(']', open);
            string name = open < 0 ? text[at..] : text[at..open];
            if (registers.FirstOrDefault(register => register.Name == name)?.ReadOuts is not { } bits)
                throw new FormatException($"'{text}': the file declares no bit '{name}' outside blocks, and products of wires "
                    + "are such as Z0X3");
            // A single bit needs no number.
            ReadOnlySpan<char> digits = open < 0 && bits.Count == 1 ? "0" : close < 0 ? "" : text.AsSpan((open + 1)..close);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int bit) || bit >= bits.Count)
                throw new FormatException($"'{text}': {name} has bits {name}[0] to {name}[{bits.Count - 1}]");
            int end = open < 0 ? text.Length : close + 1;
            if (bits[bit] is not { } factor)
                throw new FormatException($"{text}: {text[at..end]} keeps no outcome of a measurement");
            product = new(0, product.ZBits ^ factor.ZBits);
            at = end;
        }

        return product;
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
