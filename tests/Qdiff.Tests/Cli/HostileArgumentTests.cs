using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;

/// <summary>
/// Every option and argument of every verb with every hostile value: done, or refused in one line with 2, and quickly. Runs in
/// this process and alone, for it borrows the console and the working folder.
/// </summary>
[CollectionDefinition(nameof(HostileArgumentTests), DisableParallelization = true)]
[Collection(nameof(HostileArgumentTests))]
public sealed class HostileArgumentTests : IDisposable
{
    static readonly string[] s_values =
    [
        "", " ", "../x", "a/b", "\u001b]0;x\u0007", "\u202egnp", "nan", "inf", "-1", "0", "1e999", "1,5", "2147483648",
        "9999999999999999999", new('x', 300), new('y', 5000), ".", "missing/file.yaml", "/dev/null",
    ];

    /// <summary>Of every kind one, for an option that another verb has had with all of them.</summary>
    static readonly string[] s_few = ["", "nan", "\u001b]0;x\u0007", new('y', 5000)];

    /// <summary>How each verb is called otherwise: well, and so that it ends soon.</summary>
    static readonly Dictionary<string, string[]> s_calls = new()
    {
        ["quickstart"] = ["--steps", "-1"],
        ["model list"] = [],
        ["model show"] = ["nothing"],
        ["circuit list"] = [],
        ["circuit show"] = ["basic"],
        ["circuit run"] = ["basic"],
        ["circuit check"] = ["missing.json"],
        ["circuit export"] = ["basic"],
        ["circuit import"] = ["missing.qasm"],
        ["lab expressibility"] = ["sim-1", "--samples", "2"],
        ["lab entanglement"] = ["sim-1", "--samples", "2"],
        ["lab gradients"] = ["sim-1", "--samples", "2"],
        ["lab kernel"] = ["sim-1", "--encoding", "rx", "--samples", "2"],
        ["lab fourier"] = ["sim-1", "--encoding", "rx", "--samples", "2"],
        ["lab fisher"] = ["sim-1", "--samples", "1"],
        ["lab dimension"] = ["sim-1", "--samples", "2"],
        ["jobs export"] = ["nothing", "--output", "jobs"],
        ["jobs simulate"] = ["nothing"],
        ["jobs import"] = ["nothing", "--counts", "missing.json"],
        ["data list"] = [],
        ["data show"] = ["mnist"],
        ["data check"] = ["mnist"],
        ["data get"] = ["fashion-mnist-test"],
        ["classifier list"] = [],
        ["classifier show"] = ["nothing"],
        ["classifier check"] = ["nothing"],
        ["classifier train"] = ["digits"],
        ["pretrained list"] = [],
        ["pretrained show"] = ["nothing"],
        ["pretrained path"] = ["nothing"],
        ["pretrained check"] = ["nothing"],
        ["pretrained make"] = ["nothing"],
        ["pretrained redraw"] = ["nothing"],
        ["parity"] = ["missing.safetensors"],
        ["train"] = ["--config", "tiny.yaml", "--set", "data.dataset=mnist"],
        ["sample"] = ["run"],
        ["estimate"] = ["--config", "tiny.yaml", "--set", "data.dataset=mnist"],
        ["config list"] = [],
        ["config show"] = ["tiny.yaml"],
        ["config keys"] = [],
        ["transfer"] = ["--config", "tiny.yaml"],
        ["audit"] = ["nothing"],
        ["evaluate"] = ["samples.npy", "--dataset", "mnist"],
        ["compare"] = ["tiny.yaml", "--set", "data.dataset=mnist"],
        ["reproduce"] = ["paper-a", "--dataset", "mnist"],
        ["report"] = ["nothing"],
        ["export"] = ["nothing"],
        ["runs"] = ["nothing"],
        ["show"] = ["nothing"],
        ["dashboard"] = ["nothing", "--port", "-1"],
        ["devices"] = [],
        ["work"] = ["nothing"],
        ["slurm"] = ["tiny.yaml", "--output", "job.sh", "--force"],
    };

