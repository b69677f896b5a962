using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Labels as other programs write them: one number an image, or one column of them, of any type if they are whole; or a row an
/// image in which the place of the only 1 is the label (one-hot).
/// </summary>
static class LabelArray
{
    const int MostClasses = 1_000_000;

    /// <summary>The label of each image.</summary>
    /// <param name="what">What the array is, to begin messages with.</param>
    /// <exception cref="InputException">It holds no labels of so many images.</exception>
    public static int[] Read(StoredArray array, int images, string what)
    {
        bool isOneHot = array.Shape is [_, > 1];
        if (array.Shape is not ([_] or [_, >= 1]))
            throw new InputException($"{what} has the shape {string.Join('×', array.Shape)}; one label an image (N×1) is "
                + "needed.");
        if (array.Shape[0] != images) throw new InputException($"{what} has {array.Shape[0]} labels of {images} images.");
        double[] values = WideArray.Read(array, what, read => read.ToDoubles());
        return isOneHot ? OneHot(values, array.Shape[1], what) : Numbers(values, what);
    }

    static int[] Numbers(double[] values, string what)
    {
        int wrong = Array.FindIndex(values, value => !(value is >= 0 and < MostClasses && value == Math.Floor(value)));
        return wrong < 0 ? Array.ConvertAll(values, value => (int)value)
            : throw new InputException(FormattableString.Invariant(
                $"{what}: label {wrong} is {values[wrong]}; labels are whole numbers and count from 0."));
    }

    static int[] OneHot(double[] values, int classes, string what)
    {
        var labels = new int[values.Length / classes];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = values.AsSpan(i * classes, classes);
            labels[i] = row.IndexOf(1);
            if (row.Count(0.0) != classes - 1 || labels[i] < 0)
                throw new InputException($"{what} has {classes} numbers an image, and those of image {i} are not one 1 and "
                    + "zeros; one label an image (N×1) is needed.");
        }

        return labels;
    }
}
