using Qdiff.Cli;
using Qdiff.Reports;

public class PastedCommandTests
{
    [Theory]
    [InlineData("runs/mnist-unet-42", "runs/mnist-unet-42")]
    [InlineData("./läufe/数字_1", "./läufe/数字_1")]
    [InlineData("my runs/a", "'my runs/a'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("~/runs", "'~/runs'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("a;b", "'a;b'")]
    [InlineData("", "''")]
    [InlineData("data.classes=[0, 1]", "'data.classes=[0, 1]'")]
    public void AWordReachesTheToolAsItIs(string word, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows quotes for another shell.");
        Assert.Equal(expected, PastedCommand.Quoted(word));
        Assert.SkipUnless(ToolProcess.HasShell, "There is no bash.");
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/bash",
            ["-c", $"printf '%s' {expected}"])
        { RedirectStandardOutput = true, StandardOutputEncoding = System.Text.Encoding.UTF8 })!;
        Assert.Equal(word, shell.StandardOutput.ReadToEnd());
    }

    [Theory]
    [InlineData(@"runs\mnist-unet-42\", @"runs\mnist-unet-42\")]
    [InlineData(@"my runs\a", @"""my runs\a""")]
    [InlineData(@"my runs\", @"""my runs\\""")]
    [InlineData(@"say ""hi""", @"""say \""hi\""""")]
    [InlineData(@"a b\""c", @"""a b\\\""c""")]
    [InlineData("", @"""""")]
    public void OnWindowsBackslashesBeforeAQuoteAreDoubled(string word, string expected) =>
        Assert.Equal(expected, CommandText.QuotedOnWindows(word));

    [Fact]
    public void CommandsAreNamedAsTheToolWasCalled()
    {
        Assert.Equal("qdiff train --resume 'a b'", PastedCommand.Of("train", "--resume", "a b"));
        Assert.SkipUnless(ToolProcess.HasShell, "There is no bash.");
        using var folder = new TemporaryFolder();
        (int code, _, string error) = ToolProcess.RunInShell(folder.Path, "data show mnist");
        Assert.Contains("'qdiff data get mnist'", error);
        (code, _, error) = ToolProcess.RunInShell(folder.Path, "data show mnist", "QDIFF_COMMAND=./qdiff ");
        Assert.Equal(2, code);
        Assert.Contains("'./qdiff data get mnist'", error);
    }

    [Fact]
    public void TheScriptSaysHowItWasCalled()
    {
        string script = File.ReadAllText(Path.Combine(Repository.Root, "qdiff"));
        Assert.Contains($"export {PastedCommand.Variable}=", script);
        Assert.Contains($"{PastedCommand.Variable}=", File.ReadAllText(Path.Combine(Repository.Root, "qdiff.cmd")));
    }
}
