using Qdiff.Evaluation;
using Qdiff.Papers;

public sealed class ReproductionTests
{
    public static TheoryData<string, string> Tables => new(Papers.Catalog.Tables.Select(t => (t.Paper, t.Name)));

    [Theory]
    [MemberData(nameof(Tables))]
    public void EveryRowHasAConfigurationOfOneBudget(string paper, string name)
    {
        PublishedTable table = Assert.Single(Papers.Catalog.TablesOf(paper, name));
        foreach (bool brief in (bool[])[false, true])
        {
            IReadOnlyList<ComparisonArm> arms = Reproduction.Arms(table, Read, Papers.Catalog, brief, []);
            Assert.Equal(table.Rows.Count, arms.Count);
            // 60,000 images: what the published steps are of. A difference in budget would throw.
            ComparisonPlan plan =
                ComparisonPlan.Create("runs", null, arms, null, 1, null, brief ? [] : table.Epochs, null, 60_000);
            Assert.Equal(brief ? 1 : table.Epochs.Count + 1, plan.Steps.Count);
            if (paper == "paper-a" && !brief) Assert.Equal(9375, plan.Steps[^1]);
            Assert.Equal(name == "fashion-mnist" ? "fashion-mnist" : name.Split('-')[0], arms[0].Config.Data.Dataset);
        }
    }

    [Fact]
    public void PublishedValuesStandBesideOurs()
    {
        PublishedTable table = Papers.Catalog.TablesOf("paper-a", "mnist")[0];
        IReadOnlyList<ComparisonArm> arms = Reproduction.Arms(table, Read, Papers.Catalog, brief: false, []);
        ArmResult measured = new("mnist-qvunet-7hq", [new(42, 50.5), new(43, 51.5)], 51, new(44, 58, 0.95), null);
        var result = new ComparisonResult
        {
            Name = "x",
            Preset = "paper-a",
            Baseline = "mnist-unet",
            Seeds = [42, 43],
            Arms = [.. arms.Select(a => new ComparedArm(a.Name, "m", 1, 1, 0, 9375))],
            Metrics =
            [
                new(469, "fid/inception-2048-tf1bilinear/v1", "p1", null, [measured with { Arm = "mnist-unet", Mean = 300 }], "v")
                { Epoch = 1 },
                new(9375, "fid/inception-2048-tf1bilinear/v1", "p2", 3.5, [measured], "Cannot be told apart."),
            ],
            Missing = [],
            Notes = [],
        };
        string text = Reproduction.ToText(table, result, arms, brief: false, ["training.steps=9375"]);
        Assert.Contains("Set otherwise than published: training.steps=9375.", text);
        Assert.Contains("## After 469 steps (epoch 1)", text);
        Assert.DoesNotContain("different scales", text);
        Assert.Contains("Measured with preset domain, not paper-a",
            Reproduction.ToText(table, result with { Preset = "domain" }, arms, brief: true, []));
        Assert.Matches(@"7HQConv +\| +43\.0731 \| +51\.00 \| +44\.00 … 58\.00", text);
        Assert.Matches(@"Classical +\| +311\.0582 \| +300\.0", text);
        Assert.Matches(@"kid +\| +1HQConv +\| +0\.0556 ± 0\.0015 \| +not measured", text);
        Assert.Contains("ours: `p2`", text);
        Assert.All(table.NotComparable, line => Assert.Contains(line, text));
    }

    [Fact]
    public void AValueOfOneClassStandsBesideThatClass()
    {
        const string fid = "fid/inception-2048-tf1bilinear/v1";
        PublishedTable table = Papers.Catalog.TablesOf("paper-b", "pathmnist")[0];
        IReadOnlyList<ComparisonArm> arms = Reproduction.Arms(table, Read, Papers.Catalog, brief: false, []);
        ArmResult Ours(double value) => new(arms[0].Name, [new(42, value)], value, null, null);
        var result = new ComparisonResult
        {
            Name = "x",
            Preset = "paper-b",
            Baseline = arms[0].Name,
            Seeds = [42],
            Arms = [.. arms.Select(a => new ComparedArm(a.Name, "m", 1, 1, 0, 10, Networks: 9))],
            Metrics = [new(10, fid, "p", null, [Ours(70)], "v")],
            Classes = [new(10, fid + " class 0", "p", null, [Ours(61)], ""),
                new(10, fid + " class 1", "p", null, [Ours(62)], "")],
            Missing = [],
            Notes = [],
        };
        string text = Reproduction.ToText(table, result, arms, brief: false, []);
        Assert.Matches(@"\| fid/inception-2048-tf1bilinear/v1 +\| +classical \| +- \| +70\.00 \|", text);
        Assert.Matches(@"/v1 class 1 \| +classical \| +95\.72 \(class 1, background, alone\) \| +62\.00 \|", text);
        Assert.Matches(@"\| fid class 1 +\| +quantum \| +84\.4 \(class 1, background, alone\) \| +not measured \|", text);
        Assert.DoesNotContain("class 0", text);
    }

    [Fact]
    public void WhatAPaperPrintsTwiceIsShownTwiceAndItsParametersToo()
    {
        PublishedTable table = Papers.Catalog.TablesOf("paper-a", "fashion-mnist")[0];
        string text = Empty(table);
        Assert.Contains("3.9783 ± 0.0777 (figure 10i); 3.8076 ± 0.0741 (figure 14a)", text);
        Assert.DoesNotContain("## Parameters", text);
        text = Empty(Papers.Catalog.TablesOf("paper-a", "mnist")[0]);
        Assert.Matches(@"\| FullHQConv +\| +429,993 \| +7 \| +6 \|", text);
        Assert.Matches(@"\| Transfer, classical 19 \+ classical 1 +\| +- \| +7 \| +6 \|", text);
        Assert.Contains("floats made bytes by cutting off", text);
    }

    static string Empty(PublishedTable table)
    {
        IReadOnlyList<ComparisonArm> arms = Reproduction.Arms(table, Read, Papers.Catalog, brief: false, []);
        return Reproduction.ToText(table, new ComparisonResult
        {
            Name = "x",
            Preset = "paper-a",
            Baseline = arms[0].Name,
            Seeds = [42],
            Arms = [.. arms.Select(a => new ComparedArm(a.Name, "m", 7, 6, 0, 10))],
            Metrics = [new(10, "fid/x/v1", "p", null, [new(arms[0].Name, [new(42, 1)], 1, null, null)], "v")],
            Missing = [],
            Notes = [],
        }, arms, brief: false, []);
    }

    static string? Read(string name)
    {
        using Stream? stream = typeof(Qdiff.Cli.ReproduceVerb).Assembly.GetManifestResourceStream($"configs/{name}.yaml");
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}
