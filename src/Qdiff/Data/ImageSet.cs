using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Images of one size held as bytes (N × C × H × W, C = 1 or 3), with optional labels. Immutable: a subset is a view that shares
/// the pixels. Numbers in [−1, 1] are made on demand, a tile of sixteen images at a time.
/// </summary>
public sealed class ImageSet
{
    static readonly float[] s_values = [.. Enumerable.Range(0, 256).Select(pixel => pixel * 2f / 255f - 1f)];

    readonly byte[] pixels;      // shared by a set and all its views
    readonly int[]? rows;        // which stored image stands at each place; null: all of them, in order
    readonly int[]? labels;      // in the order of this view
    readonly Lazy<string> hash;
    IReadOnlyList<string> notes = [];

    /// <summary>
    /// The set of all images in <paramref name="pixels"/> (N × C × H × W for the shape C × H × W). The arrays are kept, not
    /// copied: the caller must not write to them afterwards.
    /// </summary>
    public ImageSet(string name, Shape shape, byte[] pixels, int[]? labels = null, IReadOnlyList<string>? classNames = null)
        : this(name, shape, pixels, null, CountOf(shape, pixels), labels, classNames ?? [])
    {
        if (labels is null) return;
        if (labels.Length != Count)
            throw new ArgumentException($"There are {Count} images but {labels.Length} labels; they must match.", nameof(labels));
        int wrong = Array.FindIndex(labels, label => label < 0 || (ClassNames.Count > 0 && label >= ClassNames.Count));
        if (wrong >= 0)
            throw new ArgumentException(
                $"Label {wrong} is {labels[wrong]}, outside the {ClassNames.Count} classes.", nameof(labels));
    }

    ImageSet(string name, Shape shape, byte[] pixels, int[]? rows, int count, int[]? labels, IReadOnlyList<string> classNames)
    {
        (Name, Shape, Count, ClassNames) = (name, shape, count, classNames);
        (this.pixels, this.rows, this.labels) = (pixels, rows, labels);
        hash = new(() => ImageSetHash.Of(this));
    }

    /// <summary>Where the images come from and how they were chosen: <c>mnist/train[labels 0,1]</c>.</summary>
    public string Name { get; }

    /// <summary>The shape of one image: channels × height × width.</summary>
    public Shape Shape { get; }

    /// <summary>How many images there are.</summary>
    public int Count { get; }

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    public int Channels => Shape[0];

    /// <summary>Rows of an image.</summary>
    public int Height => Shape[1];

    /// <summary>Columns of an image.</summary>
    public int Width => Shape[2];

    /// <summary>Whether every image has a label.</summary>
    public bool HasLabels => labels is not null;

    /// <summary>The label of each image, or nothing. Labels keep their number in a subset.</summary>
    public ReadOnlySpan<int> Labels => labels;

    /// <summary>What label k is called, or nothing. A subset keeps the names of all classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What whoever asked for the images should know of how they were read: what was left out or changed.</summary>
    public IReadOnlyList<string> Notes { get => notes; init => notes = value; }

    /// <summary>
    /// SHA-256 over sizes, pixels and labels, in lower-case hexadecimal digits: equal sets have equal hashes on any machine.
    /// </summary>
    /// <remarks>See <see cref="ImageSetHash"/> for the bytes that are hashed.</remarks>
    public string Hash => hash.Value;

    /// <summary>The pixels of one image, channels × height × width.</summary>
    public ReadOnlySpan<byte> Image(int index)
    {
        if ((uint)index >= (uint)Count) throw OutOfRange(index);
        return pixels.AsSpan(StartOf(index), Shape.Count);
    }

    /// <summary>The same images with one more note.</summary>
    internal ImageSet WithNote(string note)
    {
        var noted = (ImageSet)MemberwiseClone();
        noted.notes = [.. notes, note];
        return noted;
    }

