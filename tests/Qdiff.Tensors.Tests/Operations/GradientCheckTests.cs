using Qdiff.Tensors;

/// <summary>
/// Every gradient of every operation against central differences. The function that is differenced is the definition in double,
/// not the engine in float, so that the differences are good to eight digits and the tolerance is that of the engine.
/// </summary>
[Trait("Runs", "on every instruction set")]
public class GradientCheckTests
{
    const double Step = 1e-5;
    const int InputDirections = 3, WeightDirections = 6;

    public static IEnumerable<TheoryDataRow<string>> Names => OperationTable.Names;

    /// <summary>
    /// The loss is Σ cotangent·output. Derivatives are compared along random directions: for an input sample by sample, since
    /// samples do not mix; for a weight over all samples. An error in one element in a thousand shows as 3% of such a derivative.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void EqualsCentralDifferencesOfTheDefinition(string name)
    {
        OperationCase row = OperationTable.Row(name);
        var run = new OperationRun(row);
        var random = new RandomStream(1, "directions " + name);
        double[][][] x = [.. run.Inputs.Select(input => Tile.Read(input.Values))];
        double[][] w = run.WeightValues, cotangent = Tile.Read(run.Cotangent);

        for (int i = 0; i < row.Inputs.Length; i++)
        {
            double[][] gradient = Tile.Read(run.Inputs[i].Gradient);
            var pairs = new List<(double Analytic, double Numeric)>();
            for (int d = 0; d < InputDirections; d++)
                for (int s = 0; s < OperationRun.Live; s++)
                {
                    double[] direction = Direction(random, x[i][s].Length), start = x[i][s];
                    double numeric = CentralDifference(moved => Loss(s, [.. x.Select((v, j) => j == i ? moved : v[s])], w),
                        start, direction);
                    pairs.Add((Dot(gradient[s], direction), numeric));
                }

            AssertEqual(pairs, row.GradientTolerance, $"{name}, input {i}");
        }

        for (int p = 0; p < w.Length; p++)
        {
            double[] gradient = Tile.Widen(run.Gradient[run.Table[p]]);
            var pairs = new List<(double Analytic, double Numeric)>();
            for (int d = 0; d < WeightDirections; d++)
            {
                double[] direction = Direction(random, w[p].Length);
                double numeric = CentralDifference(moved => Enumerable.Range(0, OperationRun.Live)
                    .Sum(s => Loss(s, [.. x.Select(v => v[s])], [.. w.Select((v, j) => j == p ? moved : v)])), w[p], direction);
                pairs.Add((Dot(gradient, direction), numeric));
            }

            AssertEqual(pairs, row.GradientTolerance, $"{name}, weight {run.Table[p].Name}");
        }

        double Loss(int sample, double[][] inputs, double[][] weights) =>
            Dot(cotangent[sample], row.Definition(sample, inputs, weights));
    }

    static double CentralDifference(Func<double[], double> function, double[] start, double[] direction) =>
        (function(Along(start, direction, Step)) - function(Along(start, direction, -Step))) / (2 * Step);

    static double[] Along(double[] start, double[] direction, double step) => [.. start.Zip(direction, (a, b) => a + step * b)];

    static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    static double[] Direction(RandomStream random, int count)
    {
        var direction = new double[count];
        foreach (ref double value in direction.AsSpan()) value = random.NextNormal();
        return direction;
    }

    /// <summary>Relative to the root mean square of the derivatives, which is the length of the gradient.</summary>
    static void AssertEqual(List<(double Analytic, double Numeric)> pairs, double tolerance, string what)
    {
        double length = Math.Sqrt(pairs.Average(pair => pair.Numeric * pair.Numeric));
        double worst = pairs.Max(pair => Math.Abs(pair.Analytic - pair.Numeric));
        Assert.True(worst <= tolerance * length,
            $"{what}: worst error {worst:G3} of a gradient of length {length:G3}; {worst / length:G3}, allowed {tolerance:G3}.");
    }
}
