using System.Text.RegularExpressions;

/// <summary>Whatever is printed goes through one place, where control characters become visible and broken streams are survived;
/// the libraries print nothing.</summary>
public partial class ConsoleTests
{
    [Fact]
    public void OnlyTheTerminalTouchesTheConsole()
    {
        string[] files = [.. Repository.Files("src", "*.cs")];
        Assert.Contains(files, file => file.EndsWith("Tool.cs", StringComparison.Ordinal));
        Assert.Equal("src/Qdiff.Cli/Output/Terminal.cs",
            Assert.Single(files, file => ConsoleName.IsMatch(Comment.Replace(Repository.Read(file), ""))));
    }

    [GeneratedRegex(@"\bConsole\.|OpenStandard(Output|Error)|System\.Console")]
    static partial Regex ConsoleName { get; }

    /// <summary>The examples in comments print.</summary>
    [GeneratedRegex(@"^\s*///.*$", RegexOptions.Multiline)]
    static partial Regex Comment { get; }
}
