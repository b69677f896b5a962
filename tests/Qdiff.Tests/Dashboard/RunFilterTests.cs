using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Reports;

public class RunFilterTests
{
    static readonly RunRow[] s_rows =
    [
        Row("a/unet-1", "unet", 0.02, 64, ("fid", 3.5)),
        Row("a/unet-2", "unet", 0.04, 128),
        Row("b/hybrid \"x\"-1", "qvunet-1hq", 0.025, 64, ("fid", 12)),
        Row("c", null, double.NaN, 64),
        new() { Name = "events", Kind = FolderKind.Events },
    ];

    [Theory]
    [InlineData("", "a/unet-1 a/unet-2 b/hybrid c events")]
    [InlineData("loss<0.03", "a/unet-1 b/hybrid")]
    [InlineData("loss<0.03 model=unet", "a/unet-1")]
    [InlineData("  LOSS <= 2e-2  ", "a/unet-1")]
    [InlineData("model!=unet", "b/hybrid")]
    [InlineData("model~UNET", "a/unet-1 a/unet-2 b/hybrid")]
    [InlineData("training.batch>=128", "a/unet-2")]
    [InlineData("batch=64 fid>3.4", "a/unet-1 b/hybrid")]
    [InlineData("fid<10", "a/unet-1")]
    [InlineData("b/", "b/hybrid")]
    [InlineData("HYBRID 1", "b/hybrid")]
    [InlineData("state=events", "events")]
    [InlineData("loss=NaN", "c")]
    [InlineData("name=\"a/unet-2\"", "a/unet-2")]
    [InlineData("started>=2026-11-26", "a/unet-1 a/unet-2 b/hybrid c")]
    [InlineData("started<2026-11-26", "")]
    [InlineData("\"net-\" seed=1", "a/unet-1 a/unet-2")]
    public void WhatHoldsForAllIsShown(string filter, string names) =>
        Assert.Equal(names, string.Join(' ', RunFilter.Apply(filter, s_rows).Select(row => row.Name.Split(' ')[0])));

    [Theory]
    [InlineData("los<1", "a value called los. Did you mean loss?")]
    [InlineData("loss<", "'loss<' cannot be understood")]
    [InlineData("a \"b", "'\"b' cannot be understood")]
    [InlineData("a<b<c", "cannot be understood")]
    public void WhatCannotBeUnderstoodIsSaid(string filter, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => RunFilter.Apply(filter, s_rows)).Message);

    [Fact]
    public void LongNonsenseTakesNoTime() =>
        Assert.Throws<InputException>(() => RunFilter.Apply(new string('a', 499) + "<", s_rows));

    static RunRow Row(string name, string? model, double loss, int batch, params (string, double)[] metrics) => new()
    {
        Name = name,
        Kind = FolderKind.Run,
        State = RunState.Stopped,
        Model = model,
        Loss = loss,
        Seed = 1,
        Started = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero),
        Metrics = metrics.ToDictionary(entry => entry.Item1, entry => entry.Item2),
        Settings = new Dictionary<string, string> { ["training.batch"] = $"{batch}", ["name"] = name },
    };
}
