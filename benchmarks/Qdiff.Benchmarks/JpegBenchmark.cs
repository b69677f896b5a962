using Qdiff.Imaging;

namespace Qdiff.Benchmarks;

/// <summary>
/// How fast JPEG files are decoded, in millions of bytes of pixels (red, green, blue) a second on one core. The goal is 50; a
/// image of 64×64 as EuroSAT has them is the hard case, for its tables must be built as well.
/// </summary>
static class JpegBenchmark
{
    const double Goal = 50;

    /// <summary>Measures and prints one line: the files below <paramref name="folder"/>, or an image of the tests.</summary>
    public static void Run(string? folder = null)
    {
        (Measurement time, double megabytes, int files) = Measure(folder);
        Console.WriteLine($"{$"JPEG decoding, {files} file{(files == 1 ? ""
            : "s")}",-52} {megabytes / time.Median,10:F1} MB/s of pixels, "
            + $"goal {Goal}{(megabytes / time.Median < Goal ? "  MISSED" : "")}");
    }

    /// <summary>The time to decode all files once, and how many millions of bytes they have.</summary>
    public static (Measurement Time, double Megabytes, int Files) Measure(string? folder = null)
    {
        byte[][] files = folder is null
            ? [File.ReadAllBytes(TestImage())]
            : [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes)];
        if (files.Length == 0) throw new InputException($"There is no .jpg file below {folder}.");
        double bytes = files.Sum(file => (double)Jpeg.Decode(file, "benchmark").Pixels.Length);
        Measurement time = Measurement.Take(() =>
        {
            foreach (byte[] file in files) Jpeg.Decode(file, "benchmark");
        }, warmUp: 40);
        return (time, bytes / 1e6, files.Length);
    }

    static string TestImage()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string path = Path.Combine(folder, "tests", "Qdiff.Tests", "Data", "Fixtures", "420-64x64.jpg");
            if (File.Exists(path)) return path;
        }

        throw new InputException("The image of the tests is not above the benchmark program; name a folder with .jpg files.");
    }
}
