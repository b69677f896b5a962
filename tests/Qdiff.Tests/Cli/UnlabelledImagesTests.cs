/// <summary>Images of one's own in one folder, without classes: no classifier can be trained on them.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class UnlabelledImagesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ImagesWithoutLabelsAreToldTheWayOut()
    {
        for (int i = 0; i < 4; i++)
            folder.Write($"photos/{i}.png",
                new PngFile(8, 8, Depth: 8, Colour: 0, Interlaced: false).Build((x, y, _) => x * y + i));
        string photos = "folder:" + folder.File("photos");
        CapturedTool.AssertRefused("has no labels, so it cannot be divided class by class: put the images of each class into a "
            + "sub-folder, or measure in features that need no classifier, such as inception-2048.",
            "classifier", "train", photos, "-o", folder.File("own.safetensors"), "-q");
        CapturedTool.AssertRefused("There is no classifier for this data set. Train one with 'qdiff classifier train DATASET "
            + "--output FILE' (with --size, if the images are given one) and give it with --classifier FILE. Images without "
            + "labels have no classes to learn: put those of each class into a sub-folder, or measure with --features "
            + "inception-2048 --inception FILE --metrics kid.",
            "evaluate", folder.File("photos"), "--dataset", photos, "-q");
    }
}
