namespace Qdiff.Quantum;

/// <summary>How the gradient of a circuit follows from what a quantum computer can measure.</summary>
public enum GradientRule
{
    /// <summary>From two circuits an angle, four for the angle of a controlled rotation: no bias, and exact in the limit of many
    /// shots.</summary>
    /// <remarks>See <see cref="Quantum.ParameterShift"/>.</remarks>
    ParameterShift,

    /// <summary>Simultaneous perturbation: from two circuits in all, with every angle moved at once; its mean is the gradient up
    /// to terms in the square of the move, its variance grows with the number of angles.</summary>
    /// <remarks>See <see cref="SimultaneousPerturbation"/>.</remarks>
    Spsa,
}
