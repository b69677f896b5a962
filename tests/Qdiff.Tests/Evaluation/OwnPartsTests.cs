using System.Text.Json;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>A metric, feature network, preset and data set of one's own are one entry each, and the tool knows them.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class OwnPartsTests : IDisposable
{
    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn();

    static readonly EvaluationCatalog s_own = EvaluationCatalog.Default with
    {
        Metrics = [.. EvaluationCatalog.Default.Metrics, new Darkness()],
        FeatureNetworks = [FeatureNetwork.Create("thirds", 3, "1", Thirds)],
        Presets =
        [
            .. EvaluationCatalog.Default.Presets,
            EvaluationPreset.Domain with
            {
                Name = "mine",
                Features = "thirds",
                Metrics = [new FidMetric(), new Darkness { Scale = 2 }],
                ReferenceCount = 200,
                PerClass = true,
            },
        ],
        DataSets =
        [
            .. EvaluationCatalog.Default.DataSets,
            new("clothes", "some clothes", "", [Split.Train, Split.Test],
                (_, split) => s_images.Select([.. Enumerable.Range(split == Split.Train ? 0 : 300, 300)], split.ToString())),
        ],
    };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AMetricIsMeasuredWithIntervalAndRealAgainstReal()
    {
        JsonElement report = Evaluate("--metrics", "kid,darkness", "--features", "thirds");
        Assert.Equal(["kid/thirds/v1", "darkness/thirds/v2"], Names(report));
        JsonElement own = report.GetProperty("metrics")[1];
        double value = own.GetProperty("value").GetProperty("value").GetDouble(), bright = Mean(Made()),
            real = Mean(s_images.Select([.. Enumerable.Range(300, 300)], "test"));
        Assert.Equal(Math.Abs(bright - real), value, 6);
        JsonElement interval = own.GetProperty("value").GetProperty("interval");
        Assert.InRange(value, interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
        // 30 grey levels were added; real images are nearer to real images.
        Assert.InRange(own.GetProperty("floor").GetProperty("value").GetDouble(), 0, 15);
        Assert.Contains(" scale=1 seed=0 weights=sha256:", own.GetProperty("protocol").GetString());
        Assert.EndsWith(" [darkness/any/v2 n=2147483647:2147483647 scale=1 seed=0]", report.GetProperty("key").GetString());
        // What was kept is read without the catalog that knows the metric.
        Assert.Equal(2, MetricsFile.Read(folder.File("made.npz.metrics.json")).Evaluations.Single().Metrics.Count);
    }

    [Fact]
    public void APresetMeasuresItClassByClassInANetworkOfOnesOwn()
    {
        JsonElement report = Evaluate("--preset", "mine");
        Assert.Equal(["fid/thirds/v1", "fid/thirds/v1 class 1", "fid/thirds/v1 class 8", "darkness/thirds/v2",
            "darkness/thirds/v2 class 1", "darkness/thirds/v2 class 8"], Names(report));
        Assert.Contains("scale=2", report.GetProperty("metrics")[4].GetProperty("protocol").GetString());
    }

    [Fact]
    public void HelpListsAndConfigurationsKnowTheNames()
    {
        string help = Run(0, "evaluate", "--help").Output;
        Assert.Contains("darkness (lower is better)",
            string.Join(' ', help.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("thirds", help);
        Assert.Contains("mine", help);
        Assert.Contains("clothes", Run(0, "data", "list").Output);
        Assert.Equal("mine", ResolvedExperiment.Parse("evaluation: { preset: mine }", "a.yaml", s_own).Config.Evaluation.Preset);
        Assert.Contains("Did you mean mine?", Assert.Throws<InputException>(() =>
            ResolvedExperiment.Parse("evaluation: { preset: mines }", "a.yaml", s_own)).Message);
    }

    [Fact]
    public void WrongNamesAndTwoOfOneNameAreOneLine()
    {
        Made();
        Assert.Contains("There is no metric 'darknes'. Did you mean darkness?",
            Run(2, "evaluate", folder.File("made.npz"), "--dataset", "clothes", "--metrics", "darknes").Error);
        Assert.Contains("'fid' is named twice",
            Run(2, "evaluate", folder.File("made.npz"), "--dataset", "clothes", "--metrics", "fid,fid").Error);
        Assert.Contains("--features domain does without.",
            Run(2, "evaluate", folder.File("made.npz"), "--dataset", "clothes", "--features", "inception-768").Error);
        EvaluationCatalog twice = s_own with { Metrics = [.. s_own.Metrics, new Darkness()] };
        Assert.Contains("two parts of the kind 'metric' with the name 'darkness'",
            Assert.Throws<InputException>(twice.RequireDistinctNames).Message);
        Assert.Contains("gave 2 numbers for 4 images; they should be 4 × 3", Assert.Throws<InputException>(() =>
            FeatureNetwork.Create("wrong", 3, "1", _ => [1, 2]).Extract(s_images.First(4), ["wrong"])).Message);
    }

    JsonElement Evaluate(params string[] options)
    {
        Made();
        return JsonDocument.Parse(Run(0, ["evaluate", folder.File("made.npz"), "--dataset", "clothes", "--json", "--cache",
            folder.File("cache"), "--resamples", "20", .. options]).Output).RootElement;
    }

    /// <summary>Trousers and bags, a little too bright.</summary>
    ImageSet Made()
    {
        ImageSet few = s_images.WithLabels(1, 8).Draw(60, seed: 3);
        byte[] pixels = [.. Enumerable.Range(0, few.Count).SelectMany(i => few.Image(i).ToArray())
            .Select(p => (byte)Math.Min(255, p + 30))];
        Npz.Write(folder.File("made.npz"), [new("images", StoredArray.Create([60, 28, 28], (ReadOnlySpan<byte>)pixels)),
            new("labels", StoredArray.Create([60], (ReadOnlySpan<byte>)[.. few.Labels.ToArray().Select(label => (byte)label)]))]);
        return new("made", few.Shape, pixels);
    }

    static double Mean(ImageSet images) =>
        Enumerable.Range(0, images.Count).Average(i => images.Image(i).ToArray().Average(pixel => (double)pixel));

    /// <summary>The mean brightness of the upper, middle and lower third.</summary>
    static float[] Thirds(ImageSet images) => [.. Enumerable.Range(0, images.Count).SelectMany(i =>
        images.Image(i).ToArray().Chunk((images.Shape.Count + 2) / 3).Select(third => third.Average(pixel => (float)pixel)))];

    static string[] Names(JsonElement report) =>
        [.. report.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("name").GetString()!)];

    static (string Output, string Error) Run(int code, params string[] arguments)
    {
        (TextWriter oldOutput, TextWriter oldError) = (Console.Out, Console.Error);
        (var output, var error) = (new StringWriter(), new StringWriter());
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            Assert.True(code == QdiffTool.Run(arguments, s_own), error.ToString());
            return (output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }
}
