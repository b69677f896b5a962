using System.Diagnostics;
using Qdiff;
using Qdiff.Tensors;

/// <summary>The built tool is killed, interrupted and stopped, and goes on to the same bytes as if nothing had
/// happened.</summary>
public sealed class ExactResumeTests(ExactResumeTests.Uninterrupted reference) : IClassFixture<ExactResumeTests.Uninterrupted>,
    IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What all others are compared with: one thread of this process, from the first step to the last.</summary>
    public sealed class Uninterrupted : IDisposable
    {
        readonly TemporaryFolder folder = new();

        public Uninterrupted()
        {
            string run = TinyExperiment.Train(TinyExperiment.Start(folder.Path));
            Files = TinyExperiment.Content(run, TinyExperiment.Steps);
            Log = StepLog.Read(Path.Combine(run, "steps.jsonl"));
        }

        public SortedDictionary<string, byte[]> Files { get; }

        public IReadOnlyList<TrainingStep> Log { get; }

        public void Dispose() => folder.Dispose();
    }

    string Run => folder.File("runs/tiny-42");

    string Log => folder.File("runs/tiny-42/steps.jsonl");

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        TinyExperiment.Train(TinyExperiment.Start(folder.File("runs"), "training.threads=2"));
        AssertAsUninterrupted();
    }

    [Fact]
    public void KilledAtAnyMomentItGoesOnToTheSameBytesWithAnyThreads()
    {
        var random = new RandomStream(12, "kills");
        int killed = 0;
        for (int attempt = 0; killed < 3 && attempt < 12; attempt++)
        {
            Process tool = Start(threads: 1 + attempt % 2);
            int lines = Lines(), more = random.Next(1, 10);
            Func<bool> moment = killed switch
            {
                0 => () => Lines() >= lines + more,
                1 => () => Lines() != lines,    // as soon as it cuts the log or adds to it
                _ => Writing,   // in the middle of a checkpoint
            };
            while (!tool.HasExited && !moment()) Thread.Sleep(1);
            bool wasDone = tool.HasExited;
            tool.Kill();
            Ended(tool);
            // On a busy machine the moment may have been missed: once more from the beginning.
            if (wasDone) Directory.Delete(Run, recursive: true);
            else killed++;
        }

        Assert.Equal(3, killed);
        (int code, _, string error) = Ended(Start(threads: 1));
        Assert.Equal(0, code);
        // Killed before the first checkpoint was whole, it says that it does all steps again, and nothing else.
        if (error.Length > 0)
            Assert.Matches(@"^qdiff: The log of runs/tiny-42 goes to step \d+, but there is no checkpoint: all steps are done "
                + @"again\.\s*$", error);
        AssertAsUninterrupted();
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Path.Combine(Run, "checkpoints")),
            path => path.Contains("unfinished"));
    }

    [Theory]
    [InlineData("-INT {0}; kill -INT {0}")]     // twice at once, as a terminal and an impatient user send it
    [InlineData("-HUP {0}; kill -TERM {0}")]    // a closed connection
    [InlineData("-USR1 {0}")]                   // a batch system's notice
    public void AnInterruptionSavesSaysHowToGoOnAndEndsWith130(string signals)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("No signal can be sent to another process.");
        Assert.SkipWhen(signals.StartsWith("-INT", StringComparison.Ordinal) && InterruptsAreIgnored,
            "SIGINT is ignored in the background of a shell; start the tests in its foreground.");
        // Far too long to be done before the signal arrives, however busy the machine is.
        const int steps = 1_000_000;
        Process tool = Start(threads: 1, "--quiet=false", "--set", $"training.steps={steps}", "--set", "training.frameEvery=0");
        while (!tool.HasExited && Lines() < 2) Thread.Sleep(1);
        using (Process kill = Process.Start("sh", ["-c", "kill " + string.Format(null, signals, tool.Id)])) kill.WaitForExit();
        (int code, string output, string error) = Ended(tool);
        Assert.Equal(130, code);
        int done = StepLog.Read(Log).Count;
        Assert.InRange(done, 2, steps - 1);
        Assert.Contains($"{done:N0} of {steps:N0} steps done", output);
        Assert.EndsWith($"saved; go on with: qdiff train --resume {Path.Combine("runs", "tiny-42")}\n", error);

        string whole = TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), $"training.steps={done}"));
        TinyExperiment.AssertEqual(TinyExperiment.Content(whole, done), TinyExperiment.Content(Run, done));
    }

    /// <summary>Minutes long; docs/tests.md says how to run it.</summary>
    [Theory(Explicit = true)]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("USR1")]
    public void SignalsAtAnyMomentLoseNothing(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No signal can be sent to another process.");
        var random = new Random(7);
        for (int sent = 0; sent < 20; sent++)
        {
            Process tool = Start(threads: 1);
            Thread.Sleep(random.Next(100, 2500));
            using (Process kill = Process.Start("sh", ["-c", $"kill -{signal} {tool.Id}"])) kill.WaitForExit();
            (int code, _, string error) = Ended(tool);
            // Before the program's first line the system ends it, and there is nothing to save yet.
            if (code is not (0 or 130)) Assert.False(Directory.Exists(Path.Combine(Run, "checkpoints")), $"{code}: {error}");
            if (code != 0) continue;
            AssertAsUninterrupted();
            Directory.Delete(Run, recursive: true);
        }

        Assert.Equal(0, Ended(Start(threads: 1)).ExitCode);
        AssertAsUninterrupted();
    }

    /// <summary>Minutes long; docs/tests.md says how to run it.</summary>
    [Fact(Explicit = true)]
    public void OfTwoWritersOneIsRefusedFiftyTimes()
    {
        var random = new Random(8);
        for (int pair = 0; pair < 50; pair++)
        {
            Process first = Start(threads: 1, "--set", "training.steps=4000");
            while (!File.Exists(Path.Combine(Run, RunFolder.ConfigFile))) Thread.Sleep(1);
            Thread.Sleep(random.Next(0, 1000));
            (int code, _, string error) = Ended(Start(threads: 1));
            first.Kill();
            Ended(first);
            Assert.Equal(2, code);
            Assert.Contains("is being written by process", error);
            IReadOnlyList<TrainingStep> log = StepLog.Read(Log);
            Assert.Equal(Enumerable.Range(1, log.Count), log.Select(step => (int)step.Number));
            Directory.Delete(Run, recursive: true);
        }
    }

    [Fact]
    public void TheTimeLimitSavesAndEndsWith0()
    {
        (int code, string output, string error) = Ended(Start(threads: 1, "--max-time", "0.0001s"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("1 of 40 steps done", output);
        Assert.Equal(1, RunFolder.Open(Run, Catalog.Default).Checkpoints.ReadLatest()!.Step);

        (code, output, error) = Ended(Start(threads: 1));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("40 of 40 steps done", output);
        AssertAsUninterrupted();
    }

    void AssertAsUninterrupted()
    {
        TinyExperiment.AssertEqual(reference.Files, TinyExperiment.Content(Run, TinyExperiment.Steps));
        IReadOnlyList<TrainingStep> log = StepLog.Read(Log);
        Assert.Equal(Enumerable.Range(1, TinyExperiment.Steps), log.Select(step => (int)step.Number));
        // All that was measured but the time.
        Assert.Equal(reference.Log.Select(step => step with { Seconds = 0 }), log.Select(step => step with { Seconds = 0 }));
    }

    /// <summary>Starts the tool on the run, new or gone on with; a process that was killed very early has left none.</summary>
    Process Start(int threads, params string[] arguments)
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml);
        string[] what = [.. File.Exists(Path.Combine(Run, RunFolder.ConfigFile))
            ? (string[])["--resume", Path.Combine("runs", "tiny-42")] : ["-c", "tiny.yaml"],
            "--set", $"training.threads={threads}"];
        string[] quiet = arguments.Contains("--quiet=false") ? [] : ["-q"];
        string tool = Path.Combine(AppContext.BaseDirectory, "Qdiff.Cli.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [tool, "train", .. what, .. quiet, .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Whatever a shell without job control starts in its background ignores SIGINT, and so does all that it starts
    /// in turn.</summary>
    static bool InterruptsAreIgnored
    {
        get
        {
            const string status = "/proc/self/status", ignored = "SigIgn:";
            const ulong interrupt = 1 << (2 - 1);
            string? line = File.Exists(status)
                ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith(ignored, StringComparison.Ordinal)) : null;
            return line is not null && (Convert.ToUInt64(line[ignored.Length..].Trim(), 16) & interrupt) != 0;
        }
    }

    static (int ExitCode, string Output, string Error) Ended(Process tool)
    {
        using (tool)
        {
            Task<string> error = tool.StandardError.ReadToEndAsync();
            Task<string> output = tool.StandardOutput.ReadToEndAsync();
            if (!tool.WaitForExit(s_patience))
            {
                tool.Kill();
                Assert.Fail("The tool did not end.");
            }

            return (tool.ExitCode, output.Result, error.Result);
        }
    }

    int Lines()
    {
        if (!File.Exists(Log)) return 0;
        using var stream = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(c => c == '\n');
    }

    bool Writing()
    {
        string checkpoints = Path.Combine(Run, "checkpoints");
        return Directory.Exists(checkpoints) && Directory.EnumerateDirectories(checkpoints, ".unfinished-*").Any();
    }
}
