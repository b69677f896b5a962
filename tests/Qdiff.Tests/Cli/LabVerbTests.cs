using System.Text.Json;

/// <summary>The laboratory's verbs: what they print, write and refuse.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class LabVerbTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("expressibility", "floor", 300)]
    [InlineData("entanglement", "haar", 50)]
    [InlineData("gradients", "byWeight", 20)]
    [InlineData("fisher", "live", 2)]
    [InlineData("dimension", "normalised", 4)]
    public void EveryMeasurementHasAValueAndAnInterval(string verb, string detail, int samples)
    {
        string csv = folder.File("values.csv"), svg = folder.File("values.svg");
        string[] call = ["lab", verb, "sim-2", "--samples", $"{samples}", "--seed", "3"];
        JsonElement json = Json([.. call, "--csv", csv, "--svg", svg]);
        double value = json.GetProperty("value").GetDouble();
        Assert.InRange(value, json.GetProperty("low").GetDouble(), json.GetProperty("high").GetDouble());
        Assert.True(json.TryGetProperty(detail, out _));
        Assert.Equal(json.GetRawText(), Json(call).GetRawText());
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal("circuit,wires,layers,samples,value,low,high", lines[0]);
        Assert.StartsWith($"sim-2,4,,{samples},", lines[1]);
        Assert.Contains("</svg>", File.ReadAllText(svg));
        Assert.DoesNotContain("0 to -1", File.ReadAllText(svg));
        Assert.Contains(verb, CapturedTool.Run(call).Output);
    }

    [Fact]
    public void RangesGiveARowEach()
    {
        string svg = folder.File("range.svg");
        JsonElement[] rows = [.. Json("lab", "entanglement", "sim-15", "--wires", "2..3", "--layers", "1..2", "--samples", "10",
            "--svg",
            svg).EnumerateArray()];
        Assert.Equal([(2, 1), (2, 2), (3, 1), (3, 2)],
            rows.Select(row => (row.GetProperty("wires").GetInt32(), row.GetProperty("layers").GetInt32())));
        Assert.Contains("wires", File.ReadAllText(svg));
    }

    /// <summary>By RX as by RY the global cost falls by 3/8 a wire, ln(3/8) = −0.98; RZ behind it changes nothing.</summary>
    [Fact]
    public void GradientsOfARangeHaveADecay()
    {
        string[] call = ["lab", "gradients", "sim-1", "--cost", "global", "--samples", "1000", "--wires"];
        JsonElement[] rows = [.. Json([.. call, "2..4"]).EnumerateArray()];
        JsonElement decay = rows[0].GetProperty("decay"), slope = decay.GetProperty("slope");
        Assert.InRange(slope.GetProperty("value").GetDouble(), -1.3, -0.7);
        Assert.InRange(slope.GetProperty("value").GetDouble(), slope.GetProperty("low").GetDouble(),
            slope.GetProperty("high").GetDouble());
        Assert.Equal([2, 3, 4], decay.GetProperty("wires").EnumerateArray().Select(wires => wires.GetInt32()));
        Assert.All(rows, row => Assert.Equal(decay.GetRawText(), row.GetProperty("decay").GetRawText()));
        Assert.Contains("a wire (95 % interval", CapturedTool.Run([.. call, "2..4"]).Output);
        Assert.DoesNotContain("a wire", CapturedTool.Run([.. call, "2..3"]).Output);
        Assert.DoesNotContain("decay", Json([.. call, "2..3"]).GetRawText());
        // Few of the usual samples carry the variance at 6 wires.
        string[] few = CapturedTool.Run("lab", "gradients", "sim-1", "--cost", "global", "--wires", "2..6").Output.TrimEnd('\n')
            .Split('\n');
        Assert.All(few[1..5], row => Assert.EndsWith(", each uniform in a full turn", row));
        Assert.EndsWith("; few samples carry the variance: mostly too small, its interval too narrow; raise --samples", few[5]);
        Assert.Contains("; 4 of 5 points, weights", few[6]);
        // Of each number of layers by itself.
        string[] layered = CapturedTool.Run("lab", "gradients", "sim-1", "--samples", "5", "--wires", "2..4", "--layers", "1..2")
            .Output.Split('\n');
        Assert.Equal((1, 1), (layered.Count(line => line.StartsWith("layers 1: no decay: fewer than three numbers of wires")),
            layered.Count(line => line.StartsWith("layers 2: no decay: fewer than three numbers of wires"))));
    }

    [Fact]
    public void TheKernelOfARangeStandsBesideHaar()
    {
        string svg = folder.File("kernel.svg");
        string[] call = ["lab", "kernel", "sim-1", "--encoding", "rx", "--samples", "1000"];
        JsonElement[] rows = [.. Json([.. call, "--wires", "1..2", "--svg", svg]).EnumerateArray()];
        Assert.Equal([0.5, 0.25], rows.Select(row => row.GetProperty("haar").GetDouble()));
        foreach ((JsonElement row, double exact) in rows.Zip((double[])[0.125, 5 / 64.0]))
        {
            JsonElement variance = row.GetProperty("variance");
            Assert.InRange(row.GetProperty("value").GetDouble(), row.GetProperty("low").GetDouble(),
                row.GetProperty("high").GetDouble());
            Assert.Equal(exact, variance.GetProperty("value").GetDouble(), 0.25 * exact);
        }

        Assert.Contains("</svg>", File.ReadAllText(svg));
        Assert.EndsWith("Haar-random states have a mean of 0.0625\n", CapturedTool.Run([.. call, "--wires", "4"]).Output);
        Assert.Contains("; few samples carry the variance: ", CapturedTool.Run([.. call, "--wires", "10"]).Output);
    }

    [Fact]
    public void AFileOfSomethingElseIsKept()
    {
        string csv = folder.File("values.csv"), svg = folder.File("values.svg");
        foreach (string file in (string[])[csv, svg]) File.WriteAllText(file, "mine");
        string[] call = ["lab", "entanglement", "sim-2", "--samples", "10", "--csv", csv, "--svg", svg];
        (int code, _, string error) = CapturedTool.Run(call);
        Assert.Equal((0, 2), (code, error.Split("was kept").Length - 1));
        Assert.Equal(("mine", "mine"), (File.ReadAllText(csv), File.ReadAllText(svg)));
        Assert.Equal(0, CapturedTool.Run([.. call, "--force"]).Code);
        Assert.Equal(File.ReadAllText(folder.File("values-2.csv")), File.ReadAllText(csv));
        Assert.Equal(File.ReadAllText(folder.File("values-2.svg")), File.ReadAllText(svg));
    }

    [Fact]
    public void FrequenciesOfAFile()
    {
        string path = folder.File("twice.qasm");
        File.WriteAllText(path, "OPENQASM 3.0; input float x; input float w; qubit q; ry(w) q; rx(x) q; ry(w) q; rx(x) q;");
        JsonElement json = Json("lab", "fourier", path, "--samples", "3");
        Assert.Equal(2, json.GetProperty("value").GetDouble());
        Assert.Equal([-2.0, -1, 0, 1, 2], json.GetProperty("inputs")[0].GetProperty("frequencies").EnumerateArray()
            .Select(f => f.GetDouble()));
        Assert.Equal("wires  fourier\n    1        2  x0: -2, -1, 0, 1, 2\n",
            CapturedTool.Run("lab", "fourier", path, "--samples", "3").Output);
    }

    [Fact]
    public void RanksHaveASmallestAndALargest() => Assert.StartsWith("wires  fisher  smallest to largest\n",
        CapturedTool.Run("lab", "fisher", "sim-1", "--wires", "2", "--samples", "2").Output);

    [Theory]
    [InlineData("--wires 5..2: a number from 1 to 63", "lab", "entanglement", "sim-2", "--wires", "5..2")]
    [InlineData("--layers x: a number from 1", "lab", "entanglement", "sim-2", "--layers", "x")]
    [InlineData("--samples 0: 2 to 1,000,000", "lab", "entanglement", "sim-2", "--samples", "0")]
    [InlineData("1 bins: 2 to 10,000", "lab", "expressibility", "sim-2", "--bins", "1")]
    [InlineData("the circuit has no inputs", "lab", "fourier", "sim-2")]
    [InlineData("the circuit has no inputs", "lab", "kernel", "sim-2")]
    [InlineData("20 wires are too many", "lab", "entanglement", "sim-2", "--wires", "20")]
    [InlineData("Did you mean sim-2?", "lab", "entanglement", "simm-2")]
    [InlineData("--svg", "lab", "entanglement", "sim-2", "--svg", "nowhere/a.svg")]
    [InlineData("2 data are too few", "lab", "dimension", "sim-2", "--data", "2")]
    public void RefusalsAreOneLine(string expected, params string[] arguments)
    {
        (int code, string output, string error) = CapturedTool.Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd('\n').Split('\n')));
    }

    static JsonElement Json(params string[] arguments)
    {
        (int code, string output, string error) = CapturedTool.Run([.. arguments, "--json"]);
        Assert.Equal((0, ""), (code, error));
        return JsonDocument.Parse(output).RootElement;
    }
}
