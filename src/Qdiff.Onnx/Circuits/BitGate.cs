using System.Numerics;
using Qdiff.Quantum;

namespace Qdiff.Onnx;

/// <summary>
/// A gate on bits of a cluster's amplitudes, as a sum of terms: each is a number that may differ from sample to sample times a
/// matrix. A constant gate has one term, a rotation cos(θ/2)·1 + sin(θ/2)·(−iσ).
/// </summary>
sealed record BitGate(int Target, int Control, GateTerm[] Terms)
{
    static readonly Complex[,] s_zero = new Complex[2, 2], s_one = { { 1, 0 }, { 0, 1 } }, s_first = { { 1, 0 }, { 0, 0 } },
        s_second = { { 0, 0 }, { 0, 1 } };

    /// <summary>Whether it is the same for all samples.</summary>
    public bool IsConstant => Terms.Length == 1;

    public IEnumerable<int> Bits => Control < 0 ? [Target] : [Target, Control];

    public static BitGate Constant(int target, int control, Complex[,] matrix) =>
        new(target, control, [new(null, s_one, matrix)]);

    /// <summary>A run of gates as one.</summary>
    public static BitGate Of(GateRun run, int target, int control, double[] weights, Trigonometry angles)
    {
        if (!run.PerSample) return Constant(target, control, run.Evaluate(weights).Matrix);
        (GateKind kind, Angle angle) = (run.Members[0].Kind, run.Members[0].Angle);
        // What cos and sin multiply where the control is 1, and what nothing multiplies where it is 0 and 1.
        (Complex[,] cos, Complex[,] sin, Complex[,] one) = kind == GateKind.Phase
            ? (s_second, Times(Complex.ImaginaryOne, s_second), s_first)
            : (s_one, Times(-Complex.ImaginaryOne, Pauli(kind)), s_zero);
        if (kind != GateKind.Phase) angle = angle.Times(0.5);
        GateTerm[] turning = [new(angles.Cosine(angle), s_zero, cos), new(angles.Sine(angle), s_zero, sin)];
        bool turnsAll = control < 0 && kind != GateKind.Phase;
        return new(target, control, turnsAll ? turning : [new(angles.One(), s_one, one), .. turning]);
    }

    static Complex[,] Pauli(GateKind rotation) => GateTable.Spec(rotation switch
    {
        GateKind.RX => GateKind.X,
        GateKind.RY => GateKind.Y,
        GateKind.RZ => GateKind.Z,
        _ => throw new ArgumentOutOfRangeException(nameof(rotation), rotation, "This gate takes no input."),
    }).Block([]);

    static Complex[,] Times(Complex factor, Complex[,] matrix) => new[,]
    {
        { factor * matrix[0, 0], factor * matrix[0, 1] },
        { factor * matrix[1, 0], factor * matrix[1, 1] },
    };
}

/// <summary>Factor · matrix, where the matrix depends on the control; the factor is one of <see cref="Trigonometry"/>.</summary>
readonly record struct GateTerm(int? Factor, Complex[,] Off, Complex[,] On);
