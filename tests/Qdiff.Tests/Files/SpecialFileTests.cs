using System.Diagnostics;
using Qdiff;

public sealed class SpecialFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Whoever looks at the files of a run while it saves finds such.</summary>
    [Fact]
    public void AnEmptyFileThatSomebodyWritesIsAFile()
    {
        using (new FileStream(folder.File("held"), FileMode.Create, FileAccess.Write, FileShare.None))
            Assert.False(SpecialFile.IsSpecial(folder.File("held")));
    }

    /// <summary>Machines that share a directory of users have numbers that the old header of an archive has no room
    /// for.</summary>
    [Fact]
    public async Task AnEmptyFileIsAFileWhoeverOwnsIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can give files away.");
        folder.Write("given", []);
        string path = folder.File("given");
        using Process given = Process.Start("chown", ["3000000:3000000", path]);
        await given.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, given.ExitCode);
        Assert.False(SpecialFile.IsSpecial(path));
    }
}
