using System.Runtime.InteropServices;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>What becomes of signals after a process's own work; with the tests that borrow what is the program's own.</summary>
[Collection(nameof(HostileArgumentTests))]
public class InterruptionTests
{
    /// <summary>A launcher kills all if one is killed, and the first may be in the middle of its checkpoint.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void WhoeverIsThroughIsNotKilledWhileOthersSave(int processes, bool isCaught)
    {
        bool[] caught = ThreadGroup.Run(processes, group =>
        {
            if (!group.IsFirst) return isCaught;
            Interruption interruption = new();
            Ranks.Processes = group;
            try
            {
                interruption.Dispose();
                PosixSignalContext context = new(PosixSignal.SIGHUP);
                interruption.Handle(context);
                Assert.Equal(isCaught, interruption.Saves);
                return context.Cancel;
            }
            finally
            {
                Ranks.Processes = ProcessGroup.Single;
                interruption.Dispose();
            }
        });
        Assert.All(caught, was => Assert.Equal(isCaught, was));
    }

    [Fact]
    public void WhoeverInterruptsTheAuditHearsHowToGoOn()
    {
        using var folder = new TemporaryFolder();
        using TrainingRun run = TinyExperiment.Start(folder.Path);
        string told = Interrupted(interruption =>
        {
            TrainVerb.Announce(run, interruption, quiet: false);
            return TrainVerb.Run(run, interruption, null, quiet: false, json: true);
        });
        Assert.Contains("saved; go on with: qdiff train --resume ", told);
        Assert.Contains("\"interrupted\": true", told);
        Assert.False(File.Exists(Path.Combine(run.Folder.Path, "audit.json")));
        run.Dispose();
        using TrainingRun again = TrainingRun.Resume(run.Folder.Path, Papers.Catalog);
        Assert.Equal(1, again.Steps().First().Number);
    }

    [Fact]
    public void SamplesThatWereNotDrawnAreSaidAndDrawnLater()
    {
        using var folder = new TemporaryFolder();
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2", "training.sampleEvery=2",
            "diffusion.steps=4", "sampling.steps=4"));
        string sheet = Path.Combine(path, "samples", "step-000002.png");
        File.Delete(sheet);
        using (TrainingRun run = TrainingRun.Resume(path, Papers.Catalog))
        {
            string told = Interrupted(interruption => TrainVerb.Run(run, interruption, null, quiet: false));
            Assert.Contains("the samples of step 2 were not drawn; this draws them: qdiff train --resume ", told);
            Assert.True(run.LacksSamples);
        }

        Assert.False(File.Exists(sheet));
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.Empty(again.Steps());
        Assert.False(again.LacksSamples);
        Assert.True(File.Exists(sheet));
    }

    /// <summary>Does work after a signal, and gives what was printed.</summary>
    static string Interrupted(Func<Interruption, int> work)
    {
        (TextWriter output, TextWriter error, var written) = (Console.Out, Console.Error, new StringWriter());
        Console.SetOut(written);
        Console.SetError(written);
        try
        {
            using var interruption = new Interruption();
            interruption.Handle(new(PosixSignal.SIGINT));
            Assert.Equal(Interruption.ExitCode, work(interruption));
            return written.ToString();
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
