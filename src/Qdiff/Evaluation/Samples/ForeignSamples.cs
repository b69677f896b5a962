using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Samples that any program made: a folder of pictures, or an array file of NumPy.</summary>
/// <param name="Images">The images, with labels if there are some.</param>
/// <param name="Reading">How the file was understood, in words; where a guess was made, it can be checked here.</param>
public sealed record ForeignSamples(ImageSet Images, string Reading)
{
    const string Label = "labels";

    static readonly string[] s_names = ["images", "samples", "arr_0"];

    /// <summary>
    /// Reads a folder of PNG and JPEG files (see <see cref="ImageFolder"/>), an <c>.npz</c> with <c>images</c>, <c>samples</c> or
    /// <c>arr_0</c> and perhaps <c>labels</c>, or an <c>.npy</c>: N×H×W, N×H×W×C or N×C×H×W; bytes, or floats in 0 … 1, −1 … 1 or
    /// 0 … 255.
    /// </summary>
    /// <exception cref="InputException">There is none, or it cannot be understood without guessing.</exception>
    public static ForeignSamples Read(string path)
    {
        if (Directory.Exists(path))
        {
            ImageSet folder = ImageFolder.Load(path);
            return new(folder, $"{folder.Count:N0} pictures of {folder.Shape}"
                + (folder.HasLabels ? $" in {folder.ClassNames.Count} classes" : ""));
        }

        if (!File.Exists(path)) throw new InputException($"There is no run, folder or file {path}.");
        StoredArray images;
        StoredArray? labels = null;
        string name = "";
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) images = Npy.Read(path);
        else if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            // Other arrays may be of kinds that are not read; what they are called is all that matters of them.
            List<string> others = [];
            Dictionary<string, StoredArray> arrays = new(Npz.Read(path, Wanted), StringComparer.Ordinal);
            name = s_names.FirstOrDefault(arrays.ContainsKey)
                ?? throw new InputException($"{path} has no array {string.Join(", ", s_names)}; it has "
                    + $"{(others.Count == 0 ? "none" : string.Join(", ", others))}.");
            images = arrays[name];
            labels = arrays.GetValueOrDefault(Label);

