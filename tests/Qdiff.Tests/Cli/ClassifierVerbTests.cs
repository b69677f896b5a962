using System.Text.Json;
using Qdiff;

public sealed class ClassifierVerbTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    void WriteToyFolder(int count)
    {
        ImageSet images = ToyImages.Make(count, seed: 4);
        for (int i = 0; i < count; i++)
        {
            var raster = new PngFile(12, 12, Depth: 8, Colour: 0, Interlaced: false);
            byte[] pixels = images.Image(i).ToArray();
            folder.Write($"toys/class{images.Labels[i]}/{i:000}.png", raster.Build((x, y, _) => pixels[y * 12 + x]));
        }
    }

    [Fact]
    public void OwnImagesAreTrainedOnShownAndCheckedAgain()
    {
        WriteToyFolder(90);
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "classifier", "train", "folder:toys", "-o",
            "own.safetensors",
            "--epochs", "2", "--seed", "5", "--cross-validate", "--quiet", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement trained = JsonDocument.Parse(output).RootElement.GetProperty("classifier");
        Assert.Equal("domain-toys", trained.GetProperty("name").GetString());
        Assert.Equal(90, trained.GetProperty("crossValidated").GetProperty("images").GetInt32());
        Assert.Equal(["own.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));

        (code, output, error) = ToolProcess.Run(folder.Path, "classifier", "check", "own.safetensors", "--json", "--quiet");
        Assert.Equal((0, ""), (code, error));
        JsonElement again = JsonDocument.Parse(output).RootElement;
        Assert.Equal(trained.GetProperty("weights").GetString(), again.GetProperty("weights").GetString());
        Assert.True(JsonElement.DeepEquals(trained.GetProperty("measured"), again.GetProperty("measured")), output);

        (code, output, error) = ToolProcess.Run(folder.Path, "classifier", "show", "own.safetensors");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("class2", output);
        Assert.Contains("--seed 5 --epochs 2 --cross-validate", output);
        Assert.Contains("cross-validated", output);
    }

    [Fact(Explicit = true)]
    public void OwnImagesGetTheSizeThatARunGivesThem()
    {
        WriteToyFolder(90);
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "classifier", "train", "folder:toys", "-o",
            "own.safetensors", "--epochs", "1", "--size", "8", "--crop", "10", "--quiet", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement trained = JsonDocument.Parse(output).RootElement.GetProperty("classifier");
        Assert.Equal([1, 8, 8], trained.GetProperty("image").EnumerateArray().Select(side => side.GetInt32()));

        (code, output, error) = ToolProcess.Run(folder.Path, "classifier", "check", "own.safetensors", "--size", "8", "--crop",
            "10", "--json", "--quiet");
        Assert.Equal((0, ""), (code, error));
        Assert.True(JsonElement.DeepEquals(trained.GetProperty("measured"),
            JsonDocument.Parse(output).RootElement.GetProperty("measured")), output);
        (code, _, error) = ToolProcess.Run(folder.Path, "classifier", "check", "own.safetensors");
        Assert.Equal(2, code);
        Assert.Contains("--crop 10 --size 8", error);

        // Before anything is drawn or measured.
        (code, _, error) = ToolProcess.Run(folder.Path, "evaluate", "toys/class0", "--dataset", "folder:toys", "--classifier",
            "own.safetensors", "--few-samples");
        Assert.Equal(2, code);
        Assert.Contains("takes images of 1×8×8, but those to measure have 1×12×12. Train one of that size: "
            + "qdiff classifier train folder:toys --size 12 -o FILE", error);
    }

    [Fact(Explicit = true)]
    public void RealImagesAreFittedToSamplesOfAnotherProgram()
    {
        WriteToyFolder(60);
        Assert.Equal(0, ToolProcess.Run(folder.Path, "classifier", "train", "folder:toys", "-o", "own.safetensors", "--epochs",
            "1", "--size", "8", "--quiet").ExitCode);
        PngFile small = new(8, 8, Depth: 8, Colour: 0, Interlaced: false), wide = small with { Width = 16, Height = 12 };
        for (int i = 0; i < 20; i++)
        {
            folder.Write($"made/{i:00}.png", small.Build((x, y, _) => x * y * i % 256));
            folder.Write($"real/{i:00}.png", wide.Build((x, y, _) => x * y * (i + 3) % 256));
        }

        string[][] fits = [["--size", "8"], ["--size", "8", "--crop", "10"], ["--size", "8", "--fit", "stretch"]];
        JsonElement[] found = [.. fits.Select(fit =>
        {
            (int code, string output, string error) = ToolProcess.Run(folder.Path, ["evaluate", "made", "--dataset",
                "folder:real", "--classifier", "own.safetensors", "--few-samples", "--metrics", "kid", "--json", "-q", .. fit]);
            Assert.Equal((0, ""), (code, error));
            return JsonDocument.Parse(output).RootElement;
        })];
        Assert.Equal(fits.Length, found.Select(report => report.GetProperty("metrics")[0].GetProperty("value")
            .GetProperty("protocol").GetProperty("reference").GetString()).Distinct().Count());
        Assert.All(found, report => Assert.StartsWith("Compared with: folder:real", report.GetProperty("notes")[1].GetString()));
        Assert.Equal(fits.Length, found.Select(report => report.GetProperty("notes")[1].GetString()).Distinct().Count());
    }

    [Fact]
    public void TheListNamesAllFour()
    {
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "classifier", "list");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["name", "digits", "clothes", "tissue", "land-cover"],
            output.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0]));
    }
}
