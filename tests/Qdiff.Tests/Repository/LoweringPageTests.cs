using System.Text.RegularExpressions;

/// <summary>The files and tests that docs/lowering.md names are there.</summary>
public class LoweringPageTests
{
    static readonly string s_passes = Repository.Read("docs/lowering.md").Split("## Once a step")[0];

    [Fact]
    public void ItsFilesAreThere()
    {
        string[] there = [.. Repository.Files("src/Qdiff.Quantum", "*.cs")], files = [.. Named(@"[\w/]+\.cs")];
        Assert.True(files.Length > 10);
        Assert.All(files, file => Assert.Contains(there, path => path.EndsWith("/" + file, StringComparison.Ordinal)));
    }

    [Fact]
    public void ItsTestsAreThere()
    {
        string tests = string.Concat(Repository.Files("tests/Qdiff.Quantum.Tests", "*Tests.cs").Select(Repository.Read));
        string[] names = [.. Named(@"(?:\w+Tests\.)?(?:[A-Z][a-z]+){3,}|HQConv\w+").Select(name => name.Split('.')[^1])
            .Where(name => name is not "PreparedCircuit" and not "LoweredCircuit")];
        Assert.True(names.Length > 10);
        Assert.All(names, name => Assert.Matches($@"(void|class) {name}\b", tests));
    }

    static IEnumerable<string> Named(string pattern) =>
        Regex.Matches(s_passes, $"`({pattern})`").Select(match => match.Groups[1].Value).Distinct();
}
