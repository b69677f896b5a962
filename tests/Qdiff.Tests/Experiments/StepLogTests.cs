using Qdiff;

public sealed class StepLogTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Log => folder.File("steps.jsonl");

    [Fact]
    public void StepsAreReadBackAlsoWhileBeingWritten()
    {
        using var log = StepLog.GoOn(Log, 0);
        log.Append(Step(1));
        log.Append(Step(2) with { Loss = double.NaN, GradientNorm = double.PositiveInfinity });
        IReadOnlyList<TrainingStep> steps = StepLog.Read(Log);
        Assert.Equal(Step(1), steps[0]);
        Assert.True(double.IsNaN(steps[1].Loss) && double.IsPositiveInfinity(steps[1].GradientNorm));
        Assert.Equal(2, File.ReadAllLines(Log).Length);
    }

    [Fact]
    public void GoingOnCutsWhatCameAfterTheCheckpoint()
    {
        WriteSteps(1, 5000);
        using (var log = StepLog.GoOn(Log, 4000)) log.Append(Step(4001) with { Loss = 7 });
        IReadOnlyList<TrainingStep> steps = StepLog.Read(Log);
        Assert.Equal(4001, steps.Count);
        Assert.Equal(Enumerable.Range(1, 4001), steps.Select(s => (int)s.Number));
        Assert.Equal(7, steps[^1].Loss);
        using (StepLog.GoOn(Log, 0)) { }

        Assert.Empty(StepLog.Read(Log));
    }

    [Fact]
    public void ATornLastLineIsLeftOutAndCutOff()
    {
        WriteSteps(1, 3);
        byte[] whole = File.ReadAllBytes(Log);
        for (int cut = 1; cut < 40; cut++)
        {
            File.WriteAllBytes(Log, whole[..^cut]);
            Assert.Equal(2, StepLog.Read(Log).Count);
            using (var log = StepLog.GoOn(Log, 3)) log.Append(Step(3));
            Assert.Equal(whole, File.ReadAllBytes(Log));
        }
    }

    [Fact]
    public void ADamagedLineIsNamed()
    {
        WriteSteps(1, 3);
        string[] lines = File.ReadAllLines(Log);
        lines[1] = "garbage";
        File.WriteAllLines(Log, lines);
        Assert.Contains("line 2 is damaged: 'garbage'", Assert.Throws<InputException>(() => StepLog.Read(Log)).Message);
        File.WriteAllText(Log, "{\"number\":1}\n");
        Assert.Contains("line 1 is damaged", Assert.Throws<InputException>(() => StepLog.Read(Log)).Message);
        Assert.Contains("cannot be read", Assert.Throws<InputException>(() => StepLog.Read(folder.File("none"))).Message);
    }

    void WriteSteps(int first, int last)
    {
        using var log = StepLog.GoOn(Log, first - 1);
        for (int step = first; step <= last; step++) log.Append(Step(step));
    }

    static TrainingStep Step(long number) => new(number, 1.0 / number, 0.1 + number, 1e-3, 0.995, 0.25);
}
