using System.Text.Json;

/// <summary>What <c>qdiff work</c> tells programs of several plans.</summary>
[Collection(nameof(HostileArgumentTests))]
public class WorkVerbTests
{
    /// <summary>Neither plan can be read, which is found at once; none is looked at when the time is up.</summary>
    [Theory]
    [InlineData(2, "1h", "2")]
    [InlineData(0, "0.000001s", "null")]
    public void AllPlansAreOneDocument(int expected, string time, string each)
    {
        using TemporaryFolder folder = new();
        folder.Write("first/plan.json", "{}"u8.ToArray());
        folder.Write("second/plan.json", "{}"u8.ToArray());
        (int code, string output, _) = CapturedTool.Run("work", folder.Path, "--max-time", time, "--json");
        Assert.Equal(expected, code);
        Assert.Equal([$"first {each}", $"second {each}"], JsonDocument.Parse(output).RootElement.EnumerateArray().Select(plan =>
            $"{Path.GetFileName(plan.GetProperty("folder").GetString())} {plan.GetProperty("code").GetRawText()}"));
    }
}
