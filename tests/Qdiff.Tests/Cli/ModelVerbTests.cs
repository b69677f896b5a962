using Qdiff;
using Qdiff.Imaging;
using Qdiff.Papers;

/// <summary><c>qdiff model show</c> and <c>qdiff audit</c> build the network that <c>qdiff train</c> would.</summary>
[Collection(nameof(HostileArgumentTests))]
public class ModelVerbTests
{
    [Theory]
    [InlineData("447,715 parameters, for images of 3×28×28", "pathmnist-attention-light-plain")]
    [InlineData("for images of 3×64×64", "unet", "--set", "data.dataset=eurosat")]
    [InlineData("for images of 3×32×32", "unet", "--set", "data.dataset=eurosat", "--set", "data.size=32")]
    [InlineData("for images of 1×28×28", "mnist-unet")]
    [InlineData("for images of 3×64×64", "qcunet")]
    public void TheImagesAreThoseOfTheDataSet(string expected, params string[] arguments)
    {
        (int code, string output, string error) = CapturedTool.Run(["model", "show", .. arguments]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(expected, output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsAssumedOfAFolderThatIsNotThereIsSaid(bool quiet)
    {
        (int code, string output, string error) = CapturedTool.Run([.. quiet ? (string[])["-q"] : [], "model", "show", "unet",
            "--set", "data.dataset=folder:x"]);
        Assert.Equal(0, code);
        Assert.Contains("qdiff: the images of folder:x are not read; images of 1×28×28 are assumed: The image folder ", error);
        Assert.Contains("for images of 1×28×28", output);
    }

    [Fact]
    public void TheImagesOfAFolderAreLookedAt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", Png.Encode(new Raster(8, 8, 3)));
        (int code, string output, string error) = CapturedTool.Run("-q", "model", "show", "unet", "--set",
            $"data.dataset=folder:{folder.Path}", "--set", "data.size=32");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("for images of 3×32×32", output);
    }

    [Fact]
    public void AMistypedDataSetIsRefusedAsTrainingDoes() => Assert.Contains("Did you mean eurosat?",
        CapturedTool.Run("model", "show", "unet", "--set", "data.dataset=eurosatt").Error);

    [Fact]
    public void TheCatalogDescribesTheImagesOfEveryDataSet()
    {
        Assert.All(Papers.Catalog.DataSets, source => Assert.Contains(
            $"{source.Image!.Value[1]}×{source.Image!.Value[2]} {(source.Image!.Value[0] == 3 ? "colour" : "grey")}",
            source.Summary));
        Assert.Equal(FashionMnist.BuiltIn.Load("", Split.Test).Shape, FashionMnist.BuiltIn.Image);
    }
}
