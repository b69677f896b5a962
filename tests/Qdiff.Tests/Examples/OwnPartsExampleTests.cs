using System.Text.Json;
using Examples;
using Qdiff;
using Qdiff.Tensors;

/// <summary>The example programs that are the tool with a part of one's own do what their first lines say.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class OwnPartsExampleTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AMetric()
    {
        // Bags alone are farther from bags and trousers than other real images are.
        JsonElement metric = Evaluate(OwnMetric.Main, "--metrics", "sliced", "--features", "domain").Single();
        Assert.Equal("sliced/domain-tissue/v1", metric.GetProperty("name").GetString());
        Assert.Contains(" directions=32 ", metric.GetProperty("protocol").GetString());
        JsonElement value = metric.GetProperty("value"), interval = value.GetProperty("interval");
        double distance = value.GetProperty("value").GetDouble();
        Assert.InRange(distance, interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
        Assert.True(distance > 3 * metric.GetProperty("floor").GetProperty("value").GetDouble());
    }

    [Fact]
    public void AFeatureNetworkWithAPreset()
    {
        JsonElement[] metrics = Evaluate(OwnFeatureNetwork.Main, "--preset", "edges", "--few-samples", "--metrics", "fid,kid");
        Assert.Equal(["fid/edges/v1", "kid/edges/v1"], metrics.Select(metric => metric.GetProperty("name").GetString()));
        Assert.All(metrics, metric => Assert.Contains(" d=128 ", metric.GetProperty("protocol").GetString()));
    }

    [Fact]
    public void ADataSet()
    {
        JsonElement set = JsonDocument.Parse(Run(OwnDataSet.Main, "data", "show", "shapes", "--split", "test",
            "--json")).RootElement;
        Assert.Equal((1000, "shapes/Test"), (set.GetProperty("count").GetInt32(), set.GetProperty("name").GetString()));
        Assert.Equal(["ring", "bar"], set.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.Contains("shapes", Run(OwnDataSet.Main, "data", "list"));
    }

    /// <summary>Bags, against a data set's file that holds few of its images: trousers and bags.</summary>
    JsonElement[] Evaluate(Func<string[], int> program, params string[] options)
    {
        ImageSet real = FashionMnist.LoadBuiltIn().WithLabels(1, 8).Draw(200, seed: 1),
            bags = FashionMnist.LoadBuiltIn().WithLabels(8).Draw(60, seed: 2);
        Npz.Write(folder.File("pathmnist.npz"), [new("test_images", Coloured(real)),
            new("test_labels", StoredArray.Create([200, 1], (ReadOnlySpan<byte>)new byte[200]))]);
        Npz.Write(folder.File("made.npz"), [new("images", Coloured(bags))]);
        string report = Run(program, ["evaluate", folder.File("made.npz"), "--dataset", "pathmnist", "--data-dir", folder.Path,
            "--json", "--cache", folder.File("cache"), "--resamples", "10", .. options]);
        return [.. JsonDocument.Parse(report).RootElement.GetProperty("metrics").EnumerateArray()];
    }

    static StoredArray Coloured(ImageSet images) => StoredArray.Create([images.Count, 28, 28, 3],
        (ReadOnlySpan<byte>)[.. Enumerable.Range(0, images.Count)
            .SelectMany(i => images.Image(i).ToArray()).SelectMany(p => new[] { p, p, p })]);

    static string Run(Func<string[], int> program, params string[] arguments)
    {
        (TextWriter oldOutput, TextWriter oldError) = (Console.Out, Console.Error);
        (var output, var error) = (new StringWriter(), new StringWriter());
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            int code = program(arguments);
            Assert.True(code == 0, error.ToString());
            return output.ToString();
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }
}