            bool Wanted(string entry)
            {
                bool wanted = entry == Label || s_names.Contains(entry);
                if (!wanted) others.Add(entry);
                return wanted;
            }
        }
        else throw new InputException($"{path} is no folder, .npz or .npy file; samples come as one of these.");

        (int count, int channels, int height, int width, bool channelsLast, string layout) = Layout(path, images);
        (byte[] pixels, string range) = Pixels(path, images);
        if (channelsLast && channels > 1) pixels = ToPlanes(pixels, channels, height * width);
        var set = new ImageSet(Path.GetFileName(path), [channels, height, width], pixels,
            labels is null ? null : Labels(path, labels, count));
        return new(set, $"{count:N0} images{(name.Length > 0 ? $" from '{name}'" : "")}, {layout}, "
            + $"{range}{(labels is null ? "" : ", with labels")}");
    }

    static (int Count, int Channels, int Height, int Width, bool ChannelsLast, string Words) Layout(string path,
        StoredArray images)
    {
        int[] shape = [.. images.Shape];
        string text = string.Join('×', shape);
        if (shape.Length is not (3 or 4))
            throw new InputException($"{path}: an array of {text} holds no images; expected N×H×W, N×H×W×C or N×C×H×W.");
        if (shape.Contains(0)) throw new InputException($"{path}: the array of {text} is empty; there is nothing to evaluate.");
        if (shape.Length == 3) return (shape[0], 1, shape[1], shape[2], false, $"N×H×W = {text}");
        bool last = shape[3] is 1 or 3, first = shape[1] is 1 or 3;
        if (last && first)
            throw new InputException($"{path}: in an array of {text} the channels may be the second or the last number. Save it "
                + $"as N×C×H×W with larger images, or without the axis of one channel.");
        if (last) return (shape[0], shape[3], shape[1], shape[2], true, $"N×H×W×C = {text}");
        if (first) return (shape[0], shape[1], shape[2], shape[3], false, $"N×C×H×W = {text}");
        throw new InputException($"{path}: an array of {text} has neither 1 nor 3 channels, second or last.");
    }

    static (byte[] Pixels, string Words) Pixels(string path, StoredArray images)
    {
        if (images.Type == ElementType.U8) return (images.Bytes.ToArray(), "bytes");
        float[] values = images.ToSingles();
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new InputException($"{path}: image {bad / (values.Length / images.Shape[0])} holds {values[bad]}; the samples "
                + $"are damaged.");
        float low = values.Min(), high = values.Max();
        string seen = FormattableString.Invariant($"{images.Type} from {low:0.###} to {high:0.###}");
        // Samplers that do not clip overshoot a little.
        const float over = 0.1f;
        if (low >= -over && high <= 1 + over)
            return (Map(value => value * 255), seen + ", read as 0 … 1" + (low < 0 || high > 1 ? " and clipped" : ""));
        if (low > -0.5f && low < 0 && high <= 1 + over)
            throw new InputException($"{path}: values are {seen}: that may be 0 … 1 or −1 … 1. Save bytes, or clip them.");
        if (low >= -1 - over && high <= 1 + over)
            return (Map(value => (value + 1) * 127.5f), seen + ", read as −1 … 1" + (low < -1 || high > 1 ? " and clipped" : ""));
        // Whole numbers are bytes whatever the largest is; others this small may be 0 … 1 that overshot.
        if (low >= 0 && high < 16 && values.Any(value => value != MathF.Round(value)))
            throw new InputException($"{path}: values are {seen}: that may be 0 … 1 or 0 … 255. Save bytes, or clip them.");
        if (low >= 0 && high <= 255) return (Map(value => value), seen + ", read as 0 … 255");
        throw new InputException($"{path}: values are {seen}; pixels lie within 0 … 1, −1 … 1 or 0 … 255.");

        byte[] Map(Func<float, float> toByte) =>
            [.. values.Select(value => (byte)Math.Clamp(MathF.Round(toByte(value)), 0, 255))];
    }

    static int[] Labels(string path, StoredArray labels, int count)
    {
        long[] values = labels.ToInt64s();
        if (values.Length != count) throw new InputException($"{path} has {count} images but {values.Length} labels.");
        long wrong = Array.FindIndex(values, value => value is < 0 or > 1_000_000);
        if (wrong >= 0) throw new InputException($"{path}: label {wrong} is {values[wrong]}; labels count from 0.");
        return [.. values.Select(value => (int)value)];
    }

    static byte[] ToPlanes(byte[] pixels, int channels, int plane)
    {
        var planes = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int pixel, int c) = Math.DivRem(i, channels);
            (int image, int at) = Math.DivRem(pixel, plane);
            planes[(image * channels + c) * plane + at] = pixels[i];
        }

        return planes;
    }

    /// <summary>
    /// The same samples as images of this data set: grey ones that were saved in three equal channels get one, and classes that
    /// have names, as those of a folder with a sub-folder each, get the data set's labels.
    /// </summary>
    /// <exception cref="InputException">A class of the samples is none of the data set's.</exception>
    public ForeignSamples As(ImageSet data)
    {
        (ImageSet images, string reading) = this;
        if (data.Channels == 1 && Grey(images) is { } grey)
            (images, reading) = (grey, reading + ", three equal channels read as grey");
        if (images.ClassNames.Count == 0 || !data.HasLabels) return new(images, reading);
        int[] meant = [.. images.ClassNames.Select(name => ClassNames.LabelOf(name, data))];
        int[] labels = [.. images.Labels.ToArray().Select(label => meant[label])];
        return new(new(images.Name, images.Shape, Pixels(images), labels, [.. data.ClassNames]), reading
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
            images.ClassNames);
    }
}
