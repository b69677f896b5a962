using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Samples that any program made: a folder of images, or an array file of NumPy.</summary>
/// <param name="Images">The images, with labels if there are some.</param>
/// <param name="Reading">How the file was understood, in words; where a guess was made, it can be checked here.</param>
public sealed record ExternalSamples(ImageSet Images, string Reading)
{
    static readonly string[] s_images = ["images", "samples", "arr_0", "x", "data"], s_labels = ["labels", "label", "y", "arr_1"];

    /// <summary>
    /// Reads a folder of PNG and JPEG files (see <see cref="ImageFolder"/>), an <c>.npz</c> with <c>images</c>, <c>samples</c> or
    /// <c>arr_0</c> (or one array that can be images, whatever its name) and perhaps <c>labels</c>, or an <c>.npy</c>: N×H×W,
    /// N×H×W×C or N×C×H×W; bytes, or floats in 0 … 1, −1 … 1 or 0 … 255.
    /// </summary>
    /// <exception cref="InputException">There is none, or it cannot be understood without guessing.</exception>
    public static ExternalSamples Read(string path)
    {
        if (Directory.Exists(path))
        {
            ImageSet folder = ImageFolder.Load(path);
            return new(folder, Invariant($"{folder.Count:N0} images of {folder.Shape}")
                + (folder.HasLabels ? $" in {folder.ClassNames.Count} classes" : "")
                + string.Concat(folder.Notes.Select(note => $"; {note}")));
        }

        if (!File.Exists(path)) throw new InputException($"There is no run, folder or file {path}.{NearestPath.Hint(path)}");
        try
        {
            return ReadArrays(path);
        }
        catch (InvalidDataException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    static ExternalSamples ReadArrays(string path)
    {
        StoredArray images;
        StoredArray? labels = null;
        string name = "";
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) images = Npy.Read(path);
        else if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            (name, string? label) = NamesIn(path);
            Dictionary<string, StoredArray> arrays = new(Npz.Read(path, wanted => wanted == name || wanted == label),
                StringComparer.Ordinal);
            images = arrays[name];
            labels = label is null ? null : arrays[label];
        }
        else throw new InputException($"{path} is no folder, .npz or .npy file; samples come as one of these.");

        (int count, int channels, int height, int width, bool channelsLast, string layout) = Layout(path, images);
        if ((long)height * width > Raster.LargestSize)
            throw new InputException($"{path}: the images have {height}×{width} pixels; the most is {Raster.LargestSize}.");
        ReadingBudget.Require((images.Type == ElementType.U8 ? 0L : images.Count) + images.Bytes.Length, path);
        (byte[] pixels, string range) = Pixels(path, images);
        if (channelsLast) PixelOrder.ToPlanes(pixels, [channels, height, width]);
        var set = new ImageSet(Path.GetFileName(path), [channels, height, width], pixels,
            labels is null ? null : LabelArray.Read(labels, count, $"The array of labels in {path}"));
        return new(set, Invariant($"{count:N0} images") + $"{(name.Length > 0 ? $" from '{name}'" : "")}, {layout}, "
            + $"{range}{(labels is null ? "" : ", with labels")}");
    }

    /// <summary>Which arrays of an archive are the images and the labels. Others may be of kinds that are not read.</summary>
    static (string Images, string? Labels) NamesIn(string path)
    {
        IReadOnlyList<(string Name, IReadOnlyList<int>? Shape)> arrays = Npz.List(path);
        string[] names = [.. arrays.Select(array => array.Name)];
        string[] read = [.. arrays.Where(array => array.Shape is not null).Select(array => array.Name)];
        string[] candidates = [.. arrays.Where(array => array.Shape?.Count is 3 or 4).Select(array => array.Name)];
        // Where only one of a kind that is not read has such a name, reading it says why it is not.
        string images = s_images.FirstOrDefault(read.Contains) ?? s_images.FirstOrDefault(names.Contains)
            ?? (candidates is [string only] ? only
            : throw new InputException($"{path} has no array {string.Join(", ", s_images)}; it has "
                + $"{(names.Length == 0 ? "none" : string.Join(", ", names))}."));
        // Beside images that have a name, a second array without one may be anything.
        return (images, s_labels.FirstOrDefault(label => read.Contains(label) && (label != "arr_1" || images == "arr_0")));
    }

    static (int Count, int Channels, int Height, int Width, bool ChannelsLast, string Words) Layout(string path,
        StoredArray images)
    {
        int[] shape = [.. images.Shape];
        string text = string.Join('×', shape);
        if (shape.Length is not (3 or 4))
            throw new InputException($"{path}: an array of {text} holds no images; expected N×H×W, N×H×W×C or N×C×H×W.");
        if (shape.Contains(0)) throw new InputException($"{path}: the array of {text} is empty; there is nothing to evaluate.");
        if (shape is [_, _, 3])
            throw new InputException($"{path}: an array of {text} is one colour image. Several are expected, as N×H×W×C.");
        if (shape.Length == 3) return (shape[0], 1, shape[1], shape[2], false, $"N×H×W = {text}");
        bool last = shape[3] is 1 or 3, first = shape[1] is 1 or 3;
        if (last && first)
            throw new InputException($"{path}: in an array of {text} the channels may be the second or the last number. Save it "
                + "as N×C×H×W with larger images, or without the axis of one channel.");
        if (last) return (shape[0], shape[3], shape[1], shape[2], true, $"N×H×W×C = {text}");
        if (first) return (shape[0], shape[1], shape[2], shape[3], false, $"N×C×H×W = {text}");
        throw new InputException($"{path}: an array of {text} has neither 1 nor 3 channels, second or last.");
    }

