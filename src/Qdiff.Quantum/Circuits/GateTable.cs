using System.Numerics;
using static System.Math;

namespace Qdiff.Quantum;

/// <summary>
/// One row says everything about a gate; simulators, drawings, QASM and the tests read it, so a new row is tested the moment it
/// exists.
/// </summary>
public static class GateTable
{
    static readonly Complex s_i = Complex.ImaginaryOne;
    static readonly Complex[,] s_x = { { 0, 1 }, { 1, 0 } };
    static readonly Complex[,] s_y = { { 0, -s_i }, { s_i, 0 } };
    static readonly Complex[,] s_z = { { 1, 0 }, { 0, -1 } };
    static readonly Complex[,] s_minusOne = { { 0, 0 }, { 0, -1 } };
    static readonly Func<Gate, Gate> s_itself = gate => gate;
    static readonly Func<Gate, Gate> s_back = gate => gate with { Angle = gate.Angle.Times(-1) };

    static readonly GateSpec[] s_rows =
    [
        Plain(GateKind.I, "id", "I", new Complex[,] { { 1, 0 }, { 0, 1 } }, s_itself),
        Plain(GateKind.X, "x", "X", s_x, s_itself),
        Plain(GateKind.Y, "y", "Y", s_y, s_itself),
        Plain(GateKind.Z, "z", "Z", s_z, s_itself),
        Plain(GateKind.H, "h", "H", new Complex[,] { { Sqrt(0.5), Sqrt(0.5) }, { Sqrt(0.5), -Sqrt(0.5) } }, s_itself),
        Plain(GateKind.S, "s", "S", Diagonal(1, s_i), gate => Gate.Phase(gate.Target, Angle.Fixed(-PI / 2))),
        Plain(GateKind.T, "t", "T", PhaseMatrix(PI / 4), gate => Gate.Phase(gate.Target, Angle.Fixed(-PI / 4))),
        Turn(GateKind.RX, "rx", "RX", GateShape.Single, ShiftRule.TwoTerm, s_x),
        Turn(GateKind.RY, "ry", "RY", GateShape.Single, ShiftRule.TwoTerm, s_y),
        Turn(GateKind.RZ, "rz", "RZ", GateShape.Single, ShiftRule.TwoTerm, s_z),
        new(GateKind.Phase, "Phase", "p", "P", GateShape.Single, 1, ShiftRule.TwoTerm,
            a => PhaseMatrix(a[0]), s_minusOne, s_back),
        new(GateKind.U3, "U3", "u3", "U", GateShape.Single, 3, ShiftRule.TwoTerm, a => U3Matrix(a[0], a[1], a[2]), null,
            gate => gate.WithAngles(gate.Angle.Times(-1), gate.Lambda.Times(-1), gate.Phi.Times(-1))),
        new(GateKind.CNOT, "CNOT", "cx", "X", GateShape.Controlled, 0, ShiftRule.None, Copies(s_x), null, s_itself),
        new(GateKind.CZ, "CZ", "cz", "Z", GateShape.Controlled, 0, ShiftRule.None, Copies(s_z), null, s_itself),
        new(GateKind.SWAP, "SWAP", "swap", "×", GateShape.Symmetric, 0, ShiftRule.None,
            _ => new Complex[,] { { 1, 0, 0, 0 }, { 0, 0, 1, 0 }, { 0, 1, 0, 0 }, { 0, 0, 0, 1 } }, null, s_itself),
        Turn(GateKind.CRX, "crx", "RX", GateShape.Controlled, ShiftRule.FourTerm, s_x),
        Turn(GateKind.CRY, "cry", "RY", GateShape.Controlled, ShiftRule.FourTerm, s_y),
        Turn(GateKind.CRZ, "crz", "RZ", GateShape.Controlled, ShiftRule.FourTerm, s_z),
        new(GateKind.CPhase, "CPhase", "cp", "P", GateShape.Controlled, 1, ShiftRule.TwoTerm,
            a => PhaseMatrix(a[0]), s_minusOne, s_back),
        Turn(GateKind.RXX, "rxx", "XX", GateShape.Symmetric, ShiftRule.TwoTerm, Twice(s_x)),
        Turn(GateKind.RYY, "ryy", "YY", GateShape.Symmetric, ShiftRule.TwoTerm, Twice(s_y)),
        Turn(GateKind.RZZ, "rzz", "ZZ", GateShape.Symmetric, ShiftRule.TwoTerm, Twice(s_z)),
    ];

    /// <summary>All rows, in the order of <see cref="GateKind"/>.</summary>
    public static IReadOnlyList<GateSpec> Rows => s_rows;

    /// <summary>The row of <paramref name="kind"/>.</summary>
    public static GateSpec Spec(GateKind kind) => (uint)kind < (uint)s_rows.Length
        ? s_rows[(int)kind]
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, "The gate table has no row for this kind.");

    static GateSpec Plain(GateKind kind, string qasm, string symbol, Complex[,] matrix, Func<Gate, Gate> invert) =>
        new(kind, kind.ToString(), qasm, symbol, GateShape.Single, 0, ShiftRule.None, Copies(matrix), null, invert);

    /// <summary>A matrix of its own for everyone who asks: what they do to it changes no gate.</summary>
    static Func<double[], Complex[,]> Copies(Complex[,] matrix) => _ => (Complex[,])matrix.Clone();

    /// <summary>exp(−iθσ/2) = cos(θ/2) − i sin(θ/2) σ for a σ with σ² = 1.</summary>
    static GateSpec Turn(GateKind kind, string qasm, string symbol, GateShape shape, ShiftRule shift, Complex[,] sigma) =>
        new(kind, kind.ToString(), qasm, symbol, shape, 1, shift,
            a => Map(sigma, (row, column, s) => (row == column ? Cos(a[0] / 2) : 0) - s_i * Sin(a[0] / 2) * s),
            Map(sigma, (_, _, s) => s / 2), s_back);

    static Complex[,] PhaseMatrix(double angle) => Diagonal(1, Complex.FromPolarCoordinates(1, angle));

    static Complex[,] Diagonal(Complex first, Complex second) => new[,] { { first, 0 }, { 0, second } };

    static Complex[,] U3Matrix(double theta, double phi, double lambda)
    {
        (Complex atPhi, Complex atLambda) = (Complex.FromPolarCoordinates(1, phi), Complex.FromPolarCoordinates(1, lambda));
        return new[,]
        {
            { Cos(theta / 2), -atLambda * Sin(theta / 2) },
            { atPhi * Sin(theta / 2), atPhi * atLambda * Cos(theta / 2) },
        };
    }

    static Complex[,] Twice(Complex[,] sigma) =>
        Map(new Complex[4, 4], (row, column, _) => sigma[row / 2, column / 2] * sigma[row % 2, column % 2]);

    static Complex[,] Map(Complex[,] matrix, Func<int, int, Complex, Complex> value)
    {
        var result = new Complex[matrix.GetLength(0), matrix.GetLength(1)];
        for (int row = 0; row < result.GetLength(0); row++)
            for (int column = 0; column < result.GetLength(1); column++)
                result[row, column] = value(row, column, matrix[row, column]);
        return result;
    }
}
