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
        Assert.Contains("a pipe or a device", Assert.Throws<InputException>(() => Raster.Read(pipe)).Message);
        Task writing = Task.Run(() => File.WriteAllText(pipe, "from a pipe"));
        Assert.Equal("from a pipe", TextFile.Read(pipe));
        await writing;
    }
}
