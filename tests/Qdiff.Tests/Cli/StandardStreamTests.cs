using Qdiff;
using Qdiff.Cli;

/// <summary>A stream that is closed, left by its reader or full takes nothing with it.</summary>
public class StandardStreamTests
{
    [Fact]
    public void WhatCannotBeWrittenIsDropped()
    {
        foreach (Exception fault in (Exception[])[new IOException("full"), new UnauthorizedAccessException(),
            new ObjectDisposedException("gone")])
        {
            int opened = 0;
            var stream = new StandardStream(() => ++opened > 0 ? throw fault : TextWriter.Null);
            stream.WriteLine("one");
            stream.Write('2');
            stream.WriteOver("three");
            Assert.Equal(1, opened);
            Assert.Same(fault as IOException, stream.Failure);
        }
    }

    [Fact]
    public void EveryWayToWriteMakesControlCharactersVisible()
    {
        var written = new StringWriter();
        var stream = new StandardStream(() => written);
        stream.Write('\u001b');
        stream.Write("a\u001bb");
        stream.WriteLine("c\u009bd");
        stream.Write(['e', '\u202e']);
        stream.Write("{0}", "\u0007");
        stream.WriteLine("f\rg".AsSpan());
        stream.WriteOver("h\ri");
        Assert.Equal(@"\u001ba\u001bbc\u009bd" + "\n" + @"e\u202e\u0007f\rg" + Environment.NewLine + "\r" + @"h\ri",
            written.ToString());
    }

    [Theory]
    [InlineData(2, "model lisst 1>&2 2>&-")]
    [InlineData(2, "model lisst 2>/dev/full")]
    [InlineData(0, "circuit list 2>&1 1>&-")]
    [InlineData(0, "circuit list 0<&- 1>&- 2>&-")]
    [InlineData(1, "circuit list 1>/dev/full")]
    [InlineData(0, "circuit list | head -c 1 >/dev/null")]
    [InlineData(0, "--help | head -c 1 >/dev/null")]
    public void BrokenStreamsDoNotAbort(int expected, string arguments)
    {
        Assert.SkipUnless(ToolProcess.HasShell && File.Exists("/dev/full"), "There is no bash or no /dev/full.");
        using var folder = new TemporaryFolder();
        (int code, string output, string error) = ToolProcess.RunInShell(folder.Path, arguments);
        Assert.Equal((expected, ""), (code, output));
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public void ATrainingGoesOnAndSavesWithoutItsStreams()
    {
        Assert.SkipUnless(ToolProcess.HasShell, "There is no bash.");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml);
        (int code, _, _) = ToolProcess.RunInShell(folder.Path, "train -c tiny.yaml --set training.steps=3 1>&- 2>&-");
        Assert.Equal(0, code);
        Assert.Equal(3, Qdiff.RunFolder.Open(folder.File("runs/tiny-42"), Catalog.Default).Checkpoints.ReadLatest()!.Step);
    }
}
