namespace Qdiff.Quantum;

/// <summary>
/// A gate whose angle differs from sample to sample, as the inner loops read it: by reference, field by field. An
/// <see cref="Angle"/> has more fields than the compiler keeps in registers, and its copies are felt in the smallest circuits.
/// </summary>
readonly struct InputGate(Elementary gate)
{
    public readonly GateKind Kind = gate.Kind;

    /// <summary>The angle is Scale · input[Input], unless there is a second factor or a formula.</summary>
    public readonly int Input = gate.Angle.Index;

    /// <summary>The other factor of a product of inputs, or −1.</summary>
    public readonly int SecondInput = gate.Angle.Source == AngleSource.InputProduct ? gate.Angle.SecondIndex : -1;

    public readonly float Scale = (float)gate.Angle.Scale;

    public readonly AngleExpression? Formula = gate.Angle.Formula;
}
