/// <summary>The kills of <c>tests/torture</c>, of work that takes milliseconds.</summary>
public class KilledWorkTests
{
    /// <summary>Where the moment comes after its end, another piece is killed sooner.</summary>
    [Fact]
    public void EveryPieceOfWorkIsKilled()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sh is needed.");
        KilledWork work = new("short", folder => Directory.CreateDirectory(Path.Combine(folder, "out")),
            _ => [["sh", "-c", "echo done > out/file; exec sleep 0.02"]], "out");
        (SortedDictionary<string, string> expected, _) = work.Undisturbed();
        for (int piece = 0; piece < 6; piece++)
        {
            // Longer than it takes, so that most first moments are too late.
            (int kills, string? mistake) = work.Torture(new(1, "pieces", piece), expected, TimeSpan.FromMilliseconds(100));
            Assert.Null(mistake);
            Assert.InRange(kills, 1, 6);
        }
    }
}
