using System.Diagnostics;
using System.Text.RegularExpressions;
using Qdiff;

/// <summary>What the README promises.</summary>
public partial class ReadmeTests
{
    static readonly string s_root = FindRoot(), s_readme = File.ReadAllText(Path.Combine(s_root, "README.md"));

    [Fact]
    public void ItsCodeIsTheExampleProgram()
    {
        MatchCollection blocks = CodeBlock.Matches(s_readme);
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Equal(File.ReadAllText(Path.Combine(s_root, block.Groups["file"].Value)),
            block.Groups["code"].Value));
    }

    [Fact]
    public void ItsPicturesAndPagesExist() =>
        Assert.All(Link.Matches(s_readme).Select(m => m.Groups["path"].Value).Where(p => !p.StartsWith("http")),
        path => Assert.True(Path.Exists(Path.Combine(s_root, path)), path));

    [Fact]
    public void ItNamesBothCommands()
    {
        Assert.Contains("./qdiff quickstart", s_readme);
        Assert.Contains("dotnet test", s_readme);
    }

    [Fact]
    public async Task TheExampleTrainsAndSamples()
    {
        string folder = Directory.CreateTempSubdirectory("qdiff-example").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TrainAndSample.dll"), "10"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await error);
            Assert.Contains("   10  loss ", output);
            Raster picture = Png.Read(Path.Combine(folder, "samples.png"));
            Assert.True(picture.Width > 4 * 28 * 3);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Qdiff.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex(@"<!-- (?<file>[^ ]+\.cs) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    static partial Regex CodeBlock { get; }

    [GeneratedRegex(@"\]\((?<path>[^)#]+)\)")]
    static partial Regex Link { get; }
}
