using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Parquet;
using Parquet.Schema;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Papers;
using Qdiff.Reports;

[Collection(RunReportFixture.Name)]
public sealed class ExportTests(RunReportFixture fixture)
{
    static ReportTable Table()
    {
        ReportTable table = new("a 50 % table_1\nwith two lines", "name", ReportTable.Number("value"), "protocol");
        table.Add("fid, \"x\"", new("1.235", 1.23456789012345), "a_b|c\\d 10% & #1 <é> ±2");
        table.Add("none", "-", "");
        return table;
    }

    [Fact]
    public void CsvHasAllDigitsAndQuotesWhatNeedsIt() => Assert.Equal(
        "name,value,protocol\r\n\"fid, \"\"x\"\"\",1.23456789012345,a_b|c\\d 10% & #1 <é> ±2\r\nnone,,\r\n",
            TableText.Csv(Table()));

    [Fact]
    public void MarkdownLinesUpAndEscapes()
    {
        string[] lines = TableText.Markdown(Table()).TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.Matches(@"^\| -+ \| -+: \| -+ \|$", lines[1]);
        Assert.Contains(@"a_b\|c\\d 10% & #1 &lt;é> ±2", lines[2]);
    }

    const string Protocol = @"a\_b\textbar{}c\textbackslash{}d 10\% \& \#1 \textless{}é\textgreater{} $\pm$2";

    [Fact]
    public void LatexHasTheRulesOfBooktabsAndNoActiveCharacters() => Assert.Equal($$"""
        % a 50 % table_1 with two lines
        % \usepackage{booktabs}
        \begin{tabular}{lrl}
        \toprule
        name & value & protocol \\
        \midrule
        fid, \symbol{34}x\symbol{34} & 1.235 & {{Protocol}} \\
        none & - &  \\
        \bottomrule
        \end{tabular}

        """.ReplaceLineEndings("\n"), LatexTable.Of(Table()));

    [Theory]
    [InlineData("-0.9867", "$-0.9867$")]
    [InlineData("3.0e-4 [-9.7e-4, 1.5e+12]*", @"$3.0\cdot10^{-4}$ [$-9.7\cdot10^{-4}$, $1.5\cdot10^{12}$]*")]
    [InlineData("28.04 [9.647, 46.44]", "28.04 [9.647, 46.44]")]
    [InlineData("-", "-")]
    public void LatexSetsSignsAndExponentsOfNumbersAsMathematics(string number, string set)
    {
        ReportTable table = new("", "arm", ReportTable.Number("mean"));
        table.Add("qvunet-1e-4", new ReportTable.Cell(number, 1));
        Assert.Contains($"qvunet-1e-4 & {set} \\\\", LatexTable.Of(table));
    }

