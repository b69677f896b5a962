using Qdiff;
using Qdiff.Imaging;

public class DataCatalogTests
{
    [Fact]
    public void TheBuiltInSetIsTheOfficialOne()
    {
        ImageSet images = Catalog.Default.DataSets.Load("fashion-mnist-test");
        Assert.Equal(10_000, images.Count);
        Assert.Equal([1, 28, 28], images.Shape);
        Assert.Equal(Catalog.Default.DataSets.Source("fashion-mnist").OfficialHashes[Split.Test], images.Hash);
        Assert.Equal(Enumerable.Repeat(1000, 10), images.Labels.ToArray().CountBy(label => label).Select(pair => pair.Value));
        Assert.Equal("Ankle boot", images.ClassNames[images.Labels[0]]);
    }

    [Fact]
    public void NamesAreUniqueAndDescribed()
    {
        Assert.Equal(Catalog.Default.DataSets.Count, Catalog.Default.DataSets.DistinctBy(source => source.Name).Count());
        Assert.All(Catalog.Default.DataSets, source => Assert.NotEmpty(source.Summary));
        Assert.All(Catalog.Default.DataSets, source => Assert.Empty(source.OfficialHashes.Keys.Except(source.Splits)));
        Assert.All(Catalog.Default.DataSets.SelectMany(source => source.OfficialHashes.Values), hash =>
            Assert.Equal(64, hash.Length));
    }

    [Fact]
    public void AnUnknownNameMeetsTheNearestAndAllOthers()
    {
        string message = Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("fashion-mnits")).Message;
        Assert.Contains("Did you mean fashion-mnist?", message);
        Assert.All(Catalog.Default.DataSets, source => Assert.Contains(source.Name, message));
        Assert.DoesNotContain("Did you mean",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("galaxies")).Message);
    }

    [Fact]
    public void ASplitThatIsNotThereIsRefused()
    {
        Assert.Contains("no split train, only test",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("fashion-mnist-test", split: Split.Train)).Message);
        using TemporaryFolder folder = new();
        folder.Write("a.png", Png.Encode(new Raster(2, 3, 1)));
        InputException refusal =
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load(folder.Path, split: Split.Test));
        Assert.Contains("its part test cannot be chosen; leave the part out", refusal.Message);
        Assert.Equal(Remedy.AllParts, refusal.Remedy);
    }

    [Fact]
    public void AFolderOfImagesIsNotTakenForTheFilesOfADataSet()
    {
        using TemporaryFolder folder = new();
        folder.Write("a.png", Png.Encode(new Raster(2, 3, 1)));
        InputException refusal =
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("mnist", folder.Path, Split.Train));
        Assert.Contains($"has images, not the files of mnist; the data set of these images is folder:{folder.Path}.",
            refusal.Message);
        Assert.Equal((Remedy.OwnImages, folder.Path), (refusal.Remedy, refusal.Subject));
        folder.Write("notes.txt", [1]);
        Assert.Equal(Remedy.Download, Assert.Throws<MissingPartException>(() =>
            Catalog.Default.DataSets.Load("mnist", folder.Path, Split.Train)).Remedy);
    }

    [Fact]
    public void FilesMayLieInAFolderOfTheSetsName()
    {
        using TemporaryFolder folder = new();
        Raster image = new(64, 64, 3);
        folder.Write("pictures/a.png", Png.Encode(image));
        folder.Write("eurosat/a/b/c/Forest/Forest_1.png", Png.Encode(image));
        folder.Write("eurosat/a/b/c/River/River_1.png", Png.Encode(image));
        Assert.Equal(2, Catalog.Default.DataSets.Load("eurosat", folder.Path).Count);
        Assert.Equal(2, Catalog.Default.DataSets.Load("eurosat", folder.File("eurosat")).Count);
        // One of the name that has none hides nothing of what is wrong beside it.
        Directory.Delete(folder.File("eurosat/a"), recursive: true);
        Assert.Contains("lies in the folder 'pictures'", Assert.Throws<InputException>(() =>
            Catalog.Default.DataSets.Load("eurosat", folder.Path)).Message);
    }

    [Fact]
    public void WhatIsBuiltInIsReadFromNoFolder()
    {
        const string expected = "fashion-mnist-test comes with the program and is read from no folder; leave out elsewhere";
        Assert.Contains(expected, Assert.Throws<InputException>(() =>
            Catalog.Default.DataSets.Load("fashion-mnist-test", "elsewhere")).Message);
        // A run whose configuration names one goes on.
        var config = new DataConfig { Dataset = "fashion-mnist-test", Folder = "elsewhere" };
        Assert.Equal(10_000, config.Load(Catalog.Default).Count);
        Assert.Contains(expected, Assert.Throws<InputException>(() => config.In("elsewhere").Load(Catalog.Default)).Message);
    }

    [Fact]
    public void AFolderNeedsAPath()
    {
        Assert.Contains("needs the path of a folder",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("folder:")).Message);
        Assert.Contains("needs the path of a folder", Assert.Throws<InputException>(() =>
            new DataConfig { Dataset = "folder:", Folder = "." }.Load(Catalog.Default)).Message);
        using TemporaryFolder folder = new();
        folder.Write("a.png", [1]);
        Assert.Contains("a.png is a file; name the folder",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load(folder.File("a.png"))).Message);
    }

    [Fact]
    public void FoldersAreTakenByPrefixAndByPath()
    {
        using TemporaryFolder folder = new();
        folder.Write("a.png", Png.Encode(new Raster(2, 3, 1)));
        Assert.Equal([1, 3, 2], Catalog.Default.DataSets.Load($"folder:{folder.Path}").Shape);
        Assert.Equal([1, 3, 2], Catalog.Default.DataSets.Load(folder.Path).Shape);
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("same", "same", 0)]
    [InlineData("minst", "mnist", 2)]
    public void EditsAreCounted(string a, string b, int edits)
    {
        Assert.Equal(edits, NearestName.Edits(a, b));
        Assert.Equal(edits, NearestName.Edits(b, a));
    }
}
