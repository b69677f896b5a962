namespace Qdiff;

/// <summary>How far a network is from recorded values.</summary>
/// <param name="Model">The published model.</param>
/// <param name="Wiring">Its wiring.</param>
/// <param name="Parameters">Its trainable numbers.</param>
/// <param name="Rows">The worst relative error of each tensor, |a − b|/max|b|, with its tolerance.</param>
public sealed record ParityReport(string Model, string Wiring, int Parameters, IReadOnlyList<ParityReport.Row> Rows)
{
    /// <summary>Whether every tensor is within its tolerance.</summary>
    public bool Passes => Rows.All(row => row.Error <= row.Tolerance);

    /// <summary>The worst error of each group: output, input gradient, and the weights' gradients by block (<c>down.0</c>,
    /// <c>mid</c>, …).</summary>
    public IReadOnlyList<Row> Groups =>
        [.. Rows.GroupBy(row => GroupOf(row.Name)).Select(group => group.MaxBy(row =>
            double.IsNaN(row.Error) ? double.PositiveInfinity : row.Error)! with { Name = group.Key })];

    static string GroupOf(string name)
    {
        string[] parts = name.Split('/', '.');
        return parts.Length < 3 ? name
            : parts[0] + "/" + (parts.Length > 3 && parts[2].All(char.IsAsciiDigit) ? $"{parts[1]}.{parts[2]}" : parts[1]);
    }

    /// <summary>One tensor or group.</summary>
    public sealed record Row(string Name, double Error, double Tolerance);
}
