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

    [Theory]
    [InlineData("garbage\n")]                          // a line that is none
    [InlineData("{\"number\":2}\n")]                   // one that lost its numbers
    [InlineData("{\"number\":2,\"lo{\"number\":2}\n")]  // two writers at once
    [InlineData("\0\0\0\0\n")]                         // a power cut
    [InlineData("\n")]
    [InlineData("\u00ff\u00fe\n")]
    public void ADamagedLineIsPassedOverAndCutOutWhenTheRunGoesOn(string damage)
    {
        WriteSteps(1, 4);
        string[] lines = File.ReadAllLines(Log);
        File.WriteAllText(Log, $"{lines[0]}\n{damage}{lines[2]}\n{lines[3]}\n");
        Assert.Equal([1L, 3, 4], StepLog.Read(Log).Select(step => step.Number));

        using (StepLog log = StepLog.GoOn(Log, 3))
        {
            log.Append(Step(4) with { Loss = 7 });
            Assert.Equal($"{Log}: cut away 1 line after step 3, the last one saved, 1 line that could not be read.", log.Cut);
            Assert.True(log.WasDamaged);
        }

        Assert.Equal([Step(1), Step(3), Step(4) with { Loss = 7 }], StepLog.Read(Log));
        Assert.Equal([lines[0], lines[2]], File.ReadAllLines(Log)[..2]);
    }

    [Fact]
    public void ZerosOfAPowerCutAreCutAwayWhereverTheyAre()
    {
        WriteSteps(1, 3);
        byte[] whole = File.ReadAllBytes(Log), zeros = new byte[100_000];
        int second = Array.IndexOf(whole, (byte)'\n') + 1;
        foreach (byte[] damaged in (byte[][])[[.. zeros, .. whole], [.. whole[..second], .. zeros, .. whole[second..]],
            [.. whole, .. zeros]])
        {
            File.WriteAllBytes(Log, damaged);
            Assert.Equal([1L, 2, 3], StepLog.Read(Log).Select(step => step.Number));
            using (StepLog.GoOn(Log, 3)) { }

            Assert.Equal(whole, File.ReadAllBytes(Log));
        }
    }

    [Fact]
    public void StepsThatStandThereTwiceOrInAnotherOrderCountOnce()
    {
        WriteSteps(1, 6);
        string[] lines = File.ReadAllLines(Log);
        // What two writers leave: their lines in turn, the last one torn.
        File.WriteAllText(Log, string.Join('\n', (string[])[lines[0], lines[1], lines[0], lines[2], lines[1], lines[4], lines[3],
            lines[5], lines[2][..20]]));
        Assert.Equal([1L, 2, 3, 4, 5, 6], StepLog.Read(Log).Select(step => step.Number));
        using StepLog log = StepLog.GoOn(Log, 5);
        Assert.Equal(lines[..5], File.ReadAllLines(Log));
        Assert.EndsWith("cut away 1 line after step 5, the last one saved, 2 lines of steps that stood there twice, a torn last "
            + "line.", log.Cut);
    }

    [Fact]
    public void AnEndlessLineIsNotTakenIntoMemoryAndNothingIsToldOfAWholeLog()
    {
        WriteSteps(1, 3);
        string whole = File.ReadAllText(Log);
        File.WriteAllText(Log, new string('x', 3_000_000) + "\n" + whole);
        Assert.Equal(3, StepLog.Read(Log).Count);
        File.WriteAllText(Log, whole.ReplaceLineEndings("\r\n"));
        using (StepLog log = StepLog.GoOn(Log, 3)) Assert.True(log is { Cut: null, WasDamaged: false });

        Assert.Equal(3, StepLog.Read(Log).Count);
        Assert.Contains("cannot be read", Assert.Throws<InputException>(() => StepLog.Read(folder.File("none"))).Message);
    }

    [Fact]
    public async Task APipeInTheLogsPlaceIsRefusedAtOnce()
    {
        await NamedPipe.Make(Log);
        foreach (Action read in (Action[])[() => StepLog.Read(Log), () => StepLog.ReadLast(Log), () => StepLog.GoOn(Log, 0),
            () => { long position = 0; StepLog.ReadFrom(Log, ref position); }])
            Assert.Contains("is a pipe or a device", (await Assert.ThrowsAsync<InputException>(() =>
                Task.Run(read).WaitAsync(TimeSpan.FromMinutes(1)))).Message);
    }

    void WriteSteps(int first, int last)
    {
        using var log = StepLog.GoOn(Log, first - 1);
        for (int step = first; step <= last; step++) log.Append(Step(step));
    }

    static TrainingStep Step(long number) => new(number, 1.0 / number, 0.1 + number, 1e-3, 0.995, 0.25);
}
