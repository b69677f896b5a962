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
        foreach (string option in (string[])["--set=training.steps=3", "--ranks=2", "--mpi=srun", "--runs=runs"])
        {
            (int code, _, string error) = CapturedTool.Run("slurm", plan, "-o", "job.sh", option);
            Assert.Equal((2, $"qdiff: {option.Split('=')[0]} does nothing here: {plan} is a plan. Leave it out.\n"),
                (code, error));
        }

        Assert.Equal(0, CapturedTool.Run("slurm", plan, "-o", "job.sh", "--jobs", "2").Code);
        Assert.Contains($"#SBATCH --output=\"{folder.File("50%%j/pair")}/slurm-%a.log\"\n",
            File.ReadAllText(folder.File("job.sh")));
        Assert.Equal(0, CapturedTool.Run("slurm", "a.yaml", "-o", "50%j/job.sh").Code);
        Assert.Contains($"#SBATCH --output=\"{folder.File("50%%j")}/slurm-a-42.log\"\n",
            File.ReadAllText(folder.File("50%j/job.sh")));
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
