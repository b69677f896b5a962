using System.Text.Json;
using Qdiff;
using Qdiff.Imaging;
using Qdiff.Tensors;

/// <summary>What is said of data that were not read as they are, and what the budget of everything that is read does.</summary>
public sealed class DataVerbTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Explicit = true)]
    public void WhatWasLeftOutIsSaidOnceByEveryVerb()
    {
        byte[] picture = Png.Encode(new Raster(8, 8, 1));
        for (int i = 0; i < 3; i++) folder.Write($"pictures/{i}.png", picture);
        for (int i = 0; i < 2; i++) folder.Write($"pictures/{i}.webp", [1, 2, 3]);
        const string note = "left out 2 .webp: only PNG and JPEG are read";
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "data", "show", "folder:pictures", "--size", "4");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"3 images of 1×4×4", output);
        Assert.Contains($"note: {note}", output);
        (code, output, _) = ToolProcess.Run(folder.Path, "data", "show", "folder:pictures", "--json");
        Assert.Equal(note, JsonDocument.Parse(output).RootElement.GetProperty("notes")[0].GetString());

        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.WholeImagesYaml);
        (code, _, error) = ToolProcess.Run(folder.Path, "train", "-c", "tiny.yaml", "--set", "data.dataset=folder:pictures",
            "--set",
            "data.classes=[]", "--set", "data.perClass=null", "--set", "data.size=16", "--set", "training.steps=1");
        Assert.True(code == 0, error);
        Assert.Equal(2, error.Split(note).Length);
    }

    [Fact]
    public void APictureReplacesNothing()
    {
        folder.Write("own/1.png", Png.Encode(new Raster(8, 8, 1)));
        folder.Write("kept.png", [1, 2, 3]);
        string[] show = ["data", "show", "folder:own", "--picture", "kept.png", "-q"];
        (int code, _, string error) = ToolProcess.Run(folder.Path, show);
        Assert.Equal(0, code);
        Assert.Contains("kept.png holds something else and was kept; the new file is kept-2.png", error);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder.File("kept.png")));
        Assert.Equal(0, ToolProcess.Run(folder.Path, [.. show, "--force"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder.File("kept-2.png")), File.ReadAllBytes(folder.File("kept.png")));

        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(folder.File("link.png"), "kept-2.png");
            (code, string output, error) = ToolProcess.Run(folder.Path, [.. show[..^2], "link.png", "-q"]);
            Assert.Equal((0, ""), (code, error));
            Assert.Equal(0, ToolProcess.Run(folder.Path, [.. show[..^2], "/dev/null", "-q"]).ExitCode);
        }

        // What a program that was killed left empty is nothing.
        folder.Write("kept.png", []);
        (code, _, error) = ToolProcess.Run(folder.Path, show);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(File.ReadAllBytes(folder.File("kept-2.png")), File.ReadAllBytes(folder.File("kept.png")));
    }

    [Fact]
    public void TheEnvironmentSaysHowMuchMayBeRead()
    {
        Npy.Write(folder.File("x.npy"), StoredArray.Create([100, 28, 28], new byte[78_400]));
        string[] evaluate = ["evaluate", "x.npy", "--dataset", "fashion-mnist-test"];
        (int code, string output, string error) = ToolProcess.RunWith(ReadingBudget.Variable, "50K", folder.Path, evaluate);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal("qdiff: x.npy would take 78 kB of memory; what is read may take 50 kB, as QDIFF_READ_LIMIT says.",
            error.Trim());
        (code, _, error) = ToolProcess.RunWith(ReadingBudget.Variable, "lots", folder.Path, evaluate);
        Assert.Equal(2, code);
        Assert.Contains("write bytes, such as 500M or 8G", error);
    }
}
