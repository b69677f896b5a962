using System.Diagnostics;
using System.Text.Json;
using Qdiff.Cli;

/// <summary>Job scripts, and plans that were moved; only the shell that does a script is a process of its own. Borrows the
/// working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class JobScriptTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public JobScriptTests() =>
        File.WriteAllText("a.yaml", TinyExperiment.WholeImagesYaml.Replace("name: tiny", "name: a"));

    public void Dispose() => folder.Dispose();

    /// <summary>In the path of a log Slurm reads patterns; what is said of runs a plan says already.</summary>
    [Fact]
    public void AScriptForAPlanNamesItsFolderAsItIs()
    {
        Assert.Equal(0, CapturedTool.Run("compare", "a.yaml", "-q", "--seeds", "2", "--steps", "4", "--name", "pair", "--runs",
            "farm", "--plan").Code);
        Directory.Move(folder.File("farm"), folder.File("50%j"));
        string plan = folder.File("50%j/pair");
        foreach (string option in (string[])["--set=training.steps=3", "--data-dir=data", "--seed=1",
            "--steps=2", "--ranks=2", "--mpi=srun", "--runs=runs"])
        {
            (int code, _, string error) = CapturedTool.Run("slurm", plan, "-o", "job.sh", option);
            Assert.Equal((2, $"qdiff: {option.Split('=')[0]} does nothing here: {plan} is a plan. Leave it out.\n"),
                (code, error));
        }

        Assert.Equal(0, CapturedTool.Run("slurm", plan, "-o", "job.sh", "--jobs", "2").Code);
        string script = File.ReadAllText(folder.File("job.sh"));
        Assert.Contains($"#SBATCH --output=\"{folder.File("50%%j/pair")}/slurm-%a.log\"\n", script);
        Assert.Contains("\n#SBATCH --array=1-2\n", script);
        Assert.Contains("\n#SBATCH --signal=TERM@120\n", script);
        // More workers than runs would have nothing to do.
        foreach ((string jobs, string array) in ((string, string)[])[("1", "1-1"), ("9", "1-2")])
        {
            string file = $"{jobs}.sh";
            Assert.Equal(0, CapturedTool.Run("slurm", plan, "-o", file, "--jobs", jobs, "--time", "1:30:00", "--mem", "3G").Code);
            Assert.Contains($"\n#SBATCH --array={array}\n#SBATCH --cpus-per-task=4\n#SBATCH --mem-per-cpu=3G\n"
                + "#SBATCH --time=1:30:00\n", File.ReadAllText(folder.File(file)));
        }

        Assert.Equal(0, CapturedTool.Run("slurm", plan, "-o", "cpu.sh", "--device", "cpu").Code);
        Assert.Contains(" --device cpu --quiet\n", File.ReadAllText(folder.File("cpu.sh")));
        Assert.DoesNotContain("--gres", File.ReadAllText(folder.File("cpu.sh")));
        Assert.Equal(0, CapturedTool.Run("slurm", "a.yaml", "-o", "50%j/job.sh").Code);
        Assert.Contains($"#SBATCH --output=\"{folder.File("50%%j")}/slurm-a-42.log\"\n",
            File.ReadAllText(folder.File("50%j/job.sh")));
    }

    /// <summary>A thread takes a tile of 16 samples: 20 of them are two. What goes on has its data in its
    /// configuration.</summary>
    [Theory]
    [InlineData(1, 1, "--cpus", "4")]
    [InlineData(2, 1, "--cpus", "1")]
    [InlineData(8, 1, "--cpus", "1", "--set", "training.batch=1000")]
    [InlineData(3, 1, "--cpus", "2", "--ranks", "3")]
    [InlineData(2, 2, "--cpus", "1", "--data-dir", "my images")]
    public void ATrainingHasAsManyProcessesAsItsBatchKeepsBusy(int tasks, int parts, params string[] options)
    {
        (int code, _, string error) = CapturedTool.Run(["slurm", "a.yaml", "-o", "job.sh", .. options]);
        Assert.Equal(0, code);
        Assert.Equal(options.Contains("--ranks"), error.Contains("2 tiles of 16 samples, so 2 of the 6 processors have work"));
        string script = File.ReadAllText(folder.File("job.sh"));
        Assert.Contains($"\n#SBATCH --ntasks={tasks}\n", script);
        Assert.Equal(parts, script.Split("--data-dir").Length);
        if (parts > 1) Assert.Contains($" --data-dir '{folder.File("my images")}' --runs ", script);
    }

    /// <summary>Its device is that of the machine that does it, not of the one that writes it; length and seed are those of a
    /// training by hand.</summary>
    [Fact]
    public void ATrainingOnADeviceTakesOneProcessAndAsksForIt()
    {
        string[] slurm = ["slurm", "a.yaml", "-o", "job.sh", "--device", "gpu", "--steps", "9", "--seed", "7"];
        Assert.Equal(0, CapturedTool.Run(slurm).Code);
        string script = File.ReadAllText(folder.File("job.sh"));
        Assert.Contains("\n#SBATCH --ntasks=1\n#SBATCH --gres=gpu:1\n#SBATCH --cpus-per-task=4\n", script);
        Assert.Contains($" --set training.seed=7 --steps 9 --runs {folder.File("runs")} --device gpu\n", script);
        Assert.Contains($" train --resume {folder.File("runs/a-7")} --device gpu\n", script);
        Assert.Equal(0, CapturedTool.Run("slurm", "a.yaml", "-o", "auto.sh", "--device", "auto").Code);
        Assert.Contains("\n#SBATCH --gres=gpu:1\n", File.ReadAllText(folder.File("auto.sh")));
        Assert.Equal((2, "qdiff: A device takes one process: leave out --ranks, or --device.\n"), Refused("gpu", "--ranks", "2"));
        Assert.Equal((2, "qdiff: There is no device 'tpu'; --device is cpu, gpu, gpu:1, auto or emulator.\n"), Refused("tpu"));

        (int, string) Refused(string device, params string[] more)
        {
            (int code, _, string error) = CapturedTool.Run(["slurm", "a.yaml", "-o", "no.sh", "--device", device, .. more]);
            return (code, error);
        }
    }

    /// <summary>The tool would not know the parts of a program of one's own: its script starts that program, with the words that
    /// are its own.</summary>
    [Fact]
    public void AScriptStartsTheProgramThatWroteIt()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Extending.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet",
            [program, "OwnAnsatz", "slurm", "a.yaml", "-o", "job.sh", "--mpi", "srun"])
        { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        Assert.Contains($" {program} OwnAnsatz train --config {folder.File("a.yaml")} ", File.ReadAllText(folder.File("job.sh")));
    }

    /// <summary>Each table has a plan of its own, which is done where it is found.</summary>
    [Fact]
    public void AReproductionIsDoneWhereItIsFound()
    {
        string[] reproduce = ["reproduce", "paper-a", "--short", "--set", "data.dataset=fashion-mnist-test", "--set",
            "data.split=null", "--seeds", "1", "--preset", "domain", "--metrics", "kid", "--samples", "20", "--runs", "farm"];
        Assert.Equal(0, CapturedTool.Run([.. reproduce, "--plan"]).Code);
        Directory.Move(folder.File("farm/paper-a-mnist-short"), folder.File("farm/renamed"));
        WorkPlan plan = WorkPlan.Of(folder.File("farm/renamed"));
        Assert.Equal(["--dataset", "mnist", "paper-a", "--short"], plan.Arguments.Take(4));
        // As an earlier version wrote it: of all tables of the paper.
        WorkPlan old = plan with { Arguments = [.. plan.Arguments.Skip(2)] };
        Assert.DoesNotContain("--name", old.Call(folder.File("farm/renamed")));
        (int code, string output, string error) =
            CapturedTool.Run(plan.Call(folder.File("farm/renamed"), "--json", "--max-time", "0.000001s"));
        Assert.True(code == 0, error);
        JsonElement unfinished = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal((folder.File("farm/renamed"), false), (unfinished.GetProperty("folder").GetString(),
            unfinished.GetProperty("finished").GetBoolean()));
        Assert.Equal(["paper-a-fashion-mnist-short", "renamed"],
            Directory.GetDirectories(folder.File("farm")).Select(Path.GetFileName).Order());
        (code, _, error) = CapturedTool.Run([.. reproduce, "--name", "x"]);
        Assert.Equal((2, "qdiff: --name x: each of these tables has a folder of its own; name one with --dataset: mnist, "
            + "fashion-mnist.\n"), (code, error));
    }

    /// <summary>Runs that are there would tell; here there is none yet.</summary>
    [Fact]
    public void AnArmThatWasChangedSinceThePlanIsRefused()
    {
        Assert.Equal(0, CapturedTool.Run("compare", "a.yaml", "-q", "--seeds", "1", "--steps", "4", "--samples", "20",
            "--metrics", "kid", "--name", "pair", "--runs", "farm", "--plan").Code);
        WorkPlan plan = WorkPlan.Of(folder.File("farm/pair"));
        string yaml = File.ReadAllText("a.yaml");
        // What is only kept and shown may change.
        File.WriteAllText("a.yaml", yaml.Replace("checkpointEvery: 6", "checkpointEvery: 5"));
        Assert.Equal("", Told(plan));
        File.WriteAllText("a.yaml", yaml.Replace("learningRate: 0.003", "learningRate: 0.05"));
        string began = $"qdiff: a.yaml is not what it was when {folder.File("farm/pair/plan.json")} was written: ",
            end = ". Set it back, or write the plan again.\n";
        Assert.Equal($"{began}training.learningRate was 0.003, and is 0.05{end}", Told(plan));
        File.WriteAllText("a.yaml", yaml.Replace("name: a", "name: other"));
        Assert.Equal($"{began}it had no arm other{end}", Told(plan));
        // Those of earlier versions did not keep what it was.
        Assert.Equal("", Told(plan with { Arms = null }));

        string Told(WorkPlan followed)
        {
            string error = "";
            followed.Follow(folder.File("farm/pair"), ["--quiet", "--max-time", "0.000001s"], hasDevice: false, call =>
            {
                (int code, _, error) = CapturedTool.Run(call);
                return code;
            });
            Assert.False(Directory.Exists(folder.File("farm/pair/a-42")));
            return error;
        }
    }

    /// <summary>Slurm tells the shell, the shell the launcher, and what saved goes on in another job, unless somebody had asked
    /// the run to stop; here without Slurm, and with a launcher that gives the signal itself, also before the shell knows its
    /// number, and says what it hears.</summary>
    [Theory]
    [InlineData(130, "", "0.1", "told\nrequeue 12\n")]
    [InlineData(130, "", "0", "told\nrequeue 12\n")]
    [InlineData(130, "runs/a-42", "0.1", "told\n")]
    [InlineData(1, "", "0.1", "told\n")]
    [InlineData(130, "runs/a/class-3-42", "0.1", "told\n", "--set", "data.eachClass=true")]
    [InlineData(130, "runs/a/class-3-43", "0.1", "told\nrequeue 12\n", "--set", "data.eachClass=true")]
    public void AScriptPassesTheEndOfTheTimeToALauncherOfItsOwn(int code, string stopped, string seconds, string expected,
        params string[] settings)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Job scripts are for Slurm, which Windows has not.");
        string launcher = Program("launcher", $"""
            trap 'echo told >> said; {(stopped == "" ? "" : $"mkdir -p {stopped}; touch {stopped}/.stopped; ")}exit {code}' USR1
            sleep {seconds}
            kill -USR1 $PPID
            while :; do sleep 0.02; done
            """);
        Program("scontrol", "echo \"$@\" >> said");
        string[] slurm = ["slurm", "a.yaml", "--mpi", launcher, "-o", "job.sh", .. settings];
        Assert.Equal(0, CapturedTool.Run(slurm).Code);
        using Process job = Process.Start(new ProcessStartInfo("bash", ["job.sh"])
        {
            WorkingDirectory = folder.Path,
            Environment = { ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}", ["SLURM_JOB_ID"] = "12" },
        })!;
        Assert.True(job.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal((code, expected), (job.ExitCode, File.ReadAllText(folder.File("said"))));

        string Program(string name, string text)
        {
            string path = folder.File(name);
            File.WriteAllText(path, $"#!/usr/bin/env bash\n{text}\n".ReplaceLineEndings("\n"));
            Process.Start("chmod", ["+x", path]).WaitForExit();
            return path;
        }
    }
}
