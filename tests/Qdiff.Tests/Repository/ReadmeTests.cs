using System.Diagnostics;
using System.Text.RegularExpressions;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Imaging;

/// <summary>What the README promises.</summary>
public partial class ReadmeTests
{
    static readonly string s_root = Repository.Root, s_readme = File.ReadAllText(Path.Combine(s_root, "README.md"));

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
        Assert.Contains("\n./qdiff quickstart\n", s_readme);
        Assert.Contains("\ndotnet test\n", s_readme);
    }

    [Fact]
    public void TheCitationIsOfThisVersion() =>
        Assert.Contains($"\nversion: {typeof(QdiffTool).Assembly.GetName().Version!.ToString(3)}\n",
            File.ReadAllText(Path.Combine(s_root, "CITATION.cff")));

    /// <summary>A newcomer's command and that of CI are one: another configuration once took a quarter of an hour.</summary>
    [Fact]
    public void ContinuousIntegrationRunsItsTestCommand() =>
        Assert.Contains("\ndotnet test 2>&1 |", File.ReadAllText(Path.Combine(s_root, ".ci", "run")));

    /// <summary>Tests that run only when asked for are named where the documentation says how.</summary>
    [Fact]
    public void TestsThatAreLeftOutAreDocumented()
    {
        string page = File.ReadAllText(Path.Combine(s_root, "docs", "tests.md"));
        string[] tests = ClassesWith(LeftOut);
        Assert.NotEmpty(tests);
        Assert.All(tests, name => Assert.Contains($"`{name}`", page));
    }

    /// <summary>CI runs them, by their classes or methods, but those that the documentation says so of.</summary>
    [Fact]
    public void TestsThatAreAskedForAreInCi()
    {
        string page = File.ReadAllText(Path.Combine(s_root, "docs", "tests.md")),
            ci = File.ReadAllText(Path.Combine(s_root, ".ci", "run"));
        string[] slowest = ["OnnxModelTests", "ExactResumeTests", "DeviceCircuitTests", "OperationTests", "TrainingTests"],
            byMethod = ["SamplingTests"], writes = ["PublicSurfaceTests"];
        string left = page[page.IndexOf("all but the slowest", StringComparison.Ordinal)..];
        Assert.All(slowest, name => Assert.Contains(name == "OperationTests" ? "the operations thread by thread" : $"`{name}`",
            left[..left.IndexOf("\n\n", StringComparison.Ordinal)].ReplaceLineEndings(" ")));
        Assert.All(ClassesWith(AskedFor).Except([.. slowest, .. byMethod, .. writes]),
            name => Assert.Matches($@"\b{name}\b", ci));
    }

    static string[] ClassesWith(Regex mark) =>
        [.. Directory.GetFiles(Path.Combine(s_root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => mark.IsMatch(File.ReadAllText(file))).Select(file => Path.GetFileNameWithoutExtension(file))];

    /// <summary>Every line that begins with the tool is one that it understands, and the configurations that it names are
    /// there.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void CommandsInTheDocumentationAreUnderstood(string page)
    {
        string text = File.ReadAllText(Path.Combine(s_root, page)).Replace("\\\n", " ");
        foreach (Match line in CommandLine.Matches(text))
        {
            string[] words = line.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(Tool.Commands(Papers.Catalog).Parse(words).Errors is [], $"{page}: {line.Value}");
            Assert.All(words.Where(word => word.StartsWith("configs/") && !word.Contains('N')),
                path => Assert.True(File.Exists(Path.Combine(s_root, path)), $"{page}: {path}"));
        }
    }

    public static TheoryData<string> Pages =>
    [
        .. Directory.GetFiles(Path.Combine(s_root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(s_root, "README.md")).Select(path => Path.GetRelativePath(s_root, path)).Order(),
    ];

    [Fact(Explicit = true)]
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
            Raster image = Png.Read(Path.Combine(folder, "samples.png"));
            Assert.True(image.Width > 4 * 28 * 3);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"<!-- (?<file>[^ ]+\.cs) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    static partial Regex CodeBlock { get; }

    [GeneratedRegex(@"Explicit =\strue|Assert\.Skip")]
    static partial Regex LeftOut { get; }

    [GeneratedRegex(@"Explicit =\strue")]
    static partial Regex AskedFor { get; }

    [GeneratedRegex(@"^(?:QDIFF|\./qdiff|qdiff) (?<words>[^#>\n]*)", RegexOptions.Multiline)]
    static partial Regex CommandLine { get; }

    [GeneratedRegex(@"\]\((?<path>[^)#]+)\)")]
    static partial Regex Link { get; }
}
