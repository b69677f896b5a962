using System.Text.Json;
using Qdiff;

/// <summary>A name that becomes a folder or a file stays in its folder, on every system.</summary>
public class PlainNameTests
{
    [Theory]
    [InlineData("mnist-unet")]
    [InlineData("a")]
    [InlineData("0.1_x-Y")]
    [InlineData("console")]
    [InlineData("com")]
    public void PlainNamesAreTaken(string name) => Assert.Equal(name, PlainName.Require("name", name));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-option")]
    [InlineData("../evil")]
    [InlineData("/tmp/abs")]
    [InlineData("a/b")]
    [InlineData(@"a\b")]
    [InlineData("C:x")]
    [InlineData("end.")]
    [InlineData("line\n")]
    [InlineData("\u001b]0;x\u0007")]
    [InlineData("nul\0")]
    [InlineData("CON")]
    [InlineData("aux.txt")]
    [InlineData("lpt1")]
    [InlineData("über")]
    public void OthersAreNotInAConfigurationNorOnTheCommandLine(string name)
    {
        Assert.Contains("must be a name of", Assert.Throws<InputException>(() => PlainName.Require("x", name)).Message);
        Assert.Throws<InputException>(() =>
            ResolvedExperiment.Parse($"name: {JsonSerializer.Serialize(name)}", "x", Catalog.Default));
    }

    [Fact]
    public void LongOnesAreNot()
    {
        Assert.True(PlainName.Is(new('a', 80)));
        Assert.False(PlainName.Is(new('a', 81)));
    }
}
