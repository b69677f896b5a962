using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The layout of MedMNIST's .npz files: for each of train, val and test the arrays <c>…_images</c> of N×H×W or N×H×W×3 and
/// <c>…_labels</c> of N×1, all unsigned bytes. Files that other programs wrote anew may have other integers, an axis for one
/// channel, and labels in other forms (<see cref="LabelArray"/>).
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
        if (images.Shape is not ([> 0, > 0, > 0] or [> 0, > 0, > 0, 1 or 3]))
            throw new InputException($"{prefix}_images of {path} has the shape {Text(images)}; N×H×W or N×H×W×3 is needed.");
        string what = $"{prefix}_labels of {path}";
        int[] numbers = LabelArray.Read(labels, images.Shape[0], what);
        int wrong = Array.FindIndex(numbers, label => label >= classNames.Count);
        if (wrong >= 0)
            throw new InputException($"Label {wrong} of {what} is {numbers[wrong]}, but {name} has the classes 0 to "
                + $"{classNames.Count - 1}. Check that the file belongs to this data set.");
        (int height, int width) = (images.Shape[1], images.Shape[2]);
        if ((long)height * width > Raster.LargestSize)
            throw new InputException($"The images of {path} have {height}×{width} pixels; the most is {Raster.LargestSize}.");

        Shape shape = [images.Shape.Count == 4 ? images.Shape[3] : 1, height, width];
        byte[] pixels = Bytes(images, $"{prefix}_images of {path}");
        PixelOrder.ToPlanes(pixels, shape);
        return new($"{name}/{prefix}", shape, pixels, numbers, classNames);
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
                return Npy.Read(content, length, zip.Where(entry));
            }
            catch (InvalidDataException e)
            {
                throw new InputException(ZipSource.Printable(e.Message, most: 1000), e);
            }
        });
    }

    /// <summary>The pixels as bytes, which they are in the published files.</summary>
    static byte[] Bytes(StoredArray images, string what)
    {
        if (images.Type == ElementType.U8) return images.TakeBytes();
        if (images.Type is ElementType.F64 or ElementType.F32 or ElementType.F16 or ElementType.BF16)
            throw new InputException($"{what} holds {images.Type} numbers; unsigned bytes (U8) are needed.");
        long[] values = WideArray.Read(images, what, read => read.ToInt64s());
        int wrong = Array.FindIndex(values, value => value is < 0 or > 255);
        return wrong < 0 ? Array.ConvertAll(values, value => (byte)value)
            : throw new InputException($"{what} holds the number {values[wrong]}; pixels are from 0 to 255.");
    }

    static string Text(StoredArray array) => array.Shape.Count == 0 ? "of a single number" : string.Join('×', array.Shape);
}
