using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Everything about one kind of gate. <c>Block</c> gives the matrix for the angles: 2×2 on the target for single and controlled
/// gates, 4×4 for symmetric ones.
/// </summary>
public sealed record GateSpec(
    GateKind Kind, string Name, string Qasm, string Symbol, GateShape Shape, int Angles, ShiftRule Shift,
    Func<double[], Complex[,]> Block, Complex[,]? BlockGenerator, Func<Gate, Gate> Invert)
{
    /// <summary>G of U = exp(−iθG), 2×2 on the target for single and controlled gates, 4×4 for symmetric ones; null without an
    /// angle and for U3. A copy: changing it changes no gate.</summary>
    public Complex[,]? BlockGenerator { get => (Complex[,]?)field?.Clone(); init; } = BlockGenerator;

    /// <summary>How many wires the gate acts on.</summary>
    public int Wires => Shape == GateShape.Single ? 1 : 2;

    /// <summary>The whole matrix, 2×2 or 4×4; the first of <see cref="Gate.Wires"/> is the more significant bit.</summary>
    public Complex[,] Matrix(params double[] angles) => Whole(Block(angles), Complex.One);

    /// <summary>The generator G of U = exp(−iθG) on all wires of the gate: dU/dθ = −iGU. Null when there is none.</summary>
    public Complex[,]? Generator => BlockGenerator is { } block ? Whole(block, Complex.Zero) : null;

    Complex[,] Whole(Complex[,] block, Complex idle)
    {
        if (Shape != GateShape.Controlled) return block;
        var whole = new Complex[4, 4];
        (whole[0, 0], whole[1, 1]) = (idle, idle);
        for (int row = 0; row < 2; row++)
            for (int column = 0; column < 2; column++) whole[2 + row, 2 + column] = block[row, column];
        return whole;
    }
}
