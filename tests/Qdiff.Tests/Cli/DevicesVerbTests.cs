using System.Text.Json;
using Qdiff.Gpu;

/// <summary>What <c>--device</c> means, and what is refused.</summary>
[Collection(nameof(HostileArgumentTests))]
public class DevicesVerbTests
{
    [Fact]
    public void TheProcessorsAndTheEmulatorAreAlwaysThere()
    {
        (int code, string output, string error) = CapturedTool.Run("devices", "--json");
        Assert.Equal((0, ""), (code, error));
        string[] names = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()
            .Select(row => row.GetProperty("name").GetString()!)];
        Assert.Equal("cpu", names[0]);
        Assert.Equal("emulator", names[^1]);
        Assert.Equal(2 + GpuDevice.Count(), names.Length);
    }

    [Theory]
    [InlineData("tpu")]
    [InlineData("gpu:x")]
    [InlineData("gpu:99")]
    public void UnknownDevicesAreOneLine(string name)
    {
        (int code, string output, string error) = CapturedTool.Run("devices", "--device", name);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("device", error);
    }

    [Fact]
    public void VerbsThatDoNotTrainSaySo()
    {
        (int code, _, string error) = CapturedTool.Run("model", "show", "unet", "--device", "emulator");
        Assert.Equal(0, code);
        Assert.Contains("'model show' computes on the processors", error);
    }
}
