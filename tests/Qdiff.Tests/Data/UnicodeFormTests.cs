using Qdiff;
using Qdiff.Imaging;

public class UnicodeFormTests
{
    [Theory]
    [InlineData("Gru\u0308n", "Grün")]
    [InlineData("Grün", "Grün")]
    [InlineData("Cafe\u0301 a\u030A A\u030A n\u0303", "Café å Å ñ")]
    [InlineData("Vie\u0323\u0302t Nam, ca\u0302\u0301u", "Việt Nam, cấu")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("\u304B\u3099\u306F\u309A", "がぱ")]
    [InlineData("\u0438\u0306\u0435\u0308", "йё")]
    [InlineData("q\u0308 plain", "q\u0308 plain")]
    [InlineData("\u0308", "\u0308")]
    [InlineData("", "")]
    public void MarksAreComposedAsOtherSystemsWriteThem(string text, string composed) =>
        Assert.Equal(composed, UnicodeForm.Compose(text));

    [Fact]
    public void ClassesOfMacAndOfWindowsAreOneAndInOneOrder()
    {
        byte[] image = Png.Encode(new Raster(2, 2, 1));
        using TemporaryFolder mac = new(), windows = new();
        foreach ((TemporaryFolder folder, string green) in ((TemporaryFolder, string)[])[(mac, "Gru\u0308n"), (windows, "Grün")])
        {
            foreach (string name in (string[])[green, "Grz", "Grau"]) folder.Write($"{name}/e\u0301.png", image);
        }

        // Decomposed, the umlaut would come before z.
        Assert.Equal(["Grau", "Grz", "Grün"], ImageFolder.Load(mac.Path).ClassNames);
        Assert.Equal(ImageFolder.Load(windows.Path).ClassNames, ImageFolder.Load(mac.Path).ClassNames);
        Assert.Equal(2, ClassNames.LabelOf("Gru\u0308n", ImageFolder.Load(windows.Path)));
        if (Directory.Exists(mac.File("Grün"))) return;      // the file system itself takes both for one
        mac.Write("Grün/2.png", image);
        ImageSet both = ImageFolder.Load(mac.Path);
        Assert.Equal((3, 4), (both.ClassNames.Count, both.Count));
        Assert.Equal([0, 1, 2, 2], both.Labels.ToArray());
    }
}
