using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Qdiff.Cli;
using Qdiff.Papers;

/// <summary>Comparisons that several processes work on, which may be killed at any moment: the result is that of one.</summary>
public sealed class FarmTests : IDisposable
{
    static readonly string s_tool = Path.Combine(AppContext.BaseDirectory, "Qdiff.Cli.dll");

    readonly TemporaryFolder folder = new();

    public FarmTests()
    {
        File.WriteAllText(folder.File("a.yaml"), TinyExperiment.WholeImagesYaml.Replace("name: tiny", "name: a"));
        File.WriteAllText(folder.File("b.yaml"), TinyExperiment.WholeImagesYaml.Replace("name: tiny", "name: b")
            .Replace("learningRate: 0.003", "learningRate: 0.001"));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Two comparisons' length, so with the explicit ones; CI runs it.</summary>
    [Fact(Explicit = true)]
    public void WorkersDoAPlanAndLeaveTheResultOfOneProcess()
    {
        Plan(seeds: 1, steps: 4);
        string plan = File.ReadAllText(folder.File("farm/pair/plan.json"));
        Assert.Contains("\"verb\": \"compare\"", plan);
        Assert.False(Directory.Exists(folder.File("farm/pair/a-42")));
        Process[] workers = [Work(), Work()];
        Assert.All(workers, worker => Assert.Equal((0, ""), Ended(worker)));
        Assert.Equal(plan, File.ReadAllText(folder.File("farm/pair/plan.json")));
        AssertAsOne(seeds: 1, steps: 4);
    }

    /// <summary>Others may be at it.</summary>
    [Fact(Explicit = true)]
    public void APlanThatItsRunsDoNotFitReplacesNone()
    {
        Plan(seeds: 1, steps: 4);
        string plan = File.ReadAllText(folder.File("farm/pair/plan.json"));
        TinyExperiment.Start(folder.File("farm/pair"), ["name=a", "training.steps=4", TinyExperiment.WholeImages]).Dispose();
        (int code, _, string error) = Compare(seeds: 1, steps: 5, "farm", "--plan");
        Assert.Equal(2, code);
        Assert.Contains("a-42 was trained with training.", error);
        Assert.Equal(plan, File.ReadAllText(folder.File("farm/pair/plan.json")));
    }

    /// <summary>Values that look like a verb or an option, and arms behind the -- after which nothing is an option.</summary>
    [Fact]
    public void APlanIsCalledAsItWasAskedFor()
    {
        File.Move(folder.File("b.yaml"), folder.File("compare"));
        File.WriteAllText(folder.File("--name"), File.ReadAllText(folder.File("a.yaml")));
        File.WriteAllText(folder.File("compare"), File.ReadAllText(folder.File("compare")).Replace("name: b", "name: compare"));
        (int code, _, string error) = ToolProcess.Run(folder.Path, "-q", "compare", "--baseline", "compare", "--seeds", "1",
            "--steps", "4", "--max-time", "1h", "--json=false", "--runs", "farm", "--name", "pair", "--plan", "--",
            "compare", "--name");
        Assert.True(code == 0, error);
        WorkPlan plan = WorkPlan.Of(Assert.Single(WorkPlan.FoldersIn(folder.File("farm"))));
        Assert.Equal(["--baseline", "compare", "--seeds", "1", "--steps", "4", "--", "compare", "--name"], plan.Arguments);
        ParseResult call = Tool.Commands(Papers.Catalog).Parse(plan.Call(folder.File("farm/pair"), "--quiet", "--json"));
        Assert.Empty(call.Errors);
        Assert.Equal(("compare", folder.File("farm"), "pair"), (call.GetValue<string>("--baseline"),
            call.GetValue<string>("--runs"), call.GetValue<string>("--name")));
        Assert.Equal(["compare", "--name"], call.GetValue<string[]>("configs")!);
    }

    /// <summary>What is wrong with one plan is said, and the others are done.</summary>
    [Fact]
    public void AFailingPlanKeepsNoOther()
    {
        foreach (string name in (string[])["first", "second"])
        {
            Directory.CreateDirectory(folder.File($"farm/{name}"));
            File.WriteAllText(folder.File($"farm/{name}/plan.json"), "{}");
        }

        (int code, _, string error) = ToolProcess.Run(folder.Path, "work", "farm", "--max-time", "1h");
        Assert.Equal(2, code);
        Assert.Contains("first/plan.json cannot be read", error);
        Assert.Contains("first is left undone", error);
        Assert.Contains("second/plan.json cannot be read", error);
    }

    [Fact]
    public void PlansShareTheTimeOfAWorker()
    {
        Plan(seeds: 1, steps: 4);
        Directory.CreateDirectory(folder.File("farm/twin"));
        File.Copy(folder.File("farm/pair/plan.json"), folder.File("farm/twin/plan.json"));
        (int code, _, string error) = ToolProcess.Run(folder.Path, "work", "farm", "--max-time", "0.000001s");
        Assert.Equal((0, "the time was up; everything is saved, call again to go on\n"), (code, error));
        (code, _, error) = ToolProcess.Run(folder.Path, "work", "farm", "--max-time", "soon");
        Assert.Equal(2, code);
        Assert.StartsWith("qdiff: --max-time soon: write a time", error);
    }

    [Fact]
    public void AScriptForOneRunStartsItOrGoesOnWithIt()
    {
        (int code, string output, string error) = ToolProcess.RunWith("QDIFF_COMMAND", "./q diff", folder.Path, "slurm", "a.yaml",
            "--set", "training.steps=7", "--ranks", "3", "--cpus", "2", "--mpi", "mpirun", "-o", "job.sh");
        Assert.Equal((0, "job.sh\n"), (code, output));
        Assert.Contains("sbatch job.sh", error);
        string script = File.ReadAllText(folder.File("job.sh")), tool = folder.File("q diff"), root = folder.File("runs");
        Assert.StartsWith("#!/usr/bin/env bash\n#SBATCH --job-name=qdiff-a-42\n#SBATCH --ntasks=3\n#SBATCH --cpus-per-task=2\n",
            script);
        Assert.Contains($"\n  exec env mpirun '{tool}' train --resume {root}/a-42\nelse\n  exec env mpirun '{tool}' train "
            + $"--config {folder.File("a.yaml")} --set training.steps=7 --runs {root}\nfi\n", script);
        Assert.Contains("#SBATCH --requeue\n", script);
        using Process check = Process.Start("bash", ["-n", folder.File("job.sh")]);
        check.WaitForExit();
        Assert.Equal(0, check.ExitCode);
    }

    /// <summary>Programs hear of it too.</summary>
    [Fact]
    public void AComparisonWhoseTimeWasUpSaysSo()
    {
        (int code, string output, string error) = Compare(1, 4, "farm", "--json", "--max-time", "0.000001s");
        Assert.True(code == 0, error);
        JsonElement said = JsonDocument.Parse(output).RootElement;
        Assert.Equal((Path.Combine("farm", "pair"), false),
            (said.GetProperty("folder").GetString(), said.GetProperty("finished").GetBoolean()));
    }

    /// <summary>Eight workers, fifty of which are killed at random moments, each replaced by a new one. Minutes long.</summary>
    [Fact(Explicit = true)]
    public void FiftyKillsChangeNothing()
    {
        Plan(seeds: 8, steps: 60);
        var random = new Random(11);
        Process[] workers = [.. Enumerable.Range(0, 8).Select(_ => Work())];
        int killed = 0;
        for (int tries = 0; killed < 50 && tries < 1000; tries++)
        {
            Thread.Sleep(random.Next(0, 1500));
            int i = random.Next(workers.Length);
            if (!workers[i].HasExited)
            {
                workers[i].Kill();
                killed++;
            }

            Ended(workers[i]);
            workers[i] = Work();
        }

        Assert.Equal(50, killed);
        Assert.All(workers, worker => Assert.Equal((0, ""), Ended(worker)));
        AssertAsOne(seeds: 8, steps: 60);
    }

    /// <summary>A real Slurm: an array of two workers, and a training on MPI; docs/tests.md says how to start one.</summary>
    [Fact(Explicit = true)]
    public void ASlurmArrayDoesAPlan()
    {
        RequireSlurm();
        Plan(seeds: 2, steps: 4);
        Submit("farm/pair", "--jobs", "2");
        AssertAsOne(seeds: 2, steps: 4);
        Assert.Equal(2, Directory.GetFiles(folder.File("farm/pair"), "slurm-*.log").Length);
    }

    [Theory(Explicit = true)]
    [InlineData("srun --mpi=pmix", "openmpi")]
    [InlineData("srun --mpi=pmi2", "mpich")]
    public void ASlurmJobTrainsOnMpi(string start, string library)
    {
        RequireSlurm();
        MpiRun.Of(library);
        using (Process srun = Process.Start(new ProcessStartInfo("srun", [.. start.Split(' ')[1..], "-n", "1", "true"])
        { RedirectStandardError = true })!)
        {
            string why = srun.StandardError.ReadToEnd();
            srun.WaitForExit();
            Assert.SkipUnless(srun.ExitCode == 0, $"'{start}' starts nothing here (Debian: libpmix-dev): {why.Split('\n')[0]}");
        }

        Submit("a.yaml", "--ranks", "2", "--mpi", start, "--set", "training.steps=4", "--set", "training.batch=40");
        Assert.Equal(0, ToolProcess.Run(folder.Path, "train", "-q", "-c", "a.yaml", "--set", "training.steps=4", "--set",
            "training.batch=40", "--runs", "one").ExitCode);
        TinyExperiment.AssertEqual(TinyExperiment.Content(folder.File("one/a-42"), 4),
            TinyExperiment.Content(folder.File("runs/a-42"), 4));
    }

    static void RequireSlurm()
    {
        bool runs = false;
        if (File.Exists("/usr/bin/sinfo"))
        {
            using Process sinfo = Process.Start(new ProcessStartInfo("sinfo")
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            runs = sinfo.WaitForExit(TimeSpan.FromSeconds(30)) && sinfo.ExitCode == 0;
        }

        Assert.SkipUnless(runs, "No Slurm is running here; .ci/slurm DIR starts one, and SLURM_CONF tells where it is.");
    }

    void Submit(string what, params string[] options)
    {
        (int code, _, string error) = ToolProcess.Run(folder.Path,
            ["slurm", what, "-o", "job.sh", "--cpus", "1", "--mem", "500M", .. options]);
        Assert.True(code == 0, error);
        using Process sbatch = Process.Start(new ProcessStartInfo("sbatch", ["--wait", "job.sh"])
        { WorkingDirectory = folder.Path, RedirectStandardError = true, RedirectStandardOutput = true })!;
        string said = sbatch.StandardError.ReadToEnd();
        sbatch.WaitForExit();
        Assert.True(sbatch.ExitCode == 0, said + string.Concat(
            Directory.GetFiles(folder.Path, "slurm-*.log", SearchOption.AllDirectories).Select(File.ReadAllText)));
    }

    void Plan(int seeds, int steps)
    {
        (int code, _, string error) = Compare(seeds, steps, "farm", "--plan");
        Assert.True(code == 0, error);
    }

    (int ExitCode, string Output, string Error) Compare(int seeds, int steps, string runs, params string[] more) =>
        ToolProcess.Run(folder.Path, ["compare", "a.yaml", "b.yaml", "-q", "--seeds", $"{seeds}", "--steps", $"{steps}",
            "--name", "pair", "--samples", "20", "--sampler", "ddim", "--sampling-steps", "2", "--metrics", "kid",
            "--at-epochs", ",", "--runs", runs, .. more]);

    Process Work() => Process.Start(new ProcessStartInfo("dotnet", [s_tool, "work", "farm", "-q"])
    {
        WorkingDirectory = folder.Path,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    static (int, string) Ended(Process process)
    {
        using Process mine = process;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode is 0 ? "" : error + output.Result);
    }

    void AssertAsOne(int seeds, int steps)
    {
        (int code, _, string error) = Compare(seeds, steps, "one");
        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllText(folder.File("one/pair/comparison.json")),
            File.ReadAllText(folder.File("farm/pair/comparison.json")));
    }
}
