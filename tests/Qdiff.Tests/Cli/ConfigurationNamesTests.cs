using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;

/// <summary>The published configurations come with the program: an installed tool has no folder of them.</summary>
public sealed class ConfigurationNamesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EveryFileOfTheRepositoryIsBuiltInAndLoadsAsItDoes()
    {
        string[] files = [.. Repository.Files("configs", "*.yaml")];
        Assert.Equal(files, Configurations.Names.Select(name => $"configs/{name}.yaml").Order(StringComparer.Ordinal));
        foreach (string name in Configurations.Names)
        {
            string own = Configurations.BuiltIn(name)!;
            Assert.Equal(Repository.Read($"configs/{name}.yaml").ReplaceLineEndings("\n"), own.ReplaceLineEndings("\n"));
            Assert.NotEmpty(Configurations.Heading(own));
        }
    }

    [Theory]
    [InlineData("mnist-unet", "mnist-unet")]
    [InlineData("mnist-unet.yaml", "mnist-unet")]
    [InlineData("configs/mnist-unet.yaml", "mnist-unet")]
    [InlineData("./configs/mnist-unet.yaml", "mnist-unet")]
    [InlineData(@"configs\mnist-unet.yaml", "mnist-unet")]
    [InlineData("short/eurosat-qcunet-short", "eurosat-qcunet-short")]
    [InlineData("eurosat-qcunet-short", "eurosat-qcunet-short")]
    public void ANameWithWhatOneWritesAroundItIsFound(string written, string expected)
    {
        ResolvedExperiment experiment = Configurations.Load(written, Papers.Catalog, ["training.batch=7"]);
        Assert.Equal((expected, 7), (experiment.Config.Name, experiment.Config.Training.Batch));
        Assert.StartsWith("built-in ", experiment.OriginOf("name").ToString());
    }

    [Theory]
    [InlineData("confgs/mnist-unet.yaml", "Did you mean configs/mnist-unet.yaml?")]
    [InlineData("mnist-unnet", "Did you mean mnist-unet?")]
    [InlineData("nothing-like-it.yaml", "'qdiff config list' lists the built-in ones.")]
    public void AMistypedNameIsAnsweredWithTheNearest(string written, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Configurations.Load(written, Papers.Catalog)).Message);

    [Fact]
    public void AFileWinsAndTheOriginSaysWhichWasTaken()
    {
        (_, string builtIn, _) = ToolProcess.Run(folder.Path, "config", "show", "configs/mnist-unet.yaml");
        Assert.Matches(@"(?m)^name: mnist-unet +# built-in mnist-unet:3$", builtIn);
        Directory.CreateDirectory(folder.File("configs"));
        File.WriteAllText(folder.File("configs/mnist-unet.yaml"), "name: own\n");
        (int code, string own, string error) = ToolProcess.Run(folder.Path, "config", "show", "configs/mnist-unet.yaml");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"(?m)^name: own +# configs/mnist-unet.yaml:1$", own);
    }

    [Theory]
    [InlineData("config show mnist-qvunet-1hq", false)]
    [InlineData("config show mnist-qvunet-1hq --raw", true)]
    public void ARedirectedFileKeepsItsCommentsAndLoadsAgain(string arguments, bool verbatim)
    {
        (int code, string output, string error) = ToolProcess.Run(folder.Path, arguments.Split(' '));
        Assert.Equal((0, ""), (code, error));
        if (verbatim) Assert.Equal(Configurations.BuiltIn("mnist-qvunet-1hq")!.ReplaceLineEndings("\n"), output);
        Assert.StartsWith("# qvunet-1hq on mnist", output);
        Assert.Equal(Configurations.Load("mnist-qvunet-1hq", Papers.Catalog).ToYaml().Split('\n')
            .Select(line => line.Split("  #")[0].TrimEnd()),
            ResolvedExperiment.Parse(output, "mine.yaml", Papers.Catalog).ToYaml().Split('\n')
                .Select(line => line.Split("  #")[0].TrimEnd()));
    }

    [Fact]
    public void ListsFitATerminal()
    {
        (int code, string output, _) = ToolProcess.Run(folder.Path, "config", "list");
        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^mnist-unet +unet +mnist +9,375 steps  The classical U-Net on MNIST", output);
        Assert.Matches(@"(?m)^mnist-qvunet-1hq-frozen +qvunet-1hq, frozen +mnist ", output);
        Assert.Matches(@"(?m)^eurosat-qcunet-released +qcunet, released +eurosat ", output);
        (code, output, _) = ToolProcess.Run(folder.Path, "config", "keys");
        Assert.Equal(0, code);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.All(new ExperimentSettings(Papers.Catalog).All, setting =>
            Assert.Contains("\n" + setting.Path + ": ", "\n" + output));
    }

    [Fact]
    public void TheAuditTakesAConfiguration()
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml + "\n");
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "audit", "tiny.yaml");
        Assert.Equal((0, ""), (code, error));
        Network network = TinyExperiment.Resolve().Config.BuildNetwork(PublishedModels.Named("unet").Build().Image,
            Papers.Catalog);
        Assert.StartsWith($"{network.Parameters.Scalars:N0} parameters: ", output);
    }
}
