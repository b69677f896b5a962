using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How far a call with the counts of a device is from the exact one.</summary>
public sealed record JobResult
{
    /// <summary>So much larger the difference is drawn.</summary>
    const int Magnified = 8;

    const float Levels = 127.5f;

    /// <summary>Of the noise that the network sees, in standard deviations of that noise.</summary>
    public required JobDistance Noise { get; init; }

    /// <summary>The same distance if every read-out were 0: how much the circuits matter at all in this call.</summary>
    public required JobDistance Silent { get; init; }

    /// <summary>Of the denoised image within [−1, 1], in its 255 levels.</summary>
    public required JobDistance Image { get; init; }

    /// <summary>Of the read-outs at the inputs that they were measured at.</summary>
    public required JobDistance ReadOuts { get; init; }

    /// <summary>The root mean square of the read-outs' standard errors: how far they would be by the number of shots
    /// alone. Null of a single shot, which does not say.</summary>
    public required double? StandardError { get; init; }

    /// <summary>How many jobs were measured.</summary>
    public required int Jobs { get; init; }

    /// <summary>How often each.</summary>
    public required int Shots { get; init; }

    /// <summary><c>readout</c> where errors of the read-out were taken back of the counts of a stage; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mitigation { get; init; }

    /// <summary>A row for each image: noisy, denoised exactly, denoised by the device, and eight times the difference.</summary>
    internal Raster? Picture { get; init; }

    internal static JobResult Of(DevicePass pass, int jobs, int shots)
    {
        ((float[] exact, float[] exactNoise), (float[] x0, float[] noise)) = (pass.ExactEstimate(), pass.Estimate());
        TensorPrimitives.Clamp<float>(exact, -1, 1, exact);
        TensorPrimitives.Clamp<float>(x0, -1, 1, x0);
        MeasuredCircuitRun[] measured = [.. pass.Measured];
        double[] readOuts = [.. measured.SelectMany(one => one.Means)],
            wanted = [.. measured.AsParallel().AsOrdered().SelectMany(one => pass.Exact(one.Run))];
        return new()
        {
            Noise = JobDistance.Between(noise, exactNoise, 1),
            Silent = JobDistance.Between(pass.SilentEstimate().Epsilon, exactNoise, 1),
            Image = JobDistance.Between(x0, exact, Levels),
            ReadOuts = JobDistance.Between(readOuts, wanted),
            StandardError = shots == 1 ? null : Math.Sqrt(measured.SelectMany(one => one.Variances).Average()),
            Jobs = jobs,
            Shots = shots,
            Picture = Draw(pass.Run.Network.Image, pass.Images.Values, exact, x0),
        };
    }

    static Raster Draw(Shape image, float[] noisy, float[] exact, float[] device)
    {
        float[] difference = [.. device.Zip(exact, (a, b) => Math.Clamp(Magnified * (a - b), -1, 1))];
        float[][] columns = [noisy, exact, device, difference];
        int count = exact.Length / image.Count;
        var all = new float[columns.Length * exact.Length];
        for (int i = 0; i < count; i++)
            for (int c = 0; c < columns.Length; c++)
                columns[c].AsSpan(i * image.Count, image.Count)
                    .CopyTo(all.AsSpan((i * columns.Length + c) * image.Count));
        return ImageGrid.Draw(ImageSet.FromSamples("jobs", image, all), new()
        {
            Columns = columns.Length,
            Scale = 4,
            ColumnTitles = ["noisy", "exact", "device", $"{Magnified} x diff."],
        });
    }
}

/// <summary>How far numbers are from exact ones.</summary>
/// <param name="Rms">The root of the mean square of the differences.</param>
/// <param name="Relative">The same, divided by the root mean square of the exact numbers.</param>
/// <param name="Max">The largest difference.</param>
public sealed record JobDistance(double Rms, double Relative, double Max)
{
    internal static JobDistance Between(double[] numbers, double[] exact)
    {
        double squares = 0, size = 0, max = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            double difference = Math.Abs(numbers[i] - exact[i]);
            (squares, size, max) = (squares + difference * difference, size + exact[i] * exact[i], Math.Max(max, difference));
        }

        return new(Math.Sqrt(squares / exact.Length), size == 0 ? 0 : Math.Sqrt(squares / size), max);
    }

    internal static JobDistance Between(float[] numbers, float[] exact, double unit) =>
        Between(Array.ConvertAll(numbers, value => value * unit), Array.ConvertAll(exact, value => value * unit));
}
