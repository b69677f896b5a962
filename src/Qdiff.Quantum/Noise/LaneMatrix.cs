using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>A 2×2 or 4×4 matrix for each lane of a <see cref="TrajectoryTile"/>.</summary>
sealed class LaneMatrix(int size)
{
    readonly float[] entries = new float[2 * size * size * TrajectoryTile.Lanes];

    public int Size => size;

    /// <summary>Real and imaginary part of each entry, row by row, sixteen lanes each.</summary>
    public ReadOnlySpan<float> Entries => entries;

    /// <summary>Bit 4·row + column: whether an entry is other than 0 in some lane.</summary>
    public int NonZero { get; private set; }

    /// <summary>Whether all lanes do nothing where the first of two wires is 0, and leave it as it is.</summary>
    public bool IsControlled { get; private set; } = size == 4;

    /// <summary>Takes the matrix for one lane, times a factor.</summary>
    public void Set(int lane, Complex[,] matrix, double factor = 1)
    {
        for (int row = 0; row < size; row++)
            for (int column = 0; column < size; column++)
            {
                Complex value = factor * matrix[row, column];
                int at = 2 * (row * size + column) * TrajectoryTile.Lanes + lane;
                (entries[at], entries[at + TrajectoryTile.Lanes]) = ((float)value.Real, (float)value.Imaginary);
                if (value != Complex.Zero) NonZero |= 1 << (4 * row + column);
                if ((row < 2 || column < 2) && value != (row == column ? Complex.One : Complex.Zero)) IsControlled = false;
            }
    }

    /// <summary>Takes the matrix for all lanes.</summary>
    public LaneMatrix SetAll(Complex[,] matrix)
    {
        for (int lane = 0; lane < TrajectoryTile.Lanes; lane++) Set(lane, matrix);
        return this;
    }

    /// <summary>A 2×2 matrix as it is; of a controlled one what acts on the second wire.</summary>
    public LaneMatrix Block()
    {
        if (size == 2) return this;
        var block = new LaneMatrix(2);
        for (int e = 0; e < 4; e++)
        {
            int row = 2 + e / 2, column = 2 + e % 2;
            entries.AsSpan(2 * (4 * row + column) * TrajectoryTile.Lanes, 2 * TrajectoryTile.Lanes)
                .CopyTo(block.entries.AsSpan(2 * e * TrajectoryTile.Lanes));
            if ((NonZero >> (4 * row + column) & 1) != 0) block.NonZero |= 1 << (4 * (e / 2) + e % 2);
        }

        return block;
    }
}
