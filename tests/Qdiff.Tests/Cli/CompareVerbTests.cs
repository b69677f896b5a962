using System.Text.Json;

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

    /// <summary>Others may be at the one that is there.</summary>
    [Fact]
    public void APlanIsReplacedByNoneOfFewerRunsAndByNoOtherUnsaid()
    {
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
        string[] compare = ["compare", "tiny.yaml", "--name", "pair", "--steps", "4", "--plan", "-q", "--seeds"];
        string plan = Path.Combine("runs", "pair", "plan.json");
        for (int i = 0; i < 2; i++)
        {
            (int same, _, string nothing) = CapturedTool.Run([.. compare, "2"]);
            Assert.Equal((0, ""), (same, nothing));
        }

        string before = File.ReadAllText(plan);
        CapturedTool.AssertRefused($"{plan} plans 2 runs, and this is of 1: ", [.. compare, "1"]);
        Assert.Equal(before, File.ReadAllText(plan));
        (int code, _, string error) = CapturedTool.Run([.. compare, "3"]);
        Assert.Equal((0, $"qdiff: {plan} was another plan and is replaced; workers that are at it go on with the old one\n"),
            (code, error));
        Assert.Contains("\"runs\": 3", File.ReadAllText(plan));
    }

    [Fact]
    public void PlansOfSeveralTablesAreOneDocument()
    {
        (int code, string output, string error) = CapturedTool.Run("reproduce", "paper-a", "--short", "--set",
            "data.dataset=fashion-mnist-test", "--set", "data.split=null", "--seeds", "1", "--preset", "domain", "--metrics",
            "kid", "--samples", "20", "--plan", "--json", "-q");
        Assert.True(code == 0, error);
        Assert.Equal(["paper-a-fashion-mnist-short", "paper-a-mnist-short"], JsonDocument.Parse(output).RootElement
            .EnumerateArray().Select(plan => Path.GetFileName(plan.GetProperty("folder").GetString())).Order());
    }
}
