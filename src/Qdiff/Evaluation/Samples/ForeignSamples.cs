using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Samples that any program made: a folder of pictures, or an array file of NumPy.</summary>
/// <param name="Images">The images, with labels if there are some.</param>
/// <param name="Reading">How the file was understood, in words; where a guess was made, it can be checked here.</param>
public sealed record ForeignSamples(ImageSet Images, string Reading)
{
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
            return WithoutEmptyColour(folder,
                $"{folder.Count:N0} pictures of {folder.Shape}"
                + (folder.HasLabels ? $" in {folder.ClassNames.Count} classes" : ""));
        }

        if (!File.Exists(path)) throw new InputException($"There is no run, folder or file {path}.");
        StoredArray images;
        StoredArray? labels = null;
        string name = "";
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) images = Npy.Read(path);
        else if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            Dictionary<string, StoredArray> arrays = new(Npz.Read(path), StringComparer.Ordinal);
            name = s_names.FirstOrDefault(arrays.ContainsKey)
                ?? throw new InputException($"{path} has no array {string.Join(", ", s_names)}; it has "
                    + $"{(arrays.Count == 0 ? "none" : string.Join(", ", arrays.Keys))}.");
            images = arrays[name];
            labels = arrays.GetValueOrDefault("labels");
        }
        else throw new InputException($"{path} is no folder, .npz or .npy file; samples come as one of these.");

        (int count, int channels, int height, int width, bool channelsLast, string layout) = Layout(path, images);
        (byte[] pixels, string range) = Pixels(path, images);
        if (channelsLast && channels > 1) pixels = ToPlanes(pixels, channels, height * width);
        var set = new ImageSet(Path.GetFileName(path), [channels, height, width], pixels,
            labels is null ? null : Labels(path, labels, count));
        return WithoutEmptyColour(set,
            $"{count:N0} images{(name.Length > 0 ? $" from '{name}'" : "")}, {layout}, "
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
        if (low >= 0 && high <= 1) return (Map(value => value * 255), seen + ", read as 0 … 1");
        if (low >= -1 - over && high <= 1 + over)
            return (Map(value => (value + 1) * 127.5f), seen + ", read as −1 … 1" + (low < -1 || high > 1 ? " and clipped" : ""));
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

    /// <summary>Many programs save grey images with three equal channels.</summary>
    static ForeignSamples WithoutEmptyColour(ImageSet images, string reading)
    {
        int plane = images.Height * images.Width;
        if (images.Channels != 3) return new(images, reading);
        var grey = new byte[images.Count * plane];
        for (int i = 0; i < images.Count; i++)
        {
            ReadOnlySpan<byte> image = images.Image(i);
            if (!image[..plane].SequenceEqual(image[plane..(2 * plane)]) || !image[..plane].SequenceEqual(image[(2 * plane)..]))
                return new(images, reading);
            image[..plane].CopyTo(grey.AsSpan(i * plane));
        }

        int[]? labels = images.HasLabels ? images.Labels.ToArray() : null;
        return new(new(images.Name, [1, images.Height, images.Width], grey, labels, images.ClassNames),
            reading + ", three equal channels read as grey");
    }
}
