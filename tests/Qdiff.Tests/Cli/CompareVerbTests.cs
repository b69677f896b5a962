/// <summary>What <c>qdiff compare</c> refuses before it writes a plan. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class CompareVerbTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--max-time 2d: write a time such as", "--max-time", "2d")]
    [InlineData("--at-steps and --at-epochs both say when to measure", "--at-steps", "2", "--at-epochs", "1")]
    public void WhatCannotBeMeantIsNoPlan(string expected, params string[] arguments)
    {
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
        CapturedTool.AssertRefused(expected, ["compare", "tiny.yaml", "--steps", "4", "--plan", "-q", .. arguments]);
        Assert.False(Directory.Exists("runs"), "A plan was written.");
    }
}
