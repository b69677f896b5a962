using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Tensors;

/// <summary>Which real images stand in for samples of classes, where the data do not have these equally often.</summary>
public sealed class RealImagesTests : IDisposable
{
    static readonly ImageSet s_all = FashionMnist.LoadBuiltIn();
    static readonly EvaluationPreset s_preset = EvaluationPreset.Domain.With(new KidMetric { SubsetSize = 100, Subsets = 20 })
        with
    { ReferenceCount = 0, Metrics = [new FidMetric()] };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheFloorHasTheProportionsOfTheSamples()
    {
        Write(("train", [(1, 0, 450), (8, 0, 50)]), ("test", [(1, 500, 270), (8, 500, 30)]));
        RealImages natural = Real(labels: null), balanced = Real(Balanced(100));
        Assert.Equal(natural.Reference.Hash, balanced.Reference.Hash);
        Assert.Equal((50, 50), Classes(balanced.Floor!));
        Assert.Same(balanced.Reference, balanced.FloorReference);
        Assert.Contains(balanced.Notes, note => note.Contains("are in the samples' proportions and share that shift"));
        Assert.DoesNotContain(natural.Notes, note => note.Contains("proportions"));
        // In the natural ones the floor is what it was without labels.
        Assert.Equal(natural.Floor!.Hash, Real([.. Enumerable.Range(0, 100).Select(i => i < 90 ? 1 : 8)]).Floor!.Hash);

        // A perfect model of each class asked for: its distance is all shift, and so is that of real images.
        ImageSet perfect = s_all.Select([.. Rows(1, 800, 50), .. Rows(8, 800, 50)], "perfect");
        MeasuredMetric told = Fid(perfect, balanced), untold = Fid(perfect, natural);
        Assert.Equal(untold.Value.Value, told.Value.Value);
        Assert.InRange(told.Value.Value / untold.Floor!.Value, 10, double.PositiveInfinity);
        Assert.InRange(told.Value.Value / told.Floor!.Value, 0.5, 2);
    }

    [Fact]
    public void OfARareClassThereAreAllThatThereAre()
    {
        Write(("train", [(1, 0, 300), (8, 0, 20)]), ("test", [(1, 400, 270), (8, 400, 30)]));
        RealImages real = Real(Balanced(100));
        Assert.Equal((50, 20), Classes(real.Floor!));
        Assert.Contains(real.Notes, note => note.Contains("as nearly as there are images of each class"));
    }

    [Fact]
    public void EqualClassesChangeNothing()
    {
        Write(("train", [(1, 0, 100), (8, 0, 104)]), ("test", [(1, 400, 100), (8, 400, 97)]));
        RealImages untold = Real(labels: null, count: 80), told = Real(Balanced(80));
        Assert.Equal((untold.Floor!.Hash, untold.FloorReference.Hash, untold.Reference.Hash),
            (told.Floor!.Hash, told.FloorReference.Hash, told.Reference.Hash));
        Assert.Equal(untold.Notes, told.Notes);
    }

    /// <summary>The rest keeps the proportions of the data, or the floor would be compared with something else.</summary>
    [Fact]
    public void TwoPartsOfTheReferenceHaveEachItsOwnProportions()
    {
        Write(("train", [(1, 0, 450), (8, 0, 50)]));
        RealImages real = Real(Balanced(100), s_preset with { ReferenceSplit = Split.Train });
        // Class 8 gives half of its images, so that half of the others remain too, and the two parts are as 100 to 500.
        Assert.Equal((25, 25), Classes(real.Floor!));
        Assert.Equal((225, 25), Classes(real.FloorReference));
        Assert.Contains(real.Notes, note => note.Contains("compare two parts of it, 50 with 250"));
        Assert.Contains(real.Notes, note => note.Contains("share that shift"));
    }

    [Fact]
    public void WhereThereIsNoImageOfTheSamplesClassesOthersStandIn()
    {
        Write(("train", [(1, 0, 90), (8, 0, 30)]));
        RealImages real = Real([.. Enumerable.Repeat(3, 40)], s_preset with { ReferenceSplit = Split.Train });
        Assert.Equal((30, 90), (real.Floor!.Count, real.FloorReference.Count));
    }

    /// <summary>The parts of a folder are what a published data set's are: samples are not compared with what was learned.</summary>
    [Fact]
    public void OfAFolderWithPartsTheReferenceIsTheOneKeptBack()
    {
        foreach ((string part, int first) in ((string, int)[])[("train", 0), ("val", 20), ("test", 40)])
            for (int i = first; i < first + 8; i++)
            {
                Raster picture = new(28, 28, 1);
                s_all.Image(i).CopyTo(picture.Pixels);
                folder.Write($"{part}/all/{i}.png", Png.Encode(picture));
            }

        Assert.Equal(("test", 0, "train"), Parts());
        Directory.Delete(folder.File("test"), recursive: true);
        Assert.Equal(("validation", 1, "train"), Parts());

        (string, int, string) Parts()
        {
            RealImages real = RealImages.For(new() { Dataset = folder.Path }, Catalog.Default, s_preset, 8);
            return (real.Split, real.Notes.Count(note => note.Contains("has no test split")), real.Training!.Name.Split('/')[^1]);
        }
    }

    RealImages Real(int[]? labels, EvaluationPreset? preset = null, int count = 100) =>
        RealImages.For(new() { Dataset = "pathmnist", Folder = folder.Path }, Catalog.Default, preset ?? s_preset,
            labels?.Length ?? count, labels: labels);

    MeasuredMetric Fid(ImageSet samples, RealImages real) =>
        Evaluator.Run(Coloured(samples), real, new() { Preset = s_preset, Classifier = new BlockNetwork(), Resamples = 0 }, "key",
            "test").Metrics.Single();

    static int[] Balanced(int count) => [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? 1 : 8)];

    static (int, int) Classes(ImageSet images)
    {
        int[] labels = images.Labels.ToArray();
        return (labels.Count(label => label == 1), labels.Count(label => label == 8));
    }

    /// <summary>Images of a class from the given one on.</summary>
    static IEnumerable<int> Rows(int label, int from, int count) =>
        Enumerable.Range(0, s_all.Count).Where(i => s_all.Labels[i] == label).Skip(from).Take(count);

    static ImageSet Coloured(ImageSet images) => new(images.Name, [3, 28, 28],
        [.. Enumerable.Range(0, images.Count)
            .SelectMany(i => Enumerable.Repeat(images.Image(i).ToArray(), 3).SelectMany(plane => plane))],
        images.Labels.ToArray());

    void Write(params (string Part, (int Label, int From, int Count)[] Classes)[] parts) =>
        Npz.Write(folder.File("pathmnist.npz"), [.. parts.SelectMany(part =>
        {
            int[] rows = [.. part.Classes.SelectMany(one => Rows(one.Label, one.From, one.Count))];
            byte[] colours = [.. rows.SelectMany(i => s_all.Image(i).ToArray()).SelectMany(p => new[] { p, p, p })],
                labels = [.. rows.Select(i => (byte)s_all.Labels[i])];
            return (KeyValuePair<string, StoredArray>[])[
                new($"{part.Part}_images", StoredArray.Create([rows.Length, 28, 28, 3], colours)),
                new($"{part.Part}_labels", StoredArray.Create([rows.Length, 1], (ReadOnlySpan<byte>)labels))];
        })]);
}