    readonly TemporaryFolder folder = new();
    readonly string before = Environment.CurrentDirectory;

    public HostileArgumentTests()
    {
        string inside = Directory.CreateDirectory(folder.File("a/b")).FullName;
        File.WriteAllText(Path.Combine(inside, "tiny.yaml"), TinyExperiment.Yaml);
        File.WriteAllText(Path.Combine(inside, "samples.npy"), "");
        Environment.CurrentDirectory = inside;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        folder.Dispose();
    }

    /// <summary>Where several verbs have an option or argument of one name and type, all values in the first of them, or
    /// everywhere.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true, Explicit = true)]
    public void NoValueOfAnyOptionIsAMistakeOfOurs(bool everywhere)
    {
        List<string> wrong = [], verbs = [];
        HashSet<(string, Type)> met = [];
        foreach ((string name, Command verb) in Verbs(Tool.Commands(Papers.Catalog), ""))
        {
            verbs.Add(name);
            string[] call = s_calls[name];
            for (int i = 0; i < verb.Arguments.Count; i++)
                foreach (string value in Values(verb.Arguments[i].Name, verb.Arguments[i].ValueType))
                    Check(wrong, [.. name.Split(' '), .. call[..i], value, .. call[(i + 1)..]]);
            foreach (Option option in verb.Options.Where(option => option.ValueType != typeof(bool)))
                foreach (string value in Values(option.Name, option.ValueType))
                    Check(wrong, [.. name.Split(' '), .. Without(call, option.Name), option.Name, value]);
        }

        Assert.Equal(s_calls.Keys.Order(StringComparer.Ordinal), verbs.Order(StringComparer.Ordinal));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));

        string[] Values(string name, Type type) => met.Add((name, type)) || everywhere ? s_values : s_few;
    }

    [Theory]
    [InlineData("must be a name of", "compare", "tiny.yaml", "--name", "../evil")]
    [InlineData("must be a name of", "compare", "tiny.yaml", "--name", "/tmp/abs")]
    [InlineData("must be a name of", "compare", "tiny.yaml", "--name", "a/b")]
    [InlineData("must be a name of", "compare", "tiny.yaml", "--name", "\u001b]0;x\u0007")]
    [InlineData("--name is empty", "compare", "tiny.yaml", "--name", "")]
    [InlineData("--seeds 1000000000: 1 to 1000", "compare", "tiny.yaml", "--seeds", "1000000000")]
    [InlineData("--layers 2147483647: ", "circuit", "show", "hqconv", "--layers", "2147483647")]
    [InlineData("--layers 5000: ", "circuit", "export", "fqconv", "--layers", "5000")]
    [InlineData("--layers 0: ", "circuit", "show", "attention", "--layers", "0")]
    [InlineData("--guidance 1,5: write a number such as 1.5", "sample", "run", "--guidance", "1,5")]
    [InlineData("'trian'. Did you mean train?", "trian")]
    [InlineData("'--confg'. Did you mean --config?", "train", "--confg", "x")]
    [InlineData("'shwo'. Did you mean show?", "circuit", "shwo")]
    [InlineData("'--epochs'. Did you mean --set training.epochs=3?", "compare", "tiny.yaml", "--epochs", "3")]
    [InlineData("'--learning-rate'. Did you mean --set training.learningRate=0.1?", "train", "-c", "tiny.yaml", "--learning-rate",
        "0.1")]
    [InlineData("'--sampling-steps=5'. Did you mean --set sampling.steps=5?", "train", "-c", "tiny.yaml", "--sampling-steps=5")]
    [InlineData("'--steps'. Did you mean --sampling-steps?", "evaluate", "samples.npy", "--steps", "20")]
    [InlineData("'--sampling-steps'. Did you mean --steps?", "sample", "run", "--sampling-steps", "5")]
    [InlineData("'--samples'. Did you mean --count?", "sample", "run", "--samples", "4")]
    [InlineData("Did you mean training.seed, data.seed or sampling.seed?", "train", "-c", "tiny.yaml", "--set", "seed=43")]
    [InlineData("--count two: a whole number is expected.", "sample", "run", "-n", "two")]
    [InlineData("--steps 1e3: a whole number is expected.", "train", "-c", "tiny.yaml", "--steps", "1e3")]
    [InlineData("--steps 9876543210: a whole number is expected, of at most 2,147,483,647", "train", "-c", "tiny.yaml", "--steps",
        "9876543210")]
    [InlineData("is expected. Did you mean validation?", "evaluate", "samples.npy", "--split", "valid")]
    [InlineData("--split 1: one of train, ", "evaluate", "samples.npy", "--split", "1")]
    [InlineData("--wiring relesed: one of paper, ", "audit", "unet", "--wiring", "relesed")]
    [InlineData("Did you mean released?", "audit", "unet", "--wiring", "relesed")]
    [InlineData("--cost x: one of z, local, global is expected.", "lab", "gradients", "sim-1", "--cost", "x")]
    [InlineData("Say what to do: qdiff circuit list, ", "circuit")]
    [InlineData("There is no run folder mnist-unet. Did you mean --pretrained mnist-unet?", "sample", "mnist-unet")]
    [InlineData("Did you mean tiny.yaml?", "train", "-c", "tyni.yaml")]
    [InlineData("Did you mean tiny.yaml?", "train", "-c", "tiny")]
    [InlineData("--sampler says how samples of a run are drawn", "evaluate", "samples.npy", "--dataset", "mnist", "--sampler",
        "ddim")]
    [InlineData("--no-clip says how", "evaluate", "samples.npy", "--dataset", "mnist", "--no-clip")]
    [InlineData("--guidance says how", "evaluate", "samples.npy", "--dataset", "mnist", "--guidance", "2")]
    [InlineData("--rate is of --shots or --noise", "evaluate", "samples.npy", "--dataset", "mnist", "--rate", "-4")]
    [InlineData("steps are whole numbers", "compare", "tiny.yaml", "--at-steps", "1.7")]
    [InlineData("Did you mean samples.npy?", "evaluate", "smaples.npy", "--dataset", "mnist")]
    [InlineData("Did you mean hqconv?", "circuit", "show", "hqcnv")]
    [InlineData("Did you mean paper-a?", "reproduce", "paper_a")]
    [InlineData("The configuration . is a folder", "train", "-c", ".")]
    [InlineData("--svg . is a folder; name a file", "circuit", "show", "basic", "--svg", ".")]
    [InlineData("--svg x.png: write a .svg file", "circuit", "show", "basic", "--svg", "x.png")]
    [InlineData("--picture tiny.yaml: write a .png file", "data", "show", "fashion-mnist-test", "--picture", "tiny.yaml")]
    [InlineData("--onnx x.pt: write a .onnx file", "export", "run", "--onnx", "x.pt")]
    [InlineData("--what names a table or chart", "export", "run", "--onnx", "x.onnx", "--what", "loss")]
    [InlineData("--output tiny.yaml: write a .qasm or .qasm3 file", "circuit", "export", "basic", "-o", "tiny.yaml")]
    [InlineData("--bias-curve x.pdf: write a .svg or .png file", "evaluate", "samples.npy", "--bias-curve", "x.pdf")]
    [InlineData("There is no run, folder or file runs/nope", "evaluate", "runs/nope", "--sampler", "ddim")]
    [InlineData("--size 4097: give a number of pixels from 1 to 4,096", "data", "show", "mnist", "--size", "4097")]
    [InlineData("folder: needs the path", "data", "show", "folder:")]
    [InlineData("folder: needs the path", "data", "check", "folder:")]
    [InlineData("folder: needs the path", "classifier", "train", "folder:")]
    [InlineData("Images of your own (folder:mine) are not downloaded", "data", "get", "folder:mine")]
    [InlineData("@tiny.yaml", "train", "-c", "@tiny.yaml")]
    [InlineData("the folder ", "circuit", "export", "basic", "-o", "nowhere/x.qasm")]
    public void TheMessageSaysWhatIsMeant(string expected, params string[] arguments)
    {
        (int code, string output, string error, _) = Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error);
        Assert.False(Directory.Exists("runs"));
    }

    [Fact]
    public void HelpHasTheWordsAsTheyAreWritten()
    {
        foreach (string[] verb in (string[][])[["data", "show"], ["evaluate"], ["classifier", "train"]])
            Assert.Contains("--split <train|test|validation>", Run([.. verb, "--help"]).Output);
        Assert.Contains("--fit <crop|stretch>", Run(["data", "show", "--help"]).Output);
    }

    [Fact]
    public void NumbersAreTheSameWhateverTheCultureOfTheEnvironment()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone(), before = CultureInfo.CurrentCulture;
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        TinyExperiment.Start(Environment.CurrentDirectory).Dispose();
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Contains("--rescale 1.5: it goes", Run(["sample", "tiny-42", "--rescale", "1.5"]).Error);
            CultureInfo.CurrentCulture = culture;
            Assert.Contains("704 amplitudes instead of 4,096", Run(["circuit", "show", "hqconv"]).Output);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AMistakeOfOursIsNotCalledTheirs()
    {
        (int code, string error) = Told(new ArgumentOutOfRangeException("lanes"));
        Assert.Equal(1, code);
        Assert.Contains("internal error, please report it: System.ArgumentOutOfRangeException", error);
        Assert.Equal((2, "qdiff: it is \\u001b[1mbad\n  first\n"),
            Told(new InputException("it is \u001b[1mbad") { Details = ["first"] }));
        Assert.Equal((2, "qdiff: cut off\n"), Told(new InvalidDataException("cut off")));
        Assert.Equal((1, "qdiff: disk\n"), Told(new IOException("disk")));

        static (int, string) Told(Exception reason)
        {
            (TextWriter old, var error) = (Console.Error, new StringWriter());
            Console.SetError(error);
            try
            {
                return (Tool.Tell(reason), error.ToString());
            }
            finally
            {
                Console.SetError(old);
            }
        }
    }

    static void Check(List<string> wrong, string[] arguments)
    {
        (int code, string output, string error, TimeSpan time) = Run(arguments);
        string? fault = code is not (0 or 2) && !error.Contains("cannot be written", StringComparison.Ordinal) ? "its exit code"
            : code == 2 && (output.Length > 0 || error.Split('\n').Length != 2) ? "its lines"
            : error.Contains("internal error", StringComparison.Ordinal) || error.Contains("(Parameter", StringComparison.Ordinal)
                ? "its words"
            : (output + error).Any(c => char.IsControl(c) && c is not ('\n' or '\t') || c == '\u202e') ? "its characters"
            : time > TimeSpan.FromMinutes(1) ? "its time" : null;
        string call = VisibleText.Line(string.Join(' ', arguments));
        if (fault is not null)
            wrong.Add($"{fault}: {call[..Math.Min(200, call.Length)]} -> {code}, {time.TotalSeconds:F1} s, "
                + VisibleText.Line(error));
    }

    static (int Code, string Output, string Error, TimeSpan Time) Run(string[] arguments)
    {
        (TextWriter oldOutput, TextWriter oldError) = (Console.Out, Console.Error);
        (var output, var error, var watch) = (new StringWriter(), new StringWriter(), Stopwatch.StartNew());
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            return (QdiffTool.Run(arguments, Papers.Catalog), output.ToString(), error.ToString(), watch.Elapsed);
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }

    static string[] Without(string[] call, string option) => Array.IndexOf(call, option) is var i && i < 0 ? call
        : [.. call[..i], .. call[(i + 2)..]];

    static IEnumerable<(string Name, Command Verb)> Verbs(Command parent, string prefix) => parent.Subcommands.SelectMany(verb =>
        verb.Subcommands.Count == 0 ? [(prefix + verb.Name, verb)] : Verbs(verb, prefix + verb.Name + " "));
}
