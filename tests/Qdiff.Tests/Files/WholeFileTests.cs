using System.Diagnostics;
using Qdiff;

public sealed class WholeFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("qdiff whole ").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string At(string name) => Path.Combine(folder, name);

    [Fact]
    public void WhatIsThereStaysUntilTheNewOneIsComplete()
    {
        string path = At("a.txt");
        WholeFile.Write(path, "old");
        IOException e = Assert.Throws<IOException>(() => WholeFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            Assert.Equal("old", File.ReadAllText(path));
            throw new IOException("No space left on device");
        }));
        Assert.Equal($"{path} cannot be written: No space left on device", e.Message);
        Assert.Throws<OperationCanceledException>(() => WholeFile.Write(path, _ => throw new OperationCanceledException()));
        Assert.Equal("old", File.ReadAllText(path));
        WholeFile.Write(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void AFolderIsMadeOnlyIfThatWasMeant()
    {
        string path = At("b/c/a.txt");
        Assert.Contains("there is no folder",
            Assert.Throws<DirectoryNotFoundException>(() => WholeFile.Write(path, "x")).Message);
        WholeFile.Write(path, "x", makeFolder: true);
        Assert.Equal("x", File.ReadAllText(path));
        Assert.Contains("it is a folder", Assert.Throws<IOException>(() => WholeFile.Write(At("b"), "x")).Message);
        // A file stands in the way: one message, about what was meant.
        File.WriteAllText(At("file"), "");
        string reason = Assert.Throws<IOException>(() => WholeFile.Write(At("file/d/a.txt"), "x", makeFolder: true)).Message;
        Assert.DoesNotContain(WholeFile.Unfinished, reason);
    }

    [Fact]
    public void LongNamesHaveRoom()
    {
        string path = At(new string('n', 250) + ".txt");
        WholeFile.Write(path, "x");
        Assert.Equal("x", File.ReadAllText(path));
    }

    [Fact]
    public void LinksAndPermissionsStay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has neither.");
        if (OperatingSystem.IsWindows()) return;
        string path = At("a.txt"), link = At("sub/link"), second = At("second");
        Directory.CreateDirectory(At("sub"));
        WholeFile.Write(path, "old");
        UnixFileMode usual = File.GetUnixFileMode(path);
        File.WriteAllText(At("plain"), "");
        Assert.Equal(File.GetUnixFileMode(At("plain")), usual);
        const UnixFileMode mode =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(path, mode);
        File.CreateSymbolicLink(link, "../a.txt");
        File.CreateSymbolicLink(second, link);
        WholeFile.Write(second, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Equal("../a.txt", new FileInfo(link).LinkTarget);
        // A link to what is not there yet gives it its file.
        File.CreateSymbolicLink(At("early"), At("late"));
        WholeFile.Write(At("early"), "x");
        Assert.Equal("x", File.ReadAllText(At("late")));
        File.CreateSymbolicLink(At("round"), At("about"));
        File.CreateSymbolicLink(At("about"), At("round"));
        Assert.Contains("circle", Assert.Throws<IOException>(() => WholeFile.Write(At("round"), "x")).Message);
    }

    [Fact]
    public async Task PipesAndDevicesAreWrittenAsTheyAre()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has none among its files.");
        string pipe = At("pipe.txt");
        using (Process made =
            Process.Start("mkfifo", [pipe])!) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<string> reader = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        WholeFile.Write(pipe, "through");
        Assert.Equal("through", await reader);
        WholeFile.Write("/dev/null", "nobody reads this");
        Assert.True(SpecialFile.IsSpecial("/dev/null") && SpecialFile.IsSpecial("/dev/zero") && SpecialFile.IsSpecial(pipe));
        Assert.True(SpecialFile.IsSpecial(SpecialFile.BehindLinks("/dev/stdout")));
        File.WriteAllText(At("empty"), "");
        Assert.False(SpecialFile.IsSpecial(At("empty")) || SpecialFile.IsSpecial(folder) || SpecialFile.IsSpecial(At("none")));
        Assert.DoesNotContain(Directory.GetFiles("/dev"), file => file.EndsWith(WholeFile.Unfinished, StringComparison.Ordinal));
    }

    [Fact]
    public void ManyWritersOfOneFileLeaveOneOfTheirsWhole()
    {
        string path = At("shared.bin");
        Parallel.For(0, 40, i => WholeFile.Write(path, Enumerable.Repeat((byte)i, 10_000).ToArray()));
        Assert.Single(File.ReadAllBytes(path).Distinct());
        Assert.Single(Directory.GetFiles(folder));
    }
}
