using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// A product of Pauli operators on different wires. Bit w of <c>XBits</c> and <c>ZBits</c> stands for wire w: X = (1,0), Z =
/// (0,1), Y = (1,1). The default value is the identity.
/// </summary>
public readonly record struct PauliString(ulong XBits, ulong ZBits)
{
    /// <summary>Z on one wire.</summary>
    public static PauliString Z(int wire) => new(0, Bit(wire));

    /// <summary>X on one wire.</summary>
    public static PauliString X(int wire) => new(Bit(wire), 0);

    /// <summary>Y on one wire.</summary>
    public static PauliString Y(int wire) => new(Bit(wire), Bit(wire));

    /// <summary>Reads <c>"XIZ"</c>: one letter a wire, wire 0 first.</summary>
    public static PauliString Parse(string letters)
    {
        if (letters.Length > Circuit.MaxQubits)
            throw new ArgumentException($"A Pauli string has at most {Circuit.MaxQubits} letters, got {letters.Length}.",
                nameof(letters));
        ulong x = 0, z = 0;
        for (int wire = 0; wire < letters.Length; wire++)
        {
            if (letters[wire] is not ('I' or 'X' or 'Y' or 'Z'))
                throw new ArgumentException(
                    $"Letter {wire + 1} of \"{letters}\" is '{letters[wire]}'; I, X, Y and Z are allowed.", nameof(letters));
            if (letters[wire] is 'X' or 'Y') x |= 1UL << wire;
            if (letters[wire] is 'Z' or 'Y') z |= 1UL << wire;
        }

        return new(x, z);
    }

    /// <summary>The wires on which the operator is not the identity, as bits.</summary>
    public ulong Support => XBits | ZBits;

    /// <summary>Whether only Z and the identity occur.</summary>
    public bool IsDiagonal => XBits == 0;

    /// <summary>How many factors are Y.</summary>
    public int YCount => BitOperations.PopCount(XBits & ZBits);

    /// <summary>The factors on these wires only.</summary>
    public PauliString On(ulong wires) => new(XBits & wires, ZBits & wires);

    /// <summary>±1: what a shot reads of it whose wires were turned to Z.</summary>
    internal double Sign(ulong outcome) => BitOperations.PopCount(outcome & Support) % 2 == 0 ? 1 : -1;

    /// <summary>The letters, wire 0 first, up to the last wire in use; <c>I</c> for the identity.</summary>
    public override string ToString()
    {
        PauliString self = this;
        int length = Math.Max(1, 64 - BitOperations.LeadingZeroCount(Support));
        return string.Create(length, self, static (letters, pauli) =>
        {
            for (int wire = 0; wire < letters.Length; wire++)
                letters[wire] = "IXZY"[(int)(pauli.XBits >> wire & 1) + 2 * (int)(pauli.ZBits >> wire & 1)];
        });
    }

    static ulong Bit(int wire) => (uint)wire < Circuit.MaxQubits
        ? 1UL << wire
        : throw new ArgumentOutOfRangeException(nameof(wire), wire, $"Wires are 0 to {Circuit.MaxQubits - 1}.");
}
