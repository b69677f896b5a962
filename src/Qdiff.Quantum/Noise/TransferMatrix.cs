using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What a gate or a channel does to expectations of Pauli strings: R[i,j] = Tr(P_i E(P_j))/2^k, real, 4^k × 4^k. Most of it is 0,
/// so the entries that are not are kept, row by row.
/// </summary>
/// <remarks>Greenbaum 2015, arXiv 1509.02921.</remarks>
sealed class TransferMatrix
{
    /// <summary>Rounding of products of sines and cosines is below this; leaving it out changes nothing that is
    /// printed.</summary>
    const double Negligible = 1e-17;

    TransferMatrix(int size, double[] dense)
    {
        (Size, Starts) = (size, new int[size + 1]);
        List<int> columns = [];
        List<double> values = [];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                double value = dense[row * size + column];
                if (Math.Abs(value) <= Negligible) continue;
                columns.Add(column);
                values.Add(value);
            }

            Starts[row + 1] = columns.Count;
        }

        (Columns, Values) = ([.. columns], [.. values]);
    }

    /// <summary>4^k.</summary>
    public int Size { get; }

    /// <summary>Where the entries of a row begin; one more than there are rows.</summary>
    public int[] Starts { get; }

    public int[] Columns { get; }

    public double[] Values { get; }

    /// <summary>The matrix of one unitary, or of a channel's Kraus operators.</summary>
    public static TransferMatrix Of(params IReadOnlyList<Complex[,]> operators)
    {
        int d = operators[0].GetLength(0), wires = d == 2 ? 1 : 2, size = d * d;
        var dense = new double[size * size];
        var image = new Complex[d, d];
        var half = new Complex[d, d];
        for (int j = 0; j < size; j++)
        {
            Array.Clear(image);
            foreach (Complex[,] k in operators) AddConjugated(k, PauliMatrix.Of(j, wires), half, image);
            for (int i = 0; i < size; i++)
            {
                Complex[,] p = PauliMatrix.Of(i, wires);
                double trace = 0;
                for (int row = 0; row < d; row++)
                    for (int m = 0; m < d; m++)
                        if (p[row, m] != Complex.Zero) trace += (p[row, m] * image[m, row]).Real;
                dense[i * size + j] = trace / d;
            }
        }

        return new(size, dense);
    }

    /// <summary>
    /// Whether a measurement of any wire may come before it as well as after: strings with I or Z on a wire, which a measurement
    /// keeps, and those with X or Y, which it takes to 0, become none of the other, but for entries up to
    /// <paramref name="tolerance"/>.
    /// </summary>
    public bool CommutesWithMeasurement(double tolerance)
    {
        for (int row = 0; row < Size; row++)
            for (int k = Starts[row]; k < Starts[row + 1]; k++)
                if (Taken(row) != Taken(Columns[k]) && Math.Abs(Values[k]) > tolerance) return false;
        return true;

        // The digits X = 01 and Y = 10 are those whose two bits differ.
        static int Taken(int pauli) => (pauli ^ pauli >> 1) & 0b0101;
    }

    /// <summary>Adds K P K†.</summary>
    static void AddConjugated(Complex[,] k, Complex[,] p, Complex[,] half, Complex[,] image)
    {
        int d = k.GetLength(0);
        Array.Clear(half);
        for (int row = 0; row < d; row++)
            for (int m = 0; m < d; m++)
                for (int column = 0; column < d; column++)
                    if (p[m, column] != Complex.Zero) half[row, column] += k[row, m] * p[m, column];
        for (int row = 0; row < d; row++)
            for (int column = 0; column < d; column++)
                for (int m = 0; m < d; m++) image[row, column] += half[row, m] * Complex.Conjugate(k[column, m]);
    }
}
