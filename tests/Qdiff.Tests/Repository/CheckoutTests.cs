using System.Diagnostics;

/// <summary>What git makes of the files on other machines.</summary>
public class CheckoutTests
{
    /// <summary>
    /// Git for Windows turns line endings into CRLF unless a file forbids it, and then no shell script starts in WSL.
    /// </summary>
    [Fact]
    public void TextFilesHaveOneLineEndingInEveryCheckout()
    {
        string root = Repository.Root;
        Assert.SkipUnless(Path.Exists(Path.Combine(root, ".git")), "These sources are no checkout.");
        var start = new ProcessStartInfo("git", ["-C", root, "ls-files", "--eol"]) { RedirectStandardOutput = true };
        using Process git = Process.Start(start)!;
        string[] files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.Contains(files, file => file.EndsWith("\tqdiff"));
        Assert.All(files, file => Assert.True(
            file.StartsWith("i/-text ") || file.StartsWith("i/none ")
                || (file.StartsWith("i/lf ") && file.Contains(file.EndsWith(".cmd") ? " eol=crlf" : " eol=lf")), file));
    }
}
