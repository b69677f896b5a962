using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

public class ConfigurationTests
{
    const string Yaml = """
        schema: 1
        name: first
        data:
          dataset: fashion-mnist
          split: test
          classes: [0, 3]
          perClass: 50
        model: { name: qvunet-1hq, wiring: released }
        training:
          batch: 16
          clipNorm: 1.5
          ema:
            maxDecay: 0.999
        """;

    [Fact]
    public void ValuesComeFromTheFileAndDefaultsStay()
    {
        ExperimentConfig config = Parse(Yaml).Config;
        Assert.Equal("first", config.Name);
        Assert.Equal(("fashion-mnist", Split.Test, 50), (config.Data.Dataset, config.Data.Split, config.Data.PerClass));
        Assert.Equal(["0", "3"], config.Data.Classes);
        Assert.Equal(("qvunet-1hq", "released"), (config.Model.Name, config.Model.Wiring));
        Assert.Equal((16, 1.5, 0.999, 100),
            (config.Training.Batch, config.Training.ClipNorm, config.Training.Ema.MaxDecay, config.Training.Ema.CopySteps));
        Assert.Equal((9375, 1e-3, 0.9, 0.99, 1e-8),
            (config.Training.Steps, config.Training.LearningRate, config.Training.Beta1, config.Training.Beta2,
            config.Training.Epsilon));
    }

    [Fact]
    public void EveryValueKnowsWhereItCameFrom()
    {
        ResolvedExperiment experiment = Parse(Yaml, "training.batch=32", "data.classes=[]");
        Assert.Equal("test.yaml:7", experiment.OriginOf("data.perClass").ToString());
        Assert.Equal("test.yaml:13", experiment.OriginOf("training.ema.maxDecay").ToString());
        Assert.Equal("option training.batch", experiment.OriginOf("training.batch").ToString());
        Assert.Equal("default", experiment.OriginOf("training.steps").ToString());
        Assert.Equal(32, experiment.Config.Training.Batch);
        Assert.Empty(experiment.Config.Data.Classes);
    }

    [Theory]
    [InlineData("dä ta #1")]
    [InlineData("#1")]
    public void AnOptionHasNoComments(string folder) =>
        Assert.Equal(folder, Parse(Yaml, $"data.folder={folder}").Config.Data.Folder);

    [Fact]
    public void WhatIsWrittenReadsBackEqual()
    {
        ResolvedExperiment experiment = Parse(Yaml, "data.folder=\"a: 'b' #ü\"", "model.name=unet", "model.multipliers=[1, 2]",
            "training.learningRate=3e-4");
        string yaml = experiment.ToYaml();
        ResolvedExperiment back = ResolvedExperiment.Parse(yaml, "back.yaml", Papers.Catalog);
        Assert.All(new ExperimentSettings(Papers.Catalog).All, setting =>
            Assert.Equal(setting.Show(experiment.Config), setting.Show(back.Config)));
        Assert.Equal("a: 'b' #ü", back.Config.Data.Folder);
        Assert.Equal([1, 2], back.Config.Model.Multipliers);
        // What belongs to circuits is left out where nobody gave it.
        Assert.All(new ExperimentSettings(Papers.Catalog).All, setting =>
            Assert.Equal(setting.Path.Count('.') > 1 && setting.Path.StartsWith("model.")
                || setting.Path is "training.shots" or "training.noise" or "training.circuitGradient",
                back.OriginOf(setting.Path).IsDefault));
        Assert.Contains("# test.yaml:4", yaml);
    }

    /// <summary>Also of all characters of the first plane in one name.</summary>
    [Fact]
    public void EveryTextStaysAsItIsAndLettersStayReadable()
    {
        string all = new([.. Enumerable.Range(1, char.MaxValue).Select(code => (char)code).Where(c => !char.IsSurrogate(c))]);
        const string name = "Bob's & Co <für 画像>+`";
        foreach (string text in (string[])[name, "a \"b\" \\ c\t\n\u2028\u202e", "😀", all])
        {
            string yaml = Parse("", ResolvedExperiment.Option("data.folder", text)).ToYaml();
            Assert.Equal(text, Parse(yaml).Config.Data.Folder);
            if (text == name) Assert.Contains($"  folder: \"{name}\" ", yaml);
        }

        // Half a pair is no text, and what stands for it is.
        string half = Parse("", ResolvedExperiment.Option("data.folder", "half \ud83d pair")).ToYaml();
        Assert.Equal("half \ufffd pair", Parse(half).Config.Data.Folder);
    }