    [Fact]
    public void TheTablesOfARunAreItsFiles()
    {
        string[] steps = Exports.Text(fixture.Run, Papers.Catalog, "steps", ".csv").TrimEnd().Split("\r\n");
        IReadOnlyList<TrainingStep> log = StepLog.Read(Path.Combine(fixture.Run, "steps.jsonl"));
        Assert.Equal(log.Count + 1, steps.Length);
        string[] columns = steps[0].Split(',');
        Assert.Equal("step,loss,gradientNorm,circuitGradientNorm,learningRate,decay,seconds", string.Join(',', columns[..7]));
        Assert.Equal(log[^1].CircuitLayers!.SelectMany(layer => new[] { $"gradientNorm.{layer.Circuit}.{layer.Layer}",
            $"gradientVariance.{layer.Circuit}.{layer.Layer}" }), columns[7..]);
        double[] last = [.. steps[^1].Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal([log[^1].Number, log[^1].Loss, log[^1].GradientNorm, log[^1].CircuitGradientNorm!.Value], last[..4]);

        Assert.Equal(log[^1].CircuitLayers![^1].Variance, last[^1]);
        Assert.Equal("svg", XDocument.Parse(System.Text.Encoding.UTF8.GetString(
            Exports.Bytes(fixture.Run, Papers.Catalog, "layer-variances", ".svg"))).Root!.Name.LocalName);

        string metrics = Exports.Text(fixture.Run, Papers.Catalog, "metrics", ".csv");
        Assert.Contains("\"tiny-42, step 12\",12,100,fid/domain-clothes/v1,3.25,2,9,0.5,fid/domain-clothes/v1 n=200:100",
            metrics);
        Assert.Contains("together", Exports.Text(fixture.Run, Papers.Catalog, "parameters", ".tex"));
        Assert.Equal("svg", XDocument.Parse(System.Text.Encoding.UTF8.GetString(
            Exports.Bytes(fixture.Run, Papers.Catalog, "gradients", ".svg"))).Root!.Name.LocalName);
        Assert.Equal(1440, Png.Decode(Exports.Bytes(fixture.Run, Papers.Catalog, "loss", ".png"), "loss").Width);
        Assert.Contains(".csv, .md or .tex", Refused("metrics", ".svg"));
        Assert.Contains(".svg, .pdf or .png", Refused("loss", ".csv"));
        Assert.Contains("finished comparison", Refused("summary", ".tex"));
        Assert.Contains("Only steps", Refused("metrics", ".parquet"));
        Assert.StartsWith("%PDF-1.4", System.Text.Encoding.Latin1.GetString(
            Exports.Bytes(fixture.Run, Papers.Catalog, "loss", ".pdf")));
        Assert.Contains("metrics", Refused("matrics", ".csv"));

        string Refused(string name, string ending) =>
            Assert.Throws<InputException>(() => Exports.Bytes(fixture.Run, Papers.Catalog, name, ending)).Message;
    }

    /// <summary>An evaluation for other metrics measures some again.</summary>
    [Fact]
    public void WhatStandsInTwoEvaluationsIsOneRow()
    {
        using var folder = new TemporaryFolder();
        SomeRuns.Measure(folder.Path, "fid", 3, step: 2);
        EvaluationReport first = Assert.Single(MetricsFile.Read(folder.File(MetricsFile.FileName)).Evaluations);
        Assert.Single(MetricSection.All([first, first with { Key = "again", Preset = "other" }]).Rows);
        Assert.Equal(2, MetricSection.All([first, first with { Key = "later", Step = 3 }]).Rows.Count);
    }

    /// <summary>A folder of runs: one whose log is torn and has values that are no numbers, one without steps.</summary>
    [Fact]
    public async Task StepsOfAFolderOfRunsKeepTheirTypes()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, name));
            File.WriteAllText(Path.Combine(folder.Path, name, "config.yaml"), "");
        }

        File.WriteAllText(Path.Combine(folder.Path, "a", "steps.jsonl"), """
            {"number":1,"loss":2.5,"gradientNorm":1e300,"learningRate":0.001,"decay":0,"seconds":0.25,"circuitGradientNorm":0.5}
            {"number":2,"loss":"NaN","gradientNorm":3,"learningRate":0.001,"decay":0.5,"seconds":0.25,LAYERS}
            {"number":3,"loss":1.5,"grad
            """.Replace("LAYERS", """
            "circuitLayers":[{"circuit":"v.circuit","layer":2,"norm":0.5,"variance":0.125}]
            """));
        List<string> said = [];
        string csv = Exports.Text(folder.Path, Papers.Catalog, "steps", ".csv", said.Add);
        Assert.Equal("run,step,loss,gradientNorm,circuitGradientNorm,learningRate,decay,seconds,"
            + "gradientNorm.v.circuit.2,gradientVariance.v.circuit.2\r\n"
            + "a,1,2.5,1E+300,0.5,0.001,0,0.25,,\r\na,2,NaN,3,,0.001,0.5,0.25,0.5,0.125\r\n", csv);
        Assert.Contains("no steps yet", Assert.Single(said));

        byte[] bytes = Exports.Bytes(folder.Path, Papers.Catalog, "steps", ".parquet");
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(bytes));
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        DataField[] fields = reader.Schema.GetDataFields();
        Assert.Equal(["run", "step", "loss", "gradientNorm", "circuitGradientNorm", "learningRate", "decay", "seconds",
            "gradientNorm.v.circuit.2", "gradientVariance.v.circuit.2"],
            fields.Select(field => field.Name));
        var numbers = new long[2];
        await group.ReadAsync<long>(fields[1], numbers);
        Assert.Equal([1, 2], numbers);
        foreach ((int field, double?[] expected) in (IEnumerable<(int, double?[])>)[(2, [2.5, double.NaN]), (4, [0.5, null]),
            (9, [null, 0.125])])
        {
            var values = new double?[2];
            await group.ReadAsync<double>(fields[field], values);
            Assert.Equal(expected, values);
        }

        string empty = Directory.CreateDirectory(Path.Combine(folder.Path, "c")).FullName;
        Assert.Contains("no run",
            Assert.Throws<InputException>(() => Exports.Text(empty, Papers.Catalog, "steps", ".csv")).Message);
    }

    /// <summary>The network goes to a file of its own; what the file computes, Qdiff.Onnx.Tests compare.</summary>
    [Fact]
    public void TheNetworkIsExported()
    {
        string root = Path.GetDirectoryName(fixture.Run)!, file = Path.Combine(root, "model.onnx");
        (int code, string output, string error) =
            ToolProcess.Run(root, "export", Path.GetFileName(fixture.Run), "--onnx", file, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement said = JsonDocument.Parse(output).RootElement;
        Assert.Equal(new FileInfo(file).Length, said.GetProperty("bytes").GetInt64());
        Assert.Equal(file, said.GetProperty("file").GetString());
        (code, _, error) = ToolProcess.Run(root, "export", Path.GetFileName(fixture.Run), "--step", "12");
        Assert.Equal(2, code);
        Assert.Contains("--onnx", error);
    }

    /// <summary>Runs, show, export and report as one types them.</summary>
    [Fact]
    public void TheVerbsPrintWhatTheRunIs()
    {
        string root = Path.GetDirectoryName(fixture.Run)!;
        (int code, string output, string error) = ToolProcess.Run(root, "runs", ".", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement row = JsonDocument.Parse(output).RootElement.EnumerateArray()
            .Single(r => r.GetProperty("model").GetString() == "unet");
        Assert.Equal(("finished", 12, 12),
            (row.GetProperty("state").GetString(), row.GetProperty("step").GetInt32(), row.GetProperty("steps").GetInt32()));

        (code, output, error) = ToolProcess.Run(root, "show", Path.GetFileName(fixture.Run));
        Assert.Equal((0, ""), (code, error));
        foreach (string part in (string[])["unet (paper wiring) learns 200 images", "finished after 12 of 12 steps", "can act",
            "fid/domain-clothes/v1", "2.000"])
            Assert.Contains(part, output);

        (code, output, error) = ToolProcess.Run(root, "report", "nowhere");
        Assert.Equal((2, "", "qdiff: There is no folder nowhere.\n"), (code, output, error));
    }
}
