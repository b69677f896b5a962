using System.Text;
using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>Everything that reads what comes from outside.</summary>
public sealed partial class Readers : IDisposable
{
    const string Where = "input";

    static readonly Type[] s_damaged = [typeof(InvalidDataException)], s_malformed = [typeof(FormatException)];

    readonly TemporaryFolder folder = new();
    readonly string run;

    /// <param name="more">A folder of further seeds: files whose ending is that of a reader's.</param>
    public Readers(string? more = null)
    {
        run = TinyRun.Train(folder.File("runs"));
        All = [.. Arrays(), .. Pictures(), .. Texts(), .. RunFiles()];
        if (more is null) return;
        ILookup<string, byte[]> further = Directory.EnumerateFiles(more, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Where(path => new FileInfo(path).Length is > 0 and < 200_000)
            .ToLookup(path => Path.GetExtension(path).TrimStart('.'), File.ReadAllBytes);
        All = [.. All.Select(reader => reader with { Seeds = [.. reader.Seeds, .. further[reader.Ending]] })];
    }

    public IReadOnlyList<InputReader> All { get; }

    public void Dispose() => folder.Dispose();

    IEnumerable<InputReader> Arrays()
    {
        byte[] images = SeedFiles.Idx(2, 4, 4), labels = SeedFiles.Idx(3);
        yield return new("idx", "idx", [images, labels], input =>
        {
            IdxFile.Read(new MemoryStream(input), Where, 3);
        });
        yield return new("idx-labels", "idx", [labels, SeedFiles.Idx(9)], input =>
        {
            IdxFile.Read(new MemoryStream(input), Where, 1);
        });
        yield return new("idx-gzip", "gz", [images, SeedFiles.Idx(3, 8, 8)],
            input => IdxFile.Read(new MemoryStream(input), Where, 3))
        { Mend = Framing.Gzip };
        byte[][] npys = [SeedFiles.Npy("|u1", "False", "2, 4, 4", 32), SeedFiles.Npy(">f4", "True", "3, 2", 24),
            SeedFiles.Npy("<i8", "False", "5,", 40), SeedFiles.Npy("<f2", "False", "", 2)];
        yield return new("npy", "npy", npys, input => Npy.Read(new MemoryStream(input), input.Length, Where))
        { Refusals = s_damaged };
        byte[] npz = Framing.Zip(("images.npy", npys[0]), ("labels.npy", npys[2]));
        yield return new("npz", "npz", [npz, Framing.Zip(("arr_0.npy", npys[1]))],
            input => Npz.Read(new MemoryStream(input), Where))
        { Refusals = s_damaged };
        yield return new("npz-content", "npy", npys, input => Npz.Read(new MemoryStream(input), Where))
        { Refusals = s_damaged, Mend = content => Framing.Zip(("images.npy", content)) };
        yield return OnDisk("samples", "npz", [npz, Framing.Zip(("images.npy", npys[0]))], path => ExternalSamples.Read(path));
        yield return OnDisk("samples-npy", "npy", [.. npys[..1], SeedFiles.Npy("<f4", "False", "2, 4, 4, 3", 384)],
            path => ExternalSamples.Read(path));
        byte[] medical = Framing.Zip(
            ("train_images.npy", SeedFiles.Npy("|u1", "False", "2, 2, 3, 3", 36)),
            ("train_labels.npy", SeedFiles.Npy("|u1", "False", "2, 1", 2)));
        yield return OnDisk("medmnist", "npz", [medical], path => MedMnistFile.Load(path, Split.Train,
            Where, [.. Enumerable.Range(0, 256).Select(label => Invariant($"{label}"))]));
        byte[] weights = File.ReadAllBytes(Directory.GetFiles(run, "weights.safetensors", SearchOption.AllDirectories)[0]);
        byte[] small = SeedFiles.Written(stream => new SafeTensors(
            [
                KeyValuePair.Create("a", StoredArray.Create([2, 3], new float[6])),
                KeyValuePair.Create("b.c", StoredArray.Create([4], new byte[4])),
            ],
            [KeyValuePair.Create("format", "pt")]).Write(stream));
        yield return new("safetensors", "safetensors", [small, weights],
            input => SafeTensors.Read(new MemoryStream(input), Where))
        { Refusals = s_damaged };
        yield return OnDisk("parity", "safetensors", [small, SeedFiles.Written(stream => new SafeTensors(
            [KeyValuePair.Create("output", StoredArray.Create([1, 1, 8, 8], new float[64]))],
            [KeyValuePair.Create("case", "unet"), KeyValuePair.Create("generated", "1")]).Write(stream))],
            path => ParityCheck.Run(path, Papers.Catalog));
        string classifier = folder.File("toy.safetensors");
        ToyImages.Train(ToyImages.Make(30, seed: 6), threads: 1, steps: 1).Save(classifier);
        yield return OnDisk("classifier", "safetensors", [File.ReadAllBytes(classifier)], path => DomainClassifier.Load(path));
        yield return new("torch", "pth", SeedFiles.Ending(".pth"), input => TorchFile.Read(input, Where));
        yield return OnDisk("zip", "zip", [EuroSatZip()], path => EuroSat.Load(path));
    }

    static byte[] EuroSatZip()
    {
        byte[] picture = SeedFiles.Embedded("420-64x64.jpg");
        return Framing.Zip(("2750/River/River_1.jpg", picture), ("2750/Forest/Forest_1.jpg", picture),
            ("2750/SeaLake/x_2.jpg", picture));
    }

    IEnumerable<InputReader> Pictures()
    {
        byte[][] pngs = [.. from channels in (int[])[1, 3] from side in (int[])[4, 8] select Png.Encode(Painted(side, channels))];
        byte[][] jpegs = [.. SeedFiles.Ending(".jpg")];
        byte[] gif = Gif.Encode([Painted(8, 3), Painted(8, 3)]);
        yield return new("png", "png", pngs, input => Png.Decode(input, Where)) { Mend = Framing.Png };
        yield return new("png-texts", "png", pngs, input => Png.ReadTexts(input, Where)) { Mend = Framing.Png };
        yield return new("jpeg", "jpg", jpegs, input => Jpeg.Decode(input, Where));
        yield return new("gif", "gif", [gif, .. pngs[..1], .. jpegs[..1]], input => Raster.Decode(input, Where));
        yield return OnDisk("picture-header", "png", [.. pngs, .. jpegs, gif], path =>
        {
            ImageHeader.IsStub(path);
            ImageHeader.Read(path);
        });
    }

    static Raster Painted(int side, int channels)
    {
        Raster raster = new(side, side, channels);
        SeedFiles.Pixels(raster.Pixels.Length).CopyTo(raster.Pixels, 0);
        return raster;
    }

    InputReader OnDisk(string name, string ending, IReadOnlyList<byte[]> seeds, Action<string> read, bool isText = false)
    {
        string path = folder.File($"{name}.{ending}");
        return new(name, ending, seeds, input =>
        {
            File.WriteAllBytes(path, input);
            read(path);
        })
        { IsText = isText };
    }

    static string TextOf(byte[] input) => Encoding.UTF8.GetString(input);

    static byte[] BytesOf(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, RunJson.File);
}
