/// <summary>What <see cref="BadInputTests"/>, <see cref="ClassifierVerbTests"/>, <see cref="PretrainedVerbTests"/>,
/// <see cref="SampleTests"/> and <see cref="FarmTests"/> say of bad input, call after call in this process, which takes
/// milliseconds. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class BadArgumentTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("'tarin'", "tarin")]
    [InlineData("Say what to train", "train")]
    [InlineData("Did you mean --config tiny.yaml?", "train", "tiny.yaml")]
    [InlineData("Did you mean --config mnist-unet?", "estimate", "mnist-unet", "--steps", "3")]
    [InlineData("Did you mean --config tiny.yaml?", "transfer", "tiny.yaml")]
    [InlineData("leave out --config", "train", "--resume", "run", "--config", "tiny.yaml")]
    [InlineData("leave out --config", "train", "--resume", "run", "--from", "run")]
    [InlineData("--steps 0: at least 1 is needed", "train", "-c", "tiny.yaml", "--steps", "0")]
    [InlineData("--steps and --epochs both say how long", "train", "-c", "tiny.yaml", "--steps", "3", "--epochs", "2")]
    [InlineData("training.epochs is 0; it must be a number above 0", "train", "-c", "tiny.yaml", "--epochs", "0")]
    [InlineData("missing.yaml cannot be read", "train", "-c", "missing.yaml")]
    [InlineData("Did you mean training.learningRate?", "train", "-c", "tiny.yaml", "--set", "training.learningrate=0.1")]
    [InlineData("training.batch is 0; it must be an integer from 1", "train", "-c", "tiny.yaml", "--set", "training.batch=0")]
    [InlineData("training.steps is -1; it must be an integer of at least 1", "train", "-c", "tiny.yaml", "--set",
        "training.steps=-1")]
    [InlineData("model.dimension (=4) must be divisible by model.groups (=3)", "train", "-c", "tiny.yaml", "--set",
        "model.groups=3")]
    [InlineData("Did you mean qvunet-1hq?", "train", "-c", "tiny.yaml", "--set", "model.name=qvunet-1h")]
    [InlineData("--max-time soon: write a time such as", "train", "-c", "tiny.yaml", "--max-time", "soon")]
    [InlineData("--max-time 1:75: write a time such as", "train", "-c", "tiny.yaml", "--max-time", "1:75")]
    [InlineData("--max-time \u0661:\u0663\u0660: write a time such as", "train", "-c", "tiny.yaml", "--max-time",
        "\u0661:\u0663\u0660")]
    [InlineData("--max-time 1,5h: write a time such as", "train", "-c", "tiny.yaml", "--max-time", "1,5h")]
    [InlineData("--max-time 60: write a time such as", "train", "-c", "tiny.yaml", "--max-time", "60")]
    [InlineData("Did you mean fashion-mnist?", "train", "-c", "tiny.yaml", "--set", "data.dataset=fashion-mnits")]
    [InlineData("data/mnist does not exist", "train", "-c", "tiny.yaml", "--set", "data.dataset=mnist")]
    [InlineData("has no train-images-idx3-ubyte", "train", "-c", "tiny.yaml", "--set", "data.dataset=mnist", "--data-dir",
        "empty")]
    [InlineData("There is no run folder nowhere", "train", "--resume", "nowhere")]
    [InlineData("empty is no run folder: it has no config.yaml", "train", "--resume", "empty")]
    [InlineData("There is no run folder nowhere", "sample", "nowhere")]
    [InlineData("tiny.yaml", "parity", "tiny.yaml")]
    [InlineData("There is no model 'unett'", "model", "show", "unett")]
    [InlineData("There is no model 'nothing'", "audit", "nothing")]
    [InlineData("tiny.yaml names no source", "transfer", "-c", "tiny.yaml")]
    [InlineData("There is no run, folder or file nowhere", "evaluate", "nowhere")]
    [InlineData("has no PNG or JPEG file", "evaluate", "empty", "--dataset", "fashion-mnist-test")]
    [InlineData("tiny.yaml is no folder, .npz or .npy file", "evaluate", "tiny.yaml", "--dataset", "fashion-mnist-test")]
    [InlineData("There is no evaluation preset 'paper'", "compare", "tiny.yaml", "--preset", "paper")]
    [InlineData("Two arms have the name 'tiny'", "compare", "tiny.yaml", "tiny.yaml")]
    [InlineData("--baseline other: there is no such arm", "compare", "tiny.yaml", "--baseline", "other")]
    [InlineData("--at-epochs soon: give positive numbers", "compare", "tiny.yaml", "--at-epochs", "soon")]
    [InlineData("Known are paper-a, paper-b, paper-c", "reproduce", "paper-d")]
    [InlineData("paper-a has no table of 'eurosat'", "reproduce", "paper-a", "--dataset", "eurosat")]
    public void OfExperimentsAndRunsIsOneLineAnd2(string expected, params string[] arguments)
    {
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
        Directory.CreateDirectory("empty");
        CapturedTool.AssertRefused(expected, arguments);
        Assert.False(Directory.Exists("runs"), "A run was started.");
    }

    [Theory]
    [InlineData("the control 'frozen' has nothing to replace", "model.control=frozen")]
    [InlineData("A crop of 40×40 pixels does not fit", "data.crop=40")]
    [InlineData("The model unet cannot be built for images of 1×2×2", "data.size=2", "model.multipliers=[1, 2, 3, 4]")]
    [InlineData("labels 0 to 4; 'fashion-mnist", "model.classes=5")]
    [InlineData("has no class 'shoe'", "data.classes=[shoe]")]
    public void OfSettingsThatDoNotGoTogetherIsOneLineAnd2(string expected, params string[] settings)
    {
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
        CapturedTool.AssertRefused(expected,
            ["train", "-c", "tiny.yaml", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        Assert.False(Directory.Exists("runs"), "A run was started.");
    }

    [Theory]
    [InlineData("Did you mean clothes?", "classifier", "show", "cloths")]
    [InlineData("missing.safetensors cannot be read", "classifier", "show", "missing.safetensors")]
    [InlineData("is neither a domain nor a data set. Did you mean digits?", "classifier", "train", "digit", "-o",
        "a.safetensors")]
    [InlineData("the folder", "classifier", "train", "digits", "-o", "nowhere/a.safetensors")]
    [InlineData("is a folder; name a file", "classifier", "train", "digits", "-o", ".")]
    [InlineData("--epochs 0", "classifier", "train", "digits", "-o", "a.safetensors", "--epochs", "0")]
    [InlineData("--threads -1", "classifier", "train", "digits", "-o", "a.safetensors", "--threads", "-1")]
    [InlineData("data/mnist does not exist", "classifier", "train", "digits", "-o", "a.safetensors")]
    [InlineData("data/mnist does not exist", "classifier", "check", "digits")]
    [InlineData("takes images of 3×28×28", "classifier", "check", "tissue", "--dataset", "fashion-mnist-test")]
    public void OfClassifiersIsOneLineAnd2(string expected, params string[] arguments)
    {
        CapturedTool.AssertRefused(expected, arguments);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    /// <summary>With the models that come with the program.</summary>
    [Theory]
    [InlineData("runs is no pretrained model: it has no README.md", "evaluate", "--pretrained", "runs")]
    [InlineData("both say what was trained; give one", "audit", "unet", "--pretrained", "mnist-unet")]
    [InlineData("Say which run, or name a model with --pretrained NAME", "sample")]
    [InlineData("are of one network; choose one with --class", "evaluate", "--pretrained", "mnist-attention-light", "--shots",
        "10")]
    [InlineData("--class is of networks; images is no run", "evaluate", "images", "--class", "1")]
    [InlineData("--size 8 is for samples of other programs", "evaluate", "--pretrained", "mnist-unet", "--size", "8")]
    public void OfPretrainedModelsIsOneLineAnd2(string expected, params string[] arguments)
    {
        Directory.CreateDirectory("runs");
        Directory.CreateDirectory("images");
        CapturedTool.AssertRefused(expected, arguments);
    }

    [Theory]
    [InlineData("work", "nowhere", "There is no folder nowhere.")]
    [InlineData("work", ".", ". has no plan.json, nor has a folder in it")]
    [InlineData("slurm", "nothing -o job.sh", "The configuration nothing cannot be read")]
    [InlineData("slurm", "a.yaml -o nowhere/job.sh", "--output nowhere/job.sh: the folder")]
    [InlineData("slurm", "a.yaml -o job.sh --ranks 0", "--ranks 0: give a positive number.")]
    [InlineData("slurm", "a.yaml -o job.sh --jobs 2", "--jobs does nothing here: a.yaml is an experiment. Leave it out.")]
    public void OfWorkersAndJobScriptsIsOneLineAnd2(string verb, string arguments, string message)
    {
        File.WriteAllText("a.yaml", TinyExperiment.WholeImagesYaml);
        CapturedTool.AssertRefused("qdiff: " + message, [verb, .. arguments.Split(' ')]);
    }
}
