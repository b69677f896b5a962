using Parquet;
using Parquet.Schema;

namespace Qdiff.Reports;

/// <summary>
/// The step logs of a run, or of all runs in a folder and below, as one table: a row for each step that a log holds, also one
/// that is still written or whose last line is torn. A number that a log has not is empty; one that is no number is NaN.
/// </summary>
sealed class StepTable
{
    static readonly (string Name, Func<TrainingStep, double?> Value)[] s_columns =
    [
        ("loss", step => step.Loss),
        ("gradientNorm", step => step.GradientNorm),
        ("circuitGradientNorm", step => step.CircuitGradientNorm),
        ("learningRate", step => step.LearningRate),
        ("decay", step => step.Decay),
        ("seconds", step => step.Seconds),
    ];

    /// <summary>No network has as many layers of circuits; a damaged log may name any number.</summary>
    const int MostLayers = 256;

    readonly List<(string Run, TrainingStep Step)> rows = [];
    readonly bool isOneRun;

    StepTable(bool isOneRun) => this.isOneRun = isOneRun;

    /// <summary>What is missing in the table, and why.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Reads the logs of a run or of the runs in a folder.</summary>
    /// <exception cref="InputException">There is no run, or none has a step.</exception>
    public static StepTable Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"There is no folder {folder}.{NearestPath.Hint(folder)}");
        var table = new StepTable(RunFolder.Exists(folder));
        int runs = 0;
        foreach (string run in RunFinder.In(folder))
        {
            runs++;
            table.Add(run, Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(run)).Replace('\\', '/'));
        }

        if (runs == 0) throw new InputException($"There is no run in {folder}.");
        if (table.rows.Count > 0) return table;
        throw new InputException(table.Problems.Count > 0 ? table.Problems[0] : $"{folder} has no steps yet.");
    }

    void Add(string run, string name)
    {
        string log = Path.Combine(run, "steps.jsonl");
        try
        {
            string? damage = null;
            IReadOnlyList<TrainingStep> steps = Path.Exists(log) ? StepLog.Read(log, out damage) : [];
            if (damage is not null) Problems.Add(damage);
            else if (steps.Count == 0) Problems.Add($"{run} has no steps yet.");
            foreach (TrainingStep step in steps) rows.Add((name, step));
        }
        catch (InputException e)
        {
            Problems.Add(e.Message);
        }
    }

    /// <summary>The numbers that all logs have, then norm and variance of the gradient by each layer of circuits.</summary>
    (string Name, Func<TrainingStep, double?> Value)[] Columns() =>
    [
        .. s_columns,
        .. rows.SelectMany(row => row.Step.CircuitLayers ?? []).Select(layer => (layer.Circuit, layer.Layer)).Distinct()
            .Take(MostLayers).SelectMany(key => new (string, Func<TrainingStep, double?>)[]
            {
                (Invariant($"gradientNorm.{key.Circuit}.{key.Layer}"), step => Of(step, key)?.Norm),
                (Invariant($"gradientVariance.{key.Circuit}.{key.Layer}"), step => Of(step, key)?.Variance),
            }),
    ];

    static CircuitLayerGradient? Of(TrainingStep step, (string Circuit, int Layer) key) =>
        step.CircuitLayers?.FirstOrDefault(layer => (layer.Circuit, layer.Layer) == key);

    /// <summary>As text: of several runs the first column says which.</summary>
    public ReportTable ToTable()
    {
        (string Name, Func<TrainingStep, double?> Value)[] columns = Columns();
        ReportTable table = new("Steps", [.. isOneRun ? [] : (ReportTable.Column[])["run"], ReportTable.Number("step"),
            .. columns.Select(column => ReportTable.Number(column.Name))]);
        foreach ((string run, TrainingStep step) in rows)
            table.Add([.. isOneRun ? [] : (ReportTable.Cell[])[run], step.Number,
                .. columns.Select(column => MetricSection.Number(column.Value(step)))]);
        return table;
    }

    /// <summary>
    /// As a Parquet file, which keeps types: <c>run</c> is text (<c>.</c> for the folder itself), <c>step</c> a 64-bit integer,
    /// the others are doubles, null where a log has none. Columns are compressed with Snappy, which all readers know.
    /// </summary>
    /// <remarks>The format: parquet.apache.org.</remarks>
    public byte[] ToParquet() => WriteParquet().GetAwaiter().GetResult();

    async Task<byte[]> WriteParquet()
    {
        (string Name, Func<TrainingStep, double?> Value)[] columns = Columns();
        var run = new DataField("run", typeof(string), isNullable: false);
        var number = new DataField("step", typeof(long), isNullable: false);
        DataField[] others = [.. columns.Select(column => new DataField(column.Name, typeof(double), isNullable: true))];
        using var file = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new([run, number, .. others]), file))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(run, rows.ConvertAll(row => row.Run));
            await group.WriteAsync<long>(number, rows.Select(row => row.Step.Number).ToArray());
            for (int c = 0; c < others.Length; c++)
                await group.WriteAsync<double>(others[c], rows.Select(row => columns[c].Value(row.Step)).ToArray());
        }

        return file.ToArray();
    }
}
