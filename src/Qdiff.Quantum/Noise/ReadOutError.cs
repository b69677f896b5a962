namespace Qdiff.Quantum;

/// <summary>How often a wire is read wrong: P10 = P(read 1 | 0), P01 = P(read 0 | 1).</summary>
public readonly record struct ReadOutError
{
    /// <summary>These probabilities.</summary>
    public ReadOutError(double p10, double p01)
    {
        (P10, P01) = (Checked("p10", p10), Checked("p01", p01));

        static double Checked(string name, double p) => p is >= 0 and <= 1
            ? p
            : throw new ArgumentException(Invariant($"{name} is {p}; it must be from 0 to 1"));
    }

    /// <summary>P(read 1 | 0).</summary>
    public double P10 { get; }

    /// <summary>P(read 0 | 1).</summary>
    public double P01 { get; }

    /// <summary>What ⟨1⟩ adds to the mean of what is read: it is Offset + Slope·⟨Z⟩.</summary>
    internal double Offset => P01 - P10;

    /// <summary>What ⟨Z⟩ is multiplied with.</summary>
    internal double Slope => 1 - P10 - P01;
}
