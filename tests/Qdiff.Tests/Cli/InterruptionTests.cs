using System.Runtime.InteropServices;
using Qdiff.Cli;
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
}