    /// <summary>The images at these places, in the order given; a place may come twice.</summary>
    public ImageSet Select(ReadOnlySpan<int> indices, string name)
    {
        var chosen = new int[indices.Length];
        int[]? chosenLabels = labels is null ? null : new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)Count) throw OutOfRange(indices[i]);
            chosen[i] = RowOf(indices[i]);
            if (chosenLabels is not null) chosenLabels[i] = labels![indices[i]];
        }

        return new(name, Shape, pixels, chosen, chosen.Length, chosenLabels, ClassNames) { Notes = Notes };
    }

    /// <summary>
    /// Writes the images at the given places (16 at most) as one tile: pixel e of sample s becomes x·2/255 − 1 at e·16 + s.
    /// Samples without an image are zero.
    /// </summary>
    public void FillTile(ReadOnlySpan<int> imageIndices, Span<float> tile)
    {
        int size = Shape.Count;
        if (imageIndices.Length > Tensor.Samples)
            throw new ArgumentException($"A tile holds {Tensor.Samples} images, got {imageIndices.Length}.",
                nameof(imageIndices));
        if (tile.Length != size * Tensor.Samples)
            throw new ArgumentException($"A tile of {Shape} images has {size * Tensor.Samples} numbers, got {tile.Length}.",
                nameof(tile));
        foreach (int index in imageIndices)
            if ((uint)index >= (uint)Count) throw OutOfRange(index);

        if (imageIndices.Length < Tensor.Samples) tile.Clear();
        // Sample by sample: reading is one run; the scattered writes stay in the cache, for a tile of 28×28 is 50 KB.
        for (int s = 0; s < imageIndices.Length; s++)
        {
            ReadOnlySpan<byte> image = pixels.AsSpan(StartOf(imageIndices[s]), size);
            Span<float> sample = tile[s..];
            for (int e = 0, at = 0; e < image.Length; e++, at += Tensor.Samples) sample[at] = s_values[image[e]];
        }
    }

    /// <summary>The images made from numbers in [−1, 1] (N × C × H × W), each rounded to the nearest of the 256 levels.</summary>
    public static ImageSet FromSamples(string name, Shape shape, ReadOnlySpan<float> samples, int[]? labels = null)
    {
        var pixels = new byte[samples.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = ToPixel(samples[i]);
        return new(name, shape, pixels, labels);
    }

    /// <summary>
    /// The pixel nearest to a number in [−1, 1], the inverse of what <see cref="FillTile"/> does; NaN becomes 0.
    /// </summary>
    public static byte ToPixel(float value) => (byte)Math.Clamp(MathF.Round((value + 1) * 127.5f), 0, 255);

    /// <summary>One image as an image.</summary>
    public Raster ToRaster(int index)
    {
        ReadOnlySpan<byte> planes = Image(index);
        Raster raster = new(Width, Height, Channels);
        int size = raster.Width * raster.Height;
        for (int i = 0; i < size; i++)
            for (int c = 0; c < raster.Channels; c++) raster.Pixels[i * raster.Channels + c] = planes[c * size + i];
        return raster;
    }

    /// <summary>The places of the images that are not in <paramref name="part"/>; null if it has images that are not of this
    /// set.</summary>
    internal int[]? PlacesWithout(ImageSet part)
    {
        if (part.pixels != pixels || part.Shape != Shape) return null;
        HashSet<int> left = [.. Enumerable.Range(0, part.Count).Select(part.RowOf)];
        return left.IsSubsetOf(Enumerable.Range(0, Count).Select(RowOf))
            ? [.. Enumerable.Range(0, Count).Where(i => !left.Contains(RowOf(i)))]
            : null;
    }

    int RowOf(int index) => rows is null ? index : rows[index];

    int StartOf(int index) => RowOf(index) * Shape.Count;

    ArgumentOutOfRangeException OutOfRange(int index) =>
        new(nameof(index), index, $"{Name} has {Count} images, 0 to {Count - 1}.");

    static int CountOf(Shape shape, byte[] pixels)
    {
        if (shape.Rank != 3 || shape[0] is not (1 or 3))
            throw new ArgumentException($"Images have the shape 1×H×W or 3×H×W, got {shape}.", nameof(shape));
        if (pixels.Length == 0 || pixels.Length % shape.Count != 0)
            throw new ArgumentException($"{pixels.Length} bytes are no whole number of {shape} images.", nameof(pixels));
        return pixels.Length / shape.Count;
    }
}
