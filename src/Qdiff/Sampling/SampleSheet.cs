using System.Globalization;
using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Samples as one image: those of a conditional network in a row a class with its name, others in a square.</summary>
public static class SampleSheet
{
    /// <summary>Draws N × C × H × W numbers in [−1, 1], each of the class that <paramref name="classes"/> gives to its
    /// sample.</summary>
    /// <param name="first">The number of the first sample, which determines its class.</param>
    public static Raster Draw(Shape image, ReadOnlySpan<float> samples, ClassChoice classes, long first = 0, int scale = 2)
    {
        ImageSet set = ImageSet.FromSamples("samples", image, samples);
        int kinds = classes.Labels.Count;
        if (kinds == 0 || set.Count % kinds != 0 || set.Count == kinds)
            return ImageGrid.Draw(set, new() { Scale = scale, Captions = Names(classes, first, set.Count) });

        int columns = set.Count / kinds, phase = (int)(first % kinds);
        int[] byClass = [.. Enumerable.Range(0, set.Count)
            .Select(place => place % columns * kinds + (place / columns - phase + kinds) % kinds)];
        return ImageGrid.Draw(set.Select(byClass, set.Name), new()
        {
            Columns = columns,
            Scale = scale,
            RowTitles = [.. classes.Labels.Select(classes.NameOf)],
        });
    }

    /// <summary>Draws a row for each class with its title: samples of networks that have one each, as many of one as of
    /// another.</summary>
    internal static Raster Rows(Shape image, IReadOnlyList<(string Title, float[] Samples)> rows) =>
        ImageGrid.Draw(image, rows.SelectMany(row => row.Samples).ToArray(), new()
        {
            Columns = rows[0].Samples.Length / image.Count,
            Scale = 2,
            RowTitles = [.. rows.Select(row => row.Title)],
        });

    /// <summary>Says before they are drawn that so many images make no image.</summary>
    /// <exception cref="InputException">They are too many.</exception>
    public static void RequireRoom(Shape image, long count, int scale = 2)
    {
        int padding = new ImageGridLayout().Padding;
        long most = Raster.LargestSize / ((scale * image[1] + padding) * (scale * image[2] + padding));
        if (count > most)
            throw new InputException(Invariant(
                $"{count:N0} images of {image} are too many for one sheet; the most is {most:N0}. ")
                + "Write their numbers instead (an .npz file), or draw fewer.");
    }

    /// <summary>
    /// A strip: each row a sample with its class, from noise on the left to the image on the right, with the timesteps above.
    /// </summary>
    /// <inheritdoc cref="Draw" path="/param"/>
    public static Raster Strip(Shape image, IReadOnlyList<DenoisingFrame> frames, ClassChoice classes, long first = 0,
        int scale = 2)
    {
        int count = frames[0].Images.Length / image.Count;
        var samples = new float[count * frames.Count * image.Count];
        for (int i = 0; i < count; i++)
            for (int f = 0; f < frames.Count; f++)
                frames[f].Images.AsSpan(i * image.Count,
                    image.Count).CopyTo(samples.AsSpan((i * frames.Count + f) * image.Count));
        return ImageGrid.Draw(ImageSet.FromSamples("strip", image, samples), new()
        {
            Columns = frames.Count,
            Scale = scale,
            RowTitles = Names(classes, first, count),
            ColumnTitles = [.. frames.Select(frame => frame.Timestep == NoiseSchedule.Clean ? "image"
                : frame.Timestep.ToString(CultureInfo.InvariantCulture))],
        });
    }

    /// <summary>The class of each sample; nothing for an unconditional network.</summary>
    static string[] Names(ClassChoice classes, long first, int count) =>
        classes.Labels.Count == 0 ? [] : [.. Enumerable.Range(0, count).Select(i => classes.NameOf(classes.Of(first + i)))];
}