    [Fact]
    public void EachSettingKeepsAnOtherValueThanItsDefault()
    {
        // A value for each row of the table, so that a row that reads or writes the wrong property is found.
        Dictionary<string, string> other = new()
        {
            ["name"] = "other",
            ["data.dataset"] = "fashion-mnist",
            ["data.folder"] = "somewhere",
            ["data.split"] = "test",
            ["data.classes"] = "[4, AnnualCrop, \"Annual Crop\"]",
            ["data.eachClass"] = "true",
            ["data.perClass"] = "9",
            ["data.seed"] = "5",
            ["data.crop"] = "20",
            ["data.size"] = "14",
            ["data.resampling"] = "bicubic",
            ["data.fit"] = "stretch",
            ["model.name"] = "qvunet-7fq",
            ["model.wiring"] = "released",
            ["model.control"] = "unentangled",
            ["model.classes"] = "7",
            ["model.dimension"] = "20",
            ["model.multipliers"] = "[1, 2]",
            ["model.groups"] = "5",
            ["model.heads"] = "2",
            ["model.headFeatures"] = "16",
            ["model.timestep"] = "false",
            ["model.vertex.circuit"] = "strongly-entangling",
            ["model.vertex.qubits"] = "8",
            ["model.vertex.layers"] = "1",
            ["model.vertex.encoding"] = "ry",
            ["model.vertex.readout"] = "[X]",
            ["model.vertex.initial"] = "0.5",
            ["model.vertex.groups"] = "2",
            ["model.vertex.patch"] = "1",
            ["model.vertex.order"] = "pixel-major",
            ["model.vertex.second"] = "input",
            ["model.vertex.shared"] = "true",
            ["model.vertex.convolution"] = "all",
            ["model.vertex.remainder.circuit"] = "basic",
            ["model.vertex.remainder.qubits"] = "8",
            ["model.vertex.remainder.layers"] = "1",
            ["model.vertex.remainder.encoding"] = "h-rz",
            ["model.vertex.remainder.readout"] = "[ZIII, X1Z2, Y3, Z0]",
            ["model.vertex.remainder.initial"] = "0.25",
            ["model.vertex.remainder.secondIdle"] = "true",
            ["model.quanvolution.level"] = "0",
            ["model.quanvolution.circuit"] = "strongly-entangling",
            ["model.quanvolution.qubits"] = "8",
            ["model.quanvolution.layers"] = "1",
            ["model.quanvolution.encoding"] = "ry",
            ["model.quanvolution.readout"] = "[X]",
            ["model.quanvolution.initial"] = "0.5",
            ["model.quanvolution.groups"] = "2",
            ["model.quanvolution.patch"] = "1",
            ["model.quanvolution.order"] = "pixel-major",
            ["model.quanvolution.second"] = "input",
            ["model.quanvolution.shared"] = "true",
            ["model.quanvolution.convolution"] = "all",
            ["model.quanvolution.remainder.circuit"] = "basic",
            ["model.quanvolution.remainder.qubits"] = "8",
            ["model.quanvolution.remainder.layers"] = "1",
            ["model.quanvolution.remainder.encoding"] = "h-rz",
            ["model.quanvolution.remainder.readout"] = "[ZIII, X1Z2, Y3, Z0]",
            ["model.quanvolution.remainder.initial"] = "0.25",
            ["model.quanvolution.remainder.secondIdle"] = "true",
            ["model.gate.circuit"] = "none",
            ["model.gate.qubits"] = "5",
            ["model.gate.layers"] = "2",
            ["model.gate.encoding"] = "iqp",
            ["model.gate.readout"] = "[Z0]",
            ["model.gate.initial"] = "3",
            ["model.gate.projected"] = "false",
            ["model.gate.detached"] = "true",
            ["diffusion.schedule"] = "linear",
            ["diffusion.steps"] = "500",
            ["diffusion.zeroTerminalSnr"] = "true",
            ["diffusion.prediction"] = "v",
            ["diffusion.weighting"] = "min-snr",
            ["diffusion.objective"] = "other",
            ["diffusion.gamma"] = "2",
            ["diffusion.k"] = "3",
            ["training.seed"] = "-1",
            ["training.batch"] = "8",
            ["training.steps"] = "77",
            ["training.epochs"] = "2.5",
            ["training.labelDropout"] = "0.1",
            ["training.shots"] = "100",
            ["training.noise"] = "ion-trap",
            ["training.circuitGradient"] = "spsa",
            ["training.learningRate"] = "0.5",
            ["training.learningRateSchedule"] = "cosine",
            ["training.warmUp"] = "6",
            ["training.optimiser"] = "other",
            ["training.beta1"] = "0.5",
            ["training.beta2"] = "0.6",
            ["training.epsilon"] = "0.001",
            ["training.clipNorm"] = "4",
            ["training.ema.copySteps"] = "3",
            ["training.ema.every"] = "2",
            ["training.ema.maxDecay"] = "0.5",
            ["training.ema.warmUpPower"] = "1",
            ["training.checkpointEvery"] = "11",
            ["training.keepCheckpoints"] = "12",
            ["training.keepSteps"] = "[5, 15]",
            ["training.sampleEvery"] = "0",
            ["training.frameEvery"] = "14",
            ["training.logEvery"] = "13",
            ["training.threads"] = "1",
            ["sampling.sampler"] = "ddim",
            ["sampling.steps"] = "20",
            ["sampling.spacing"] = "leading",
            ["sampling.variance"] = "0.5",
            ["sampling.eta"] = "0.25",
            ["sampling.count"] = "3",
            ["sampling.seed"] = "99",
            ["sampling.clip"] = "false",
            ["sampling.threshold"] = "0.995",
            ["sampling.guidance"] = "2.5",
            ["sampling.rescale"] = "0.7",
            ["sampling.guidanceFrom"] = "100",
            ["sampling.guidanceTo"] = "800",
            ["sampling.calibration"] = "256",
            ["sampling.meanStart"] = "true",
            ["evaluation.preset"] = "paper-a",
            ["evaluation.samples"] = "100",
            ["transfer.from"] = "runs/a-1",
            ["transfer.source"] = "a",
            ["transfer.sourceModel"] = "qvunet-1hq",
            ["transfer.sourceSteps"] = "8906",
            ["transfer.copyAverage"] = "true",
            ["transfer.keepAverageCount"] = "true",
            ["transfer.continueDraws"] = "true",
            ["transfer.except"] = "[mid]",
            ["transfer.freeze"] = "[down., up.]",
        };
        Catalog catalog = Papers.Catalog with
        {
            Objectives = [.. Papers.Catalog.Objectives, Papers.Catalog.Objectives[0] with { Name = "other" }],
            Optimisers = [.. Papers.Catalog.Optimisers, Papers.Catalog.Optimisers[0] with { Name = "other" }],
        };
        IReadOnlyList<Setting> all = new ExperimentSettings(catalog).All;
        Assert.Equal(all.Select(s => s.Path).Order(), other.Keys.Order());
        foreach (Setting setting in all)
        {
            // Some need a companion to be possible.
            string[] companions = setting.Path switch
            {
                "sampling.eta" => ["sampling.sampler=ddim"],
                "sampling.guidance" => ["model.classes=3", "training.labelDropout=0.1"],
                "training.labelDropout" => ["model.classes=3"],
                "diffusion.zeroTerminalSnr" => ["diffusion.prediction=v"],
                // A group of a circuit needs the circuit, and a remainder that of its block too.
                var path when path.Split('.') is ["model", var place, .. var rest] && rest is not ([] or ["circuit"]) =>
                    [
                        $"model.{place}.circuit=basic",
                        .. rest is ["remainder", not "circuit"] ? [$"model.{place}.remainder.circuit=strongly-entangling"]
                            : Array.Empty<string>(),
                    ],
                _ => [],
            };
            ExperimentConfig before = ResolvedExperiment.Parse("", "a.yaml", catalog, companions).Config,
                after = ResolvedExperiment
                .Parse("", "a.yaml", catalog, [.. companions, $"{setting.Path}={other[setting.Path]}"]).Config;
            Assert.Equal(other[setting.Path], setting.Show(after));
            Assert.NotEqual(setting.Show(before), setting.Show(after));
            Assert.All(all.Where(s => s.Path != setting.Path),
                s => Assert.Equal(s.Show(before), s.Show(after)));
        }
    }

