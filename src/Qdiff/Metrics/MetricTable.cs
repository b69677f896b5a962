namespace Qdiff;

/// <summary>Models against metrics: in one column all numbers were measured in the same way, or there is no table.</summary>
public sealed class MetricTable
{
    readonly Dictionary<(string Row, string Metric), MetricValue> cells = [];
    readonly List<string> rows = [];
    readonly List<Protocol> columns = [];

    /// <summary>Rows in the order in which they came.</summary>
    public IReadOnlyList<string> Rows => rows;

    /// <summary>One protocol a column, in the order in which they came.</summary>
    public IReadOnlyList<Protocol> Columns => columns;

    /// <summary>The value in a row and the column of a metric; null where none was added.</summary>
    public MetricValue? this[string row, string metric] => cells.GetValueOrDefault((row, metric));

    /// <summary>Adds a value to the row of a model.</summary>
    /// <exception cref="InputException">
    /// The metric's column was measured in another way, or holds a value for this row.
    /// </exception>
    public void Add(string row, MetricValue value)
    {
        Protocol protocol = value.Protocol;
        Protocol? column = columns.Find(other => other.Metric == protocol.Metric);
        if (column is not null && Protocol.Difference(column, protocol) is { } difference)
            throw new InputException($"The {protocol.Metric} of '{row}' cannot stand in one table with the others: {difference}. "
                + $"Measure all rows with one protocol. Column: {column}. This row: {protocol}.");
        if (!cells.TryAdd((row, protocol.Metric), value))
            throw new InputException($"The table has a {protocol.Metric} for '{row}' already; give each run a name of its own.");
        if (column is null) columns.Add(protocol);
        if (!rows.Contains(row)) rows.Add(row);
    }
}
