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
        ImageGridLayout layout = LayoutOf(set.Count, classes, first, scale);
        if (layout.RowTitles.Count == 0) return ImageGrid.Draw(set, layout);

        int kinds = classes.Labels.Count, columns = layout.Columns, phase = (int)(first % kinds);
        int[] byClass = [.. Enumerable.Range(0, set.Count)
            .Select(place => place % columns * kinds + (place / columns - phase + kinds) % kinds)];
        return ImageGrid.Draw(set.Select(byClass, set.Name), layout);
    }

    /// <summary>Whole rounds of the classes have a row each, others stand in a square with the name of each.</summary>
    static ImageGridLayout LayoutOf(int count, ClassChoice classes, long first, int scale)
    {
        int kinds = classes.Labels.Count;
        return kinds == 0 || count % kinds != 0 || count == kinds
            ? new() { Scale = scale, Captions = Names(classes, first, count) }
            : new() { Columns = count / kinds, Scale = scale, RowTitles = [.. classes.Labels.Select(classes.NameOf)] };
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

    /// <summary>Says before they are drawn that so many images make no sheet.</summary>
    /// <param name="isGif">Whether the sheet is a frame of a GIF file.</param>
    /// <exception cref="InputException">They are too many.</exception>
    internal static void RequireRoom(Shape image, long count, ClassChoice classes, long first = 0, bool isGif = false,
        int scale = 2) =>
        RequireRoom(image, count, frames: 1, Math.Max(1, classes.Labels.Count), isGif ? Gif.LongestSide : Raster.LargestSize,
            samples => LayoutOf(samples, classes, first, scale));

    /// <summary>Says before they are drawn that so many images, in so many frames of the way through a sampler's timesteps, make
    /// no strip.</summary>
    /// <exception cref="InputException">They are too many.</exception>
    internal static void RequireStripRoom(Shape image, long count, int frames, TimestepTable table, ClassChoice classes,
        long first = 0, int scale = 2)
    {
        // There are no more frames than states, and two at least. The first and the last have the longest titles.
        frames = Math.Clamp(frames, 2, table.Count + 1);
        string[] titles = [TitleOf(table[0]), TitleOf(NoiseSchedule.Clean)];
        RequireRoom(image, count, frames, round: 1, Raster.LargestSize,
            samples => StripLayout(frames, titles, Names(classes, first, samples), scale));
    }

    /// <param name="round">The most that fit are a multiple of it, as long as one fits: the more rounds, the larger the sheet,
    /// whereas a sheet that is none of whole rounds is laid out in another way.</param>
    static void RequireRoom(Shape image, long count, int frames, int round, int longestSide, Func<int, ImageGridLayout> layout)
    {
        if (Fits(count)) return;
        long most = Most(round);
        if (most == 0) most = Most(1);
        throw new InputException(Invariant($"{count:N0} images of {image}{(frames > 1 ? $" in {frames} frames" : "")} are too ")
            + Invariant($"many for one sheet; {most:N0} fit. ")
            + (frames > 1 ? "Draw fewer." : "Write their numbers instead (an .npz file), or draw fewer."));

        long Most(int step)
        {
            long fit = 0, tooMany = (count - 1) / step + 1;
            while (tooMany - fit > 1)
            {
                long steps = (fit + tooMany) / 2;
                if (Fits(steps * step)) fit = steps;
                else tooMany = steps;
            }

            return fit * step;
        }

        bool Fits(long samples)
        {
            // Where not even their pixels do, their titles need not be written.
            if (samples > Raster.LargestSize / ((long)image[1] * image[2] * frames)) return false;
            ImageGridMeasures measures = ImageGridMeasures.Of(image, samples * frames, layout((int)samples));
            return measures.MakeAnImage && measures.Width <= longestSide && measures.Height <= longestSide;
        }
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
        return ImageGrid.Draw(ImageSet.FromSamples("strip", image, samples),
            StripLayout(frames.Count, [.. frames.Select(frame => TitleOf(frame.Timestep))], Names(classes, first, count), scale));
    }

    static ImageGridLayout StripLayout(int frames, string[] timesteps, string[] names, int scale) =>
        new() { Columns = frames, Scale = scale, RowTitles = names, ColumnTitles = timesteps };

    static string TitleOf(int timestep) =>
        timestep == NoiseSchedule.Clean ? "image" : timestep.ToString(CultureInfo.InvariantCulture);

    /// <summary>The class of each sample; nothing for an unconditional network.</summary>
    static string[] Names(ClassChoice classes, long first, int count) =>
        classes.Labels.Count == 0 ? [] : [.. Enumerable.Range(0, count).Select(i => classes.NameOf(classes.Of(first + i)))];
}