    [Fact]
    public void StagesBecomeWhatTheyDescribe()
    {
        ExperimentConfig config = Parse(Yaml, "diffusion.weighting=min-snr", "sampling.sampler=ddim", "sampling.eta=0.5",
            "training.warmUp=10").Config;
        Assert.Equal("min-snr (gamma 5)", config.Diffusion.ToObjective(Papers.Catalog).Weighting.ToString());
        Assert.Equal(new DdimSampler { Steps = 50, Eta = 0.5 }, config.Sampling.ToSampler(Papers.Catalog));
        SamplingConfig own = Parse(Yaml, "sampling.sampler=ddpm", "sampling.variance=1", "sampling.threshold=0.9",
            "sampling.guidanceFrom=5", "sampling.guidanceTo=9").Config.Sampling;
        Assert.Equal(new DdpmSampler { Variance = 1, Threshold = 0.9 }, own.ToSampler(Papers.Catalog));
        Assert.Equal(new Guidance { From = 5, To = 9 }, own.ToGuidance());
        TrainerOptions options = config.Training.ToOptions(Papers.Catalog);
        Assert.Equal((16, 0.99, 1.5), (options.Batch, ((Adam)options.Optimiser).Beta2, options.ClipNorm));
        Assert.Equal(1e-3 / 11, options.LearningRate(0), 1e-12);
        Assert.Equal(1e-3, options.LearningRate(10), 1e-12);
        Assert.Equal(483_321, new ModelConfig().Build([1, 28, 28], Papers.Catalog).Parameters.Scalars);
        Assert.NotEqual(483_321, new ModelConfig { Dimension = 20 }.Build([1, 28, 28], Papers.Catalog).Parameters.Scalars);
        Assert.NotEqual(475_329, new ModelConfig { Name = "qvunet-1hq", Dimension = 20 }.Build([1, 28, 28], Papers.Catalog)
            .Parameters.Scalars);
    }

    [Fact]
    public void PublishedConfigurationsAreValid()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository(), "configs"), "*.yaml", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        // Equal names would end in the same run folder.
        string[] names = [.. files.Select(file => ResolvedExperiment.Load(file, Papers.Catalog).Config.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    static ResolvedExperiment Parse(string yaml, params string[] overrides) =>
        ResolvedExperiment.Parse(yaml, "test.yaml", Papers.Catalog, overrides);

    static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Qdiff.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
