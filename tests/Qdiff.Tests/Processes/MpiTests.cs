using System.Diagnostics;
using Qdiff;
using Qdiff.Mpi;
using Qdiff.Papers;

/// <summary>
/// The tool under real MPI libraries: any number of processes leaves the bytes of one, and whatever goes wrong is said once, ends
/// all with one code and loses nothing that was saved. Most take minutes together; docs/tests.md says how to run them.
/// </summary>
public sealed class MpiTests : IDisposable
{
    /// <summary>Four tiles, the last of them short.</summary>
    static readonly string[] s_train = ["train", "-q", "-c", "tiny.yaml", "--set", "training.batch=52",
        "--set", "training.steps=6", "--set", "training.checkpointEvery=3"];

    readonly TemporaryFolder folder = new();

    public MpiTests() => File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml);

    public void Dispose() => folder.Dispose();

    string Run => folder.File("runs/tiny-42");

    [Fact(Explicit = true)]
    public void BegunOnOneLibraryAndGoneOnWithOnTheOtherItLeavesTheBytesOfOneProcess()
    {
        MpiRun first = MpiRun.Of("openmpi"), second = MpiRun.Of("mpich");
        Assert.Equal((0, ""), Code(first.Run(folder.Path, 3, [.. s_train, "--set", "training.steps=3"])));
        Assert.Equal((0, ""), Code(second.Run(folder.Path, 2, "train", "-q", "--resume", Run, "--steps", "6")));
        AssertAsOne();
    }

    /// <summary>Both libraries are often called libmpi.so.</summary>
    [Theory]
    [InlineData("/opt/ompi/lib/libmpi.so", true, "Open MPI")]
    [InlineData("/opt/mpich/lib/libmpi.so", false, "MPICH")]
    [InlineData("/opt/x.so.12/libmpi.so.40", true, "Open MPI")]
    [InlineData("libmpi_abi.so.0", true, "the standard's")]
    [InlineData("libmpi_abi.so.0", false, "the standard's")]
    public void TheKindOfALibraryIsToldByWhatItExports(string file, bool isOpenMpi, string kind) =>
        Assert.Equal(kind, MpiKind.Of(file, symbol => isOpenMpi && symbol == "ompi_mpi_comm_world").Name);

    [Fact]
    public void AProcessThatIsAloneThoughSeveralWereStartedIsRefused()
    {
        (int code, _, string error) = ToolProcess.RunWith("SLURM_NTASKS", "2", folder.Path, s_train);
        Assert.Equal(2, code);
        Assert.Matches("^qdiff: (SLURM_NTASKS=2 says that|Several processes were started, but there is no MPI library)", error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(Run));
    }

    /// <summary>Before the processes know of each other nobody can speak for one whose machine lacks something.</summary>
    [Theory]
    [InlineData("QDIFF_MPI=/nonexistent", "", "QDIFF_MPI=/nonexistent: there is no such library, or it cannot be loaded (")]
    [InlineData("", "--device gpu:77", "")]
    public void WhatOneMachineLacksIsSaidByItsProcess(string variable, string option, string message)
    {
        Assert.SkipUnless(ToolProcess.HasShell && OperatingSystem.IsLinux(), "MPI and this shell are Linux's.");
        (int code, _, string error) = ToolProcess.RunInShell(folder.Path, $"train -q -c tiny.yaml {option}",
            $"OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=1 {variable} ");
        Assert.Equal(2, code);
        Assert.StartsWith($"qdiff: Process 1 on {Environment.MachineName}: {message}", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void WhyALibraryCannotBeLoadedIsSaid()
    {
        Assert.SkipUnless(ToolProcess.HasShell && OperatingSystem.IsLinux(), "MPI and this shell are Linux's.");
        File.WriteAllText(folder.File("notalib.so"), "junk");
        (int code, _, string error) = ToolProcess.RunInShell(folder.Path, "train -q -c tiny.yaml",
            $"OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 QDIFF_MPI={folder.File("notalib.so")} ");
        Assert.Equal(2, code);
        Assert.Contains("it cannot be loaded (" + folder.File("notalib.so") + ": ", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Theory(Explicit = true)]
    [InlineData("openmpi", 1)]
    [InlineData("openmpi", 2)]
    [InlineData("openmpi", 3)]
    [InlineData("openmpi", 4)]
    [InlineData("mpich", 1)]
    [InlineData("mpich", 2)]
    [InlineData("mpich", 3)]
    [InlineData("mpich", 4)]
    public void AnyNumberLeavesTheBytesOfOneProcess(string library, int processes)
    {
        Assert.Equal((0, ""), Code(MpiRun.Of(library).Run(folder.Path, processes, s_train)));
        AssertAsOne();
    }

    /// <summary>Each process count in turn, two steps each, on both libraries and at last on none.</summary>
    [Fact(Explicit = true)]
    public void ResumedAcrossCountsAndLibraries()
    {
        string[] libraries = ["openmpi", "mpich"];
        int steps = 0;
        foreach (int processes in (int[])[4, 1, 3, 2])
            foreach (string library in libraries)
            {
                string[] what = steps == 0 ? s_train : ["train", "-q", "--resume", Run];
                string[] length = steps == 0 ? ["--set", $"training.steps={steps + 2}"] : ["--steps", $"{steps + 2}"];
                Assert.Equal((0, ""), Code(MpiRun.Of(library).Run(folder.Path, processes, [.. what, .. length])));
                steps += 2;
            }

        Assert.Equal(0, ToolProcess.Run(folder.Path, "train", "-q", "--resume", Run, "--steps", $"{steps += 2}").ExitCode);
        AssertAsOne(steps);
    }

    [Theory(Explicit = true)]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public void SamplesAndEvaluationAreThoseOfOneProcess(string library)
    {
        MpiRun mpi = MpiRun.Of(library);
        Assert.Equal((0, ""), Code(mpi.Run(folder.Path, 2, [.. s_train, "--set", TinyExperiment.WholeImages])));
        string[] sample = ["sample", Run, "-q", "-n", "70", "--sampler", "ddim", "--steps", "4", "-o"];
        string[] evaluate = ["evaluate", Run, "-q", "--samples", "130", "--sampler", "ddim", "--sampling-steps", "2", "--json"];
        Assert.Equal((0, ""), Code(mpi.Run(folder.Path, 3, [.. sample, "many.npz"])));
        (int code, string many, string error) = mpi.Run(folder.Path, 3, evaluate);
        Assert.True(code == 0, error);
        byte[] kept = File.ReadAllBytes(Path.Combine(Run, "metrics.json"));
        File.Delete(Path.Combine(Run, "metrics.json"));
        Directory.Delete(Path.Combine(Run, "samples", "evaluation"), recursive: true);
        Directory.Delete(folder.File(".qdiff"), recursive: true);
        Assert.Equal(0, ToolProcess.Run(folder.Path, [.. sample, "one.npz"]).ExitCode);
        Assert.Equal(many.Replace("\r", ""), ToolProcess.Run(folder.Path, evaluate).Output);
        Assert.Equal(File.ReadAllBytes(folder.File("one.npz")), File.ReadAllBytes(folder.File("many.npz")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Run, "metrics.json")), kept);
    }

    /// <summary>The signal goes to one process alone; all stop after the same step.</summary>
    [Theory(Explicit = true)]
    [InlineData("openmpi", "TERM")]
    [InlineData("mpich", "TERM")]
    [InlineData("openmpi", "INT")]
    [InlineData("mpich", "USR1")]
    public void OneThatIsAskedToStopStopsAll(string library, string signal)
    {
        string[] train = [.. s_train, "--set", "training.steps=100000", "--set", "training.frameEvery=0"];
        Process mpirun = MpiRun.Of(library).Start(folder.Path, [([], 3, train)]);
        while (!File.Exists(Path.Combine(Run, "steps.jsonl")) || File.ReadAllLines(Path.Combine(Run, "steps.jsonl")).Length < 4)
        {
            Assert.False(mpirun.HasExited, "It ended before it was asked to.");
            Thread.Sleep(20);
        }

        Kill(signal, Ranks()[^1]);
        (int code, _, string error) = MpiRun.End(mpirun);
        Assert.Equal(130, code);
        Assert.Empty(MpiRun.Said(error));
        int done = StepLog.Read(Path.Combine(Run, "steps.jsonl")).Count;
        Assert.Equal(done, RunFolder.Open(Run, Papers.Catalog).Checkpoints.ReadLatest()!.Step);
    }

    /// <summary>The others wait while the first, here stopped for a moment, writes its report; the launcher would kill it if one
    /// of them were.</summary>
    [Theory(Explicit = true)]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public void ASignalToOneThatIsThroughEndsNobody(string library)
    {
        string owner = Path.Combine(Run, RunLock.OwnerFile);
        Process mpirun = MpiRun.Of(library).Start(folder.Path, [(["QDIFF_REPORT=yes"], 2, s_train)]);
        while (!File.Exists(owner)) Thread.Sleep(1);
        string[] ranks = Ranks();
        string first = ranks.Single(rank => File.ReadAllText($"/proc/{rank}/environ").Split('\0')
            .Any(variable => variable is "OMPI_COMM_WORLD_RANK=0" or "PMI_RANK=0"));
        // It gives the run free, and then writes the report.
        while (File.Exists(owner)) Thread.Sleep(0);
        Kill("STOP", first);
        Thread.Sleep(300);
        Kill("USR1", ranks.Single(rank => rank != first));
        Thread.Sleep(300);
        string[] alive = Ranks();
        Kill("CONT", first);
        Assert.Equal((0, ""), Code(MpiRun.End(mpirun)));
        Assert.Equal(ranks, alive);
        Assert.True(File.Exists(Path.Combine(Run, "report.html")));
    }

    static void Kill(string signal, string process)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{signal} {process}"]);
        kill.WaitForExit();
    }

    string[] Ranks() => [.. Directory.GetDirectories("/proc")
        .Where(path => int.TryParse(Path.GetFileName(path), out _) && IsRank(path))
        .Select(path => Path.GetFileName(path)!).OrderBy(int.Parse)];

    bool IsRank(string path)
    {
        try
        {
            return new FileInfo(path + "/cwd").LinkTarget == folder.Path
                && File.ReadAllText(path + "/cmdline") is var line && line.StartsWith("dotnet", StringComparison.Ordinal)
                && line.Contains("Qdiff.Cli.dll", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [Theory(Explicit = true)]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public void TheTimeLimitStopsAll(string library)
    {
        Assert.Equal((0, ""), Code(MpiRun.Of(library).Run(folder.Path, 3, [.. s_train, "--max-time", "0.0001s"])));
        Assert.Equal(1, RunFolder.Open(Run, Papers.Catalog).Checkpoints.ReadLatest()!.Step);
    }

    [Theory(Explicit = true)]
    [InlineData("openmpi", "different configurations", "--set", "training.learningRate=0.1")]
    [InlineData("mpich", "different configurations", "--set", "data.seed=3")]
    [InlineData("mpich", "training.steps is non", "--set", "training.steps=none")]
    public void OneWithOtherSettingsEndsAllAndSaysSoOnce(string library, string message, params string[] other)
    {
        (int code, _, string error) = MpiRun.Of(library).RunEach(folder.Path, ([], 2, s_train), ([], 1, [.. s_train, .. other]));
        Assert.Equal(2, code);
        Assert.Contains(message, Assert.Single(MpiRun.Said(error)));
        Assert.False(Directory.Exists(Run));
    }

    [Theory(Explicit = true)]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public void ABatchSmallerThanTheirNumberIsRefusedOnce(string library)
    {
        (int code, _, string error) = MpiRun.Of(library).Run(folder.Path, 4, [.. s_train, "--set", "training.batch=3"]);
        Assert.Equal(2, code);
        Assert.Contains("training.batch is 3, but 4 processes were started", Assert.Single(MpiRun.Said(error)));
    }

    [Theory(Explicit = true)]
    [InlineData("openmpi", "QDIFF_MPI=libmpich.so.12", "OMPI_COMM_WORLD_SIZE=2 says that several processes were started")]
    [InlineData("mpich", "QDIFF_MPI=libmpi.so.40", "PMI_SIZE=2 says that several processes were started")]
    [InlineData("mpich", "QDIFF_MPI=libnothing.so", "QDIFF_MPI=libnothing.so: there is no such library")]
    [InlineData("openmpi", "QDIFF_MPI=libc.so.6", "libc.so.6 is no MPI library that can be used here: it lacks MPI_Init_thread")]
    public void ALibraryOfTheOtherKindIsRefusedOnce(string library, string variable, string message)
    {
        MpiRun.Of(library == "openmpi" ? "mpich" : "openmpi");
        (int code, _, string error) = MpiRun.Of(library).RunEach(folder.Path, ([variable], 2, s_train));
        Assert.Equal(2, code);
        Assert.Contains(message, Assert.Single(MpiRun.Said(error)));
        Assert.False(Directory.Exists(Run));
    }

    /// <summary>Whether the folder goes or a process is killed: what was saved is there, and the run goes on from it.</summary>
    [Theory(Explicit = true)]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public void AFolderThatIsTakenAwayEndsAll(string library)
    {
        string[] train = [.. s_train, "--set", "training.steps=100000", "--set", "training.frameEvery=0"];
        Process mpirun = MpiRun.Of(library).Start(folder.Path, [([], 3, train)]);
        // Not in the middle of a checkpoint, which comes every third step.
        string log = Path.Combine(Run, "steps.jsonl");
        while (!File.Exists(log) || File.ReadAllLines(log).Length is var lines && (lines < 4 || lines % 3 != 1)) Thread.Sleep(1);
        Directory.Move(folder.File("runs"), folder.File("elsewhere"));
        (int code, _, string error) = MpiRun.End(mpirun);
        Assert.Equal(1, code);
        Assert.Contains("was moved", Assert.Single(MpiRun.Said(error)));
        Assert.NotNull(RunFolder.Open(folder.File("elsewhere/tiny-42"), Papers.Catalog).Checkpoints.ReadLatest());
    }

    void AssertAsOne(int steps = 6)
    {
        Assert.Equal(0, ToolProcess.Run(folder.Path, [.. s_train, "--runs", "one", "--set", $"training.steps={steps}"]).ExitCode);
        string one = folder.File("one/tiny-42");
        TinyExperiment.AssertEqual(TinyExperiment.Content(one, steps), TinyExperiment.Content(Run, steps));
        Assert.Equal(Log(one), Log(Run));
    }

    static TrainingStep[] Log(string run) =>
        [.. StepLog.Read(Path.Combine(run, "steps.jsonl")).Select(step => step with { Seconds = 0 })];

    /// <summary>The exit code, and why it is none of success.</summary>
    static (int, string) Code((int ExitCode, string Output, string Error) end) =>
        (end.ExitCode, end.ExitCode == 0 ? "" : end.Error);
}
