namespace Qdiff.Cli;

/// <summary>Numbers as a line of blocks.</summary>
static class Sparkline
{
    const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>A block for each number, on a logarithmic scale where they are positive and far apart; a blank where there is no
    /// number.</summary>
    public static string Of(IReadOnlyList<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return new(' ', values.Count);
        bool log = finite.Min() > 0 && finite.Max() > 20 * finite.Min();
        double low = Scale(finite.Min()), span = Scale(finite.Max()) - low;
        return string.Concat(values.Select(value => !double.IsFinite(value) ? ' '
            : Blocks[span > 0 ? (int)Math.Min(Blocks.Length - 1, (Scale(value) - low) / span * Blocks.Length) : 0]));

        double Scale(double value) => log ? Math.Log(value) : value;
    }
}
