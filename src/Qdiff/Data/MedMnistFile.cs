using System.Runtime.InteropServices;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The layout of MedMNIST's .npz files: for each of train, val and test the arrays <c>…_images</c> of N×H×W or N×H×W×3 and
/// <c>…_labels</c> of N×1, all unsigned bytes.
/// </summary>
public static class MedMnistFile
{
    /// <summary>One split of a file.</summary>
    /// <param name="name">What the set is called.</param>
    /// <exception cref="InputException">
    /// The file is missing or damaged, lacks the split, or has another type, shape or label.
    /// </exception>
    public static ImageSet Load(string path, Split split, string name, IReadOnlyList<string> classNames)
    {
        string prefix = split switch
        {
            Split.Train => "train",
            Split.Validation => "val",
            Split.Test => "test",
            _ => throw new ArgumentOutOfRangeException(nameof(split), split, "No such split."),
        };
        using ZipSource zip = ZipSource.Open(path);
        StoredArray images = Read(zip, path, $"{prefix}_images"), labels = Read(zip, path, $"{prefix}_labels");
        if (images.Shape is not ([> 0, > 0, > 0] or [> 0, > 0, > 0, 3]))
            throw new InputException($"{prefix}_images of {path} has the shape {Text(images)}; N×H×W or N×H×W×3 is needed.");
        if (labels.Shape is not ([_] or [_, 1]))
            throw new InputException($"{prefix}_labels of {path} has the shape {Text(labels)}; one label an image (N×1) is "
                + "needed.");
        if (labels.Count != images.Shape[0])
            throw new InputException($"{path} has {images.Shape[0]} {prefix}_images but {labels.Count} {prefix}_labels; "
                + "they must match.");
        int wrong = labels.Bytes.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classNames.Count - 1));
        if (wrong >= 0)
            throw new InputException($"Label {wrong} of {prefix}_labels in {path} is {labels.Bytes.Span[wrong]}, but {name} has "
                + "the "
                + $"classes 0 to {classNames.Count - 1}. Check that the file belongs to this data set.");
        (int height, int width) = (images.Shape[1], images.Shape[2]);
        if ((long)height * width > Raster.LargestSize)
            throw new InputException($"The images of {path} have {height}×{width} pixels; the most is {Raster.LargestSize}.");

        Shape shape = [images.Shape.Count == 4 ? 3 : 1, height, width];
        int[] numbers = [.. labels.Bytes.ToArray().Select(label => (int)label)];
        return new($"{name}/{prefix}", shape, Planes(images, shape), numbers, classNames);
    }

    static StoredArray Read(ZipSource zip, string path, string name)
    {
        string entry = $"{name}.npy";
        if (!zip.Names.Contains(entry))
            throw new MissingPartException($"{path} has no {entry}; it holds {string.Join(", ", zip.Names.Take(20))}.");
        return zip.Read(entry, (content, length) =>
        {
            try
            {
                StoredArray array = Npy.Read(content, length, zip.Where(entry));
                return array.Type == ElementType.U8 ? array
                    : throw new InputException($"{name} of {path} holds {array.Type} numbers; unsigned bytes (U8) are needed.");
            }
            catch (InvalidDataException e)
            {
                throw new InputException(ZipSource.Printable(e.Message, most: 1000), e);
            }
        });
    }

    /// <summary>Grey images are planes already; the colours of a pixel stand side by side and go to three planes.</summary>
    static byte[] Planes(StoredArray images, Shape shape)
    {
        // Whoever reads a file owns its bytes: nobody else will write to them.
        if (shape[0] == 1)
            return MemoryMarshal.TryGetArray(images.Bytes, out ArraySegment<byte> whole) && whole.Count == whole.Array!.Length
                ? whole.Array : images.Bytes.ToArray();
        ReadOnlySpan<byte> pixels = images.Bytes.Span;
        byte[] planes = GC.AllocateUninitializedArray<byte>(pixels.Length);
        int size = shape.Count / 3;
        for (int start = 0; start < planes.Length; start += 3 * size)
            for (int i = 0; i < size; i++)
                for (int c = 0; c < 3; c++) planes[start + c * size + i] = pixels[start + 3 * i + c];
        return planes;
    }

    static string Text(StoredArray array) => array.Shape.Count == 0 ? "of a single number" : string.Join('×', array.Shape);
}