    static (byte[] Pixels, string Words) Pixels(string path, StoredArray images)
    {
        if (images.Type == ElementType.U8)
        {
            byte[] bytes = images.TakeBytes();
            if (bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1) || !bytes.Contains((byte)1)) return (bytes, "bytes");
            for (int i = 0; i < bytes.Length; i++) bytes[i] *= 255;
            return (bytes, "bytes 0 and 1, read as 0 … 1");
        }

        (float low, float high, bool areWhole) = Range(path, images);
        string seen = Invariant($"{images.Type} from {low:0.###} to {high:0.###}");
        // Samplers that do not clip overshoot a little.
        const float over = 0.1f;
        if (low >= -over && high <= 1 + over)
            return (Map(value => value * 255), seen + ", read as 0 … 1" + (low < 0 || high > 1 ? " and clipped" : ""));
        if (low > -0.5f && low < 0 && high <= 1 + over)
            throw new InputException($"{path}: values are {seen}: that may be 0 … 1 or −1 … 1. Save bytes, or clip them.");
        if (low >= -1 - over && high <= 1 + over)
            return (Map(value => (value + 1) * 127.5f), seen + ", read as −1 … 1" + (low < -1 || high > 1 ? " and clipped" : ""));
        // Whole numbers are bytes whatever the largest is; others this small may be 0 … 1 that overshot.
        if (low >= 0 && high < 16 && !areWhole)
            throw new InputException($"{path}: values are {seen}: that may be 0 … 1 or 0 … 255. Save bytes, or clip them.");
        if (low >= 0 && high <= 255) return (Map(value => value), seen + ", read as 0 … 255");
        if (images.Type == ElementType.U16) return (Map(value => value / 257), seen + ", read as 0 … 65535");
        throw new InputException($"{path}: values are {seen}; pixels lie within 0 … 1, −1 … 1 or 0 … 255.");

        byte[] Map(Func<float, float> toByte)
        {
            var bytes = new byte[images.Count];
            foreach ((int start, float[] values) in Blocks(images))
                for (int i = 0; i < values.Length; i++)
                    bytes[start + i] = (byte)Math.Clamp(MathF.Round(toByte(values[i])), 0, 255);
            return bytes;
        }
    }

    /// <summary>The least and the greatest value, and whether all are whole numbers.</summary>
    static (float Low, float High, bool AreWhole) Range(string path, StoredArray images)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        bool areWhole = true;
        foreach ((int start, float[] values) in Blocks(images))
        {
            int bad = Array.FindIndex(values, value => !float.IsFinite(value));
            if (bad >= 0)
                throw new InputException(Invariant(
                    $"{path}: image {(start + bad) / (images.Count / images.Shape[0])} holds {values[bad]}; ")
                    + "the samples are damaged.");
            (low, high) = (Math.Min(low, values.Min()), Math.Max(high, values.Max()));
            areWhole = areWhole && Array.TrueForAll(values, value => value == MathF.Round(value));
        }

        return (low, high, areWhole);
    }

    /// <summary>The numbers as floats, some at a time: all at once would take more memory than the images.</summary>
    static IEnumerable<(int Start, float[] Values)> Blocks(StoredArray images)
    {
        const int most = 1 << 14;
        var block = new float[most];
        for (int start = 0; start < images.Count; start += most)
        {
            float[] values = images.Count - start >= most ? block : new float[images.Count - start];
            images.CopyTo(start, values);
            yield return (start, values);
        }
    }

    /// <summary>
    /// The same samples as images of this data set: grey ones that were saved in three equal channels get one, and classes that
    /// have names, as those of a folder with a sub-folder each, get the data set's labels.
    /// </summary>
    /// <exception cref="InputException">A class of the samples is none of the data set's.</exception>
    public ExternalSamples As(ImageSet data)
    {
        (ImageSet images, string reading) = this;
        if (data.Channels == 1 && Grey(images) is { } grey)
            (images, reading) = (grey, reading + ", three equal channels read as grey");
        if (images.ClassNames.Count == 0 || !data.HasLabels) return new(images, reading);
        int[] meant = [.. images.ClassNames.Select(name => ClassNames.LabelOf(name, data))];
        int[] labels = [.. images.Labels.ToArray().Select(label => meant[label])];
        return new(new(images.Name, images.Shape, Pixels(images), labels, [.. data.ClassNames]) { Notes = images.Notes }, reading
            + $" (classes {string.Join(", ", images.ClassNames.Zip(meant, (name, label) => $"{name} = {label}"))})");
    }

    static byte[] Pixels(ImageSet images)
    {
        var pixels = new byte[images.Count * images.Shape.Count];
        for (int i = 0; i < images.Count; i++) images.Image(i).CopyTo(pixels.AsSpan(i * images.Shape.Count));
        return pixels;
    }

    /// <summary>Images of one channel if all three channels are equal, as many programs save grey ones; else null.</summary>
    static ImageSet? Grey(ImageSet images)
    {
        int plane = images.Height * images.Width;
        if (images.Channels != 3) return null;
        var grey = new byte[images.Count * plane];
        for (int i = 0; i < images.Count; i++)
        {
            ReadOnlySpan<byte> image = images.Image(i);
            if (!image[..plane].SequenceEqual(image[plane..(2 * plane)]) || !image[..plane].SequenceEqual(image[(2 * plane)..]))
                return null;
            image[..plane].CopyTo(grey.AsSpan(i * plane));
        }

        return new(images.Name, [1, images.Height, images.Width], grey, images.HasLabels ? images.Labels.ToArray() : null,
            images.ClassNames)
        { Notes = images.Notes };
    }
}
