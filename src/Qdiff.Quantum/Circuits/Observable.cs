namespace Qdiff.Quantum;

/// <summary>What is measured: a weighted sum of Pauli strings.</summary>
public sealed class Observable
{
    /// <summary>The sum of these strings with their coefficients.</summary>
    public Observable(params IEnumerable<(double Coefficient, PauliString Pauli)> terms)
    {
        Terms = [.. terms];
        foreach ((double coefficient, PauliString pauli) in Terms)
        {
            if (!double.IsFinite(coefficient))
                throw new ArgumentException(Invariant($"The coefficient of {pauli} is {coefficient}; it must be finite."));
        }
    }

    /// <summary>The strings and their coefficients.</summary>
    public IReadOnlyList<(double Coefficient, PauliString Pauli)> Terms { get; }

    /// <summary>The wires on which the observable acts, as bits.</summary>
    public ulong Support => Terms.Aggregate(0UL, (wires, term) => wires | term.Pauli.Support);

    /// <summary>Pauli Z of one wire.</summary>
    public static Observable Z(int wire) => PauliString.Z(wire);

    /// <summary>Pauli Z of every wire, in wire order: the read-out of all three systems.</summary>
    public static Observable[] ZOfEachWire(int qubits) => [.. Enumerable.Range(0, qubits).Select(Z)];

    /// <summary>One Pauli string with coefficient 1.</summary>
    public static implicit operator Observable(PauliString pauli) => new((1, pauli));

    /// <summary><c>0.5 ZZ + 2 IX</c>.</summary>
    public override string ToString() => string.Join(" + ", Terms.Select(term => term.Coefficient == 1
        ? term.Pauli.ToString()
        : Invariant($"{term.Coefficient:0.####} {term.Pauli}")));
}
