namespace Qdiff.Quantum;

/// <summary>
/// The gradient from two circuits, however many angles there are: all numbers are moved at once by ±c, and the difference is
/// divided by each move. Its mean is the gradient up to terms in c²; its variance grows with the number of angles.
/// </summary>
/// <remarks>Spall 1992, "Multivariate stochastic approximation using a simultaneous perturbation gradient
/// approximation".</remarks>
public static class SimultaneousPerturbation
{
    /// <summary>Radians by which angles are moved if nobody says otherwise: far enough that shots see it.</summary>
    public const double UsualMove = 0.1;

    /// <summary>
    /// The derivatives of all expectations by every input and weight, the mean of so many random moves. Row i is the derivative
    /// by input (weight) i.
    /// </summary>
    /// <param name="size">c, in the units of inputs and weights.</param>
    /// <param name="expectations">Of inputs and weights: exact ones, or means of shots.</param>
    /// <param name="random">Of the signs of the moves.</param>
    public static (double[][] ByInput, double[][] ByWeight) Jacobian(ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights,
        int repetitions, double size, Func<double[], double[], double[]> expectations, Random random)
    {
        if (repetitions < 1)
            throw new ArgumentOutOfRangeException(nameof(repetitions), repetitions, "At least one repetition is needed.");
        if (!(size > 0 && double.IsFinite(size)))
            throw new ArgumentOutOfRangeException(nameof(size), size, "A move has a size above 0.");
        (int n, double[] point) = (inputs.Length, [.. inputs, .. weights]);
        double[][]? sums = null;
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            double[] moves = [.. point.Select(_ => random.Next(2) == 0 ? size : -size)];
            double[] above = At(1), below = At(-1);
            sums ??= [.. point.Select(_ => new double[above.Length])];
            for (int i = 0; i < point.Length; i++)
                for (int r = 0; r < above.Length; r++) sums[i][r] += (above[r] - below[r]) / (2 * moves[i] * repetitions);

            double[] At(int sign)
            {
                double[] moved = [.. point.Zip(moves, (value, move) => value + sign * move)];
                return expectations(moved[..n], moved[n..]);
            }
        }

        return (sums![..n], sums[n..]);
    }
}
