using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>Pauli strings on one or two wires as matrices, numbered in base 4 with the digits I, X, Y, Z.</summary>
static class PauliMatrix
{
    static readonly Complex s_i = Complex.ImaginaryOne;

    static readonly Complex[][,] s_letters =
    [
        new Complex[,] { { 1, 0 }, { 0, 1 } }, new Complex[,] { { 0, 1 }, { 1, 0 } },
        new Complex[,] { { 0, -s_i }, { s_i, 0 } }, new Complex[,] { { 1, 0 }, { 0, -1 } },
    ];

    static readonly Complex[][,] s_pairs = [.. Enumerable.Range(0, 16).Select(p => Product(s_letters[p / 4], s_letters[p % 4]))];

    /// <summary>The matrix of a string on so many wires.</summary>
    public static Complex[,] Of(int pauli, int wires) => wires == 1 ? s_letters[pauli] : s_pairs[pauli];

    static Complex[,] Product(Complex[,] a, Complex[,] b)
    {
        var product = new Complex[4, 4];
        for (int row = 0; row < 4; row++)
            for (int column = 0; column < 4; column++) product[row, column] = a[row / 2, column / 2] * b[row % 2, column % 2];
        return product;
    }
}
