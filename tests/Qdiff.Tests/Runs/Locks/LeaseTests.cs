using System.Diagnostics;
using Qdiff;

/// <summary>Whose a run is, among machines whose locks and clocks tell nothing about each other.</summary>
public sealed class LeaseTests : IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    readonly TemporaryFolder folder = new();

    string Place => folder.File(RunLock.OwnerFile);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OneHasItWhileItGivesSignsOfLife()
    {
        // Signs of life far more often than others need: on a busy machine some are late.
        Lease mine = Lease.TryTake(Place, "a", s_patience / 4)!;
        TimeSpan patience = 2 * s_patience;
        DateTime end = DateTime.UtcNow + 1.2 * patience;
        while (DateTime.UtcNow < end)
        {
            Assert.Null(Lease.TryTake(Place, "b", patience));
            Assert.True(mine.IsHeld);
            Thread.Sleep(20);
        }

        mine.Dispose();
        Assert.False(File.Exists(Place));
        using Lease? theirs = Take("b");
        Assert.NotNull(theirs);
        Assert.StartsWith($"process {Environment.ProcessId} on ", Lease.OwnerOf(Place));
    }

    /// <summary>However long ago its clock says that it was written, or will be.</summary>
    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void OfManyOneTakesOverFromTheDead(int days)
    {
        File.WriteAllText(Place, "process 17 on far\nfar/1 5 nonce 0000000003\n");
        File.SetLastWriteTimeUtc(Place, DateTime.UtcNow.AddDays(days));
        Lease?[] taken = new Lease?[8];
        long start = Stopwatch.GetTimestamp();
        while (taken.All(one => one is null))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2));
            Thread.Sleep(20);
            Parallel.For(0, taken.Length, i => taken[i] = Take($"machine {i}"));
        }

        Assert.True(Stopwatch.GetElapsedTime(start) >= s_patience);
        using Lease alive = Assert.Single(taken.OfType<Lease>());
        Assert.True(alive.IsHeld);
        Assert.Equal([Place], Directory.GetFiles(folder.Path));
    }

    /// <summary>A disk that hung for all did so for its owner too, who may be slower to come back.</summary>
    [Fact]
    public void TimeInWhichNobodyLookedDoesNotCount()
    {
        File.WriteAllText(Place, "process 17 on far\nfar/1 5 nonce 0000000003\n");
        Assert.Null(Take("b"));
        Thread.Sleep(1.1 * s_patience);
        Assert.Null(Take("b"));
    }

    [Fact]
    public void AFileThatCannotBeReadForAMomentTellsNothing()
    {
        using Lease mine = Take("a")!;
        File.Move(Place, folder.File("aside"));
        Directory.CreateDirectory(Place);
        mine.Confirm();
        Assert.True(mine.IsHeld);
        Directory.Delete(Place);
        File.Move(folder.File("aside"), Place);
        mine.Confirm();
        Assert.True(mine.IsHeld);
        File.Delete(Place);
        mine.Confirm();
        Assert.False(mine.IsHeld);
    }

    /// <summary>As a full disk left one before, for making a file takes no room; it is nobody's, but somebody may be at
    /// it.</summary>
    [Fact]
    public void AnEmptyFileIsWaitedForAndThenTaken()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), steps: 1);
        File.WriteAllText(Path.Combine(path, RunLock.OwnerFile), "");
        (int code, _, string error) = ToolProcess.RunWith(Lease.Variable, "2", folder.Path, "train", "--resume", path, "-q",
            "--max-time", "0.0001s");
        Assert.True(code == 0, error);
    }

    /// <summary>Machines that understood it differently would take each other for dead.</summary>
    [Theory]
    [InlineData("5m")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("86400")]
    public void APatienceThatIsNoneIsRefused(string text) =>
        Assert.Equal($"QDIFF_LEASE_SECONDS={text}: give a number of seconds without a unit, above 0 and less than a day, such as "
            + "300.", Assert.Throws<InputException>(() => Lease.PatienceOf(text)).Message);

    [Fact]
    public void APatienceThatCannotBeReadIsSaidInOneLine()
    {
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1.5)],
            ((string?[])[null, "", "1.5"]).Select(Lease.PatienceOf));
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), steps: 1);
        (int code, _, string error) = ToolProcess.RunWith(Lease.Variable, "5m", folder.Path, "train", "--resume", path, "-q");
        Assert.Equal(2, code);
        Assert.StartsWith("qdiff: QDIFF_LEASE_SECONDS=5m: give a number", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void OnOneMachineADeadProcessIsNotWaitedFor()
    {
        File.WriteAllText(Place, "process 999999999 on here\na 5 nonce 0000000003\n");
        using Lease? mine = Take("a");
        Assert.NotNull(mine);
    }

    /// <summary>Whoever shows a run cannot wait for a sign of life: the file's time tells at first, then whether it
    /// changes.</summary>
    [Fact]
    public void WhoIsOnlyLookedAtIsAliveByTheFilesTimeAndThenByItsSigns()
    {
        Assert.False(Lease.IsAlive(Place, "b", s_patience));
        File.WriteAllText(Place, "process 17 on far\nfar/1 5 nonce 0000000003\n");
        Assert.True(Lease.IsAlive(Place, "b", TimeSpan.FromDays(1)));
        string other = folder.File("other");
        File.WriteAllText(other, "process 17 on far\nfar/1 5 nonce 0000000003\n");
        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddDays(-2));
        Assert.False(Lease.IsAlive(other, "b", TimeSpan.FromDays(1)));
        File.WriteAllText(other, "process 17 on far\nfar/1 5 nonce 0000000004\n");
        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddDays(-2));
        Assert.True(Lease.IsAlive(other, "b", TimeSpan.FromDays(1)));
        // Of its own machine the processes tell.
        File.WriteAllText(other, "process 999999999 on here\nb 5 nonce 0000000003\n");
        Assert.False(Lease.IsAlive(other, "b", TimeSpan.FromDays(1)));
        File.WriteAllText(other, "");
        Assert.False(Lease.IsAlive(other, "b", TimeSpan.FromDays(1)));
    }

    /// <summary>As ranks of a killed launcher are, on machines whose first process does not ask how others ended.</summary>
    [Fact]
    public void AProcessOfWhichOnlyTheExitCodeIsLeftIsDead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Zombies and /proc are Linux's.");
        // sh becomes a program that never asks for the exit code of the child that sh had started.
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"])
        { RedirectStandardOutput = true })!;
        try
        {
            string child = parent.StandardOutput.ReadLine()!;
            string Field(int number)
            {
                string stat = File.ReadAllText($"/proc/{child}/stat");
                return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[number];
            }

            File.WriteAllText(Place, $"process {child} on here\na {Field(19)} nonce 0000000003\n");
            Assert.Null(Take("a"));
            // sh would still ask for the exit code.
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{parent.Id}/comm").Trim() == "sleep",
                TimeSpan.FromSeconds(20)));
            using (var ending = Process.GetProcessById(int.Parse(child))) ending.Kill();
            Assert.True(SpinWait.SpinUntil(() => Field(0) == "Z", TimeSpan.FromSeconds(20)));
            using Lease? mine = Take("a");
            Assert.NotNull(mine);
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void WhoWasAsleepFindsOutAndLeavesTheNewOwnerAlone()
    {
        Lease mine = Take("a")!;
        const string Theirs = "process 17 on far\nfar/1 5 nonce 0000000003\n";
        File.WriteAllText(Place, Theirs);
        Assert.True(SpinWait.SpinUntil(() => !mine.IsHeld, TimeSpan.FromSeconds(20)));
        mine.Dispose();
        Assert.Equal(Theirs, File.ReadAllText(Place));
    }

    [Fact]
    public void ATrainingWhoseRunWasTakenOverStopsAndSaysByWhom()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.checkpointEvery=2");
        IEnumerator<TrainingStep> steps = run.Steps().GetEnumerator();
        for (int i = 0; i < 3; i++) Assert.True(steps.MoveNext());
        File.WriteAllText(Path.Combine(run.Folder.Path, RunLock.OwnerFile), "process 17 on far\nfar/1 5 nonce 0000000003\n");
        // What it had not noticed yet it does before it saves.
        Assert.Contains("was taken over by process 17 on far", Assert.Throws<RunTakenOverException>(run.Save).Message);
        Assert.Equal(2, run.Folder.Checkpoints.ReadLatest()!.Step);
    }

    Lease? Take(string machine) => Lease.TryTake(Place, machine, s_patience);
}
