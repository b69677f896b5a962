using Qdiff;
using Qdiff.Imaging;

/// <summary>Runs whose images are named by a relative path, or were moved.</summary>
public sealed class MovedDataTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public MovedDataTests()
    {
        Directory.CreateDirectory(folder.File("a"));
        Directory.CreateDirectory(folder.File("b"));
        Pictures("a/pics", 6);
        File.WriteAllText(folder.File("pics.yaml"),
            TinyExperiment.WholeImagesYaml.Replace("dataset: fashion-mnist-test\n  perClass: 20",
            "dataset: folder:pics\n  size: 8"));
    }

    public void Dispose() => folder.Dispose();

    [Fact(Explicit = true)]
    public void ARunIsGoneOnWithFromAnyFolderAndAfterItsPicturesWereMoved()
    {
        Tool("a", "train", "-c", "../pics.yaml", "--steps", "2", "-q");
        string run = folder.File("a/runs/tiny-42");
        // From another folder, whose own folder of that name is not meant.
        Pictures("b/pics", 5);
        Assert.Contains("3 of 3 steps done", Tool("b", "train", "--resume", "../a/runs/tiny-42", "--steps", "3", "-q"));

        Directory.Move(folder.File("a/pics"), folder.File("a/pictures"));
        Assert.Equal(Remedy.DataFolder,
            Assert.Throws<InputException>(() => TrainingRun.Resume(run, Catalog.Default)).Remedy);
        TrainingRun.Resume(run, Catalog.Default, folder.File("a/pictures")).Dispose();
        // Now the run knows.
        TrainingRun.Resume(run, Catalog.Default).Dispose();
        Assert.Equal(6, RunFolder.Open(run, Catalog.Default).Experiment.Config.Data.Load(Catalog.Default).Count);

        // The run and its images together, to where nothing else leads.
        Directory.Move(folder.File("a"), folder.File("moved"));
        TrainingRun.Resume(folder.File("moved/runs/tiny-42"), Catalog.Default).Dispose();
        // The run alone: its images are where they were.
        Directory.Move(folder.File("moved/runs"), folder.File("elsewhere"));
        TrainingRun.Resume(folder.File("elsewhere/tiny-42"), Catalog.Default).Dispose();

        Pictures("moved/pictures", 7);
        string message = Assert.Throws<InputException>(() =>
            TrainingRun.Resume(folder.File("elsewhere/tiny-42"), Catalog.Default)).Message;
        Assert.Contains("was started with other images", message);
        Assert.Contains(folder.File("moved/pictures"), message);
    }

    [Fact]
    public void APathInAFileMeansWhatIsBesideItIfThatIsThere()
    {
        DataConfig Data(string yaml)
        {
            File.WriteAllText(folder.File("b/one.yaml"), yaml);
            return ResolvedExperiment.Load(folder.File("b/one.yaml"), Catalog.Default).Config.Data;
        }

        Pictures("b/beside", 3);
        Assert.Equal(3, Data("data:\n  dataset: folder:beside\n").Load(Catalog.Default).Count);
        Assert.Equal(3, Data("data:\n  dataset: ./beside\n").Load(Catalog.Default).Count);
        Assert.Equal(3, Data("data:\n  dataset: folder:elsewhere\n  folder: beside\n").Load(Catalog.Default).Count);
        Assert.Equal(6, Data("data:\n  dataset: folder:../a/pics\n").Load(Catalog.Default).Count);
        Assert.Equal(6, Data("data:\n  dataset: folder:beside\n").In(folder.File("a/pics")).Load(Catalog.Default).Count);
        // What is not there is looked for in the working folder, and so is what an option says.
        Assert.Equal("nowhere", Data("data:\n  dataset: folder:nowhere\n").Location(Catalog.Default));
        Assert.Equal("beside",
            ResolvedExperiment.Load(folder.File("b/one.yaml"), Catalog.Default, ["data.dataset=folder:beside"]).Config.Data
            .Location(Catalog.Default));
        Assert.Equal(Path.Combine("data", "mnist"), Data("data:\n  dataset: mnist\n").Location(Catalog.Default));
        Assert.Null(Data("data:\n  dataset: fashion-mnist-test\n  folder: beside\n").Location(Catalog.Default));
    }

    [Fact(Explicit = true)]
    public void WhatFollowsATrainingIsSaidAsItIsPasted()
    {
        const string spaced = "my runs";
        (int code, string output, string error) = ToolProcess.Run(folder.File("a"), "train", "-c", "../pics.yaml", "--steps", "1",
            "--runs", spaced);
        Assert.Equal(0, code);
        Assert.Contains($"next: qdiff sample '{spaced}/tiny-42' --sampler ddim\n", error);
        (code, output, error) = ToolProcess.Run(folder.File("a"), "train", "--resume", "my runs/tiny-42");
        Assert.Contains($"the run was finished; train it longer with: qdiff train --resume '{spaced}/tiny-42' "
            + "--steps 2\n", error);
        (code, output, error) = ToolProcess.Run(folder.File("a"), "train", "--resume", "my runs/tiny-42", "--json");
        Assert.DoesNotContain("next", error);
    }

    string Tool(string working, params string[] arguments)
    {
        (int code, string output, string error) = ToolProcess.Run(folder.File(working), arguments);
        Assert.True(code == 0, error);
        return output;
    }

    void Pictures(string name, int count)
    {
        Directory.CreateDirectory(folder.File(name));
        for (int i = 0; i < count; i++)
        {
            var picture = new Raster(8, 8, 1);
            for (int p = 0; p < picture.Pixels.Length; p++) picture.Pixels[p] = (byte)(17 * i + 3 * p);
            Png.Save(picture, folder.File($"{name}/{i}.png"));
        }
    }
}
