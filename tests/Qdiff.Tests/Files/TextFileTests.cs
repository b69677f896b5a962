using System.Diagnostics;
using System.Text;
using Qdiff;
using Qdiff.Imaging;

public sealed class TextFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, byte[]> Encodings => new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes("grün: π\r\n") },
        { "UTF-8 with mark", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("grün: π\r\n")] },
        { "UTF-16", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("grün: π\r\n")] },
        {
            "UTF-16, high byte first",
            [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("grün: π\r\n")]
        },
        { "UTF-32", [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes("grün: π\r\n")] },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void TheMarkTellsTheEncoding(string name, byte[] bytes)
    {
        folder.Write(name, bytes);
        Assert.Equal("grün: π\r\n", TextFile.Read(folder.File(name)));
    }

    [Fact]
    public void AConfigurationOfWindowsIsRead()
    {
        byte[] yaml = Encoding.Unicode.GetBytes("name: first\r\ntraining:\r\n  steps: 7\r\n");
        folder.Write("a.yaml", [.. Encoding.Unicode.Preamble, .. yaml]);
        Assert.Equal(7, ResolvedExperiment.Load(folder.File("a.yaml"), Catalog.Default).Config.Training.Steps);
    }

    [Fact]
    public void NoMoreIsReadThanATextOfItsKindHas()
    {
        folder.Write("long.txt", new byte[1001]);
        Assert.Contains("is longer than 1000 bytes",
            Assert.Throws<InputException>(() => TextFile.Read(folder.File("long.txt"), most: 1000)).Message);
        Assert.Equal(1001, TextFile.Read(folder.File("long.txt"), most: 1001).Length);
    }

    [Fact]
    public async Task EndlessFilesAreRefusedAndPipesAreRead()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("longer than", Assert.Throws<InputException>(() => TextFile.Read("/dev/zero", most: 100_000)).Message);
        Assert.Contains("/dev/zero is longer",
            Assert.Throws<InputException>(() => ResolvedExperiment.Load("/dev/zero", Catalog.Default)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        Assert.Contains("no regular file", Assert.Throws<InputException>(() => InputFile.Open("/dev/zero")).Message);

        string pipe = folder.File("pipe");
        using (Process make = Process.Start("mkfifo", [pipe])) await make.WaitForExitAsync();
        string link = folder.File("link");
        File.CreateSymbolicLink(link, pipe);
        foreach (string place in (string[])[pipe, link])
            Assert.Contains("a pipe or a device", Assert.Throws<InputException>(() => Raster.Read(place)).Message);
        Assert.Equal($"{link} is a pipe that nobody writes into.",
            Assert.Throws<InputException>(() => TextFile.Read(link)).Message);
        // Who comes too late finds a reader that goes at once.
        using (FileStream late = new(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            Assert.Contains("Broken pipe", Assert.Throws<IOException>(() =>
            {
                for (int i = 0; i < 100_000; i++) late.Write(new byte[1]);
            }).Message);
        Task writing = Task.Run(() => File.WriteAllText(pipe, "from a pipe"));
        Assert.Equal("from a pipe", TextFile.Read(pipe));
        await writing;
    }
}
