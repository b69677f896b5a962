using System.Globalization;
using Qdiff.Imaging;

namespace Qdiff;

/// <summary>
/// How a run's samples changed: frames as PNG files in <c>samples/frames/</c>, named by their steps, and <c>progress.gif</c> made
/// of them. The same noise in each frame, so that what moves is the training.
/// </summary>
sealed class ProgressFrames(RunFolder folder)
{
    const string Prefix = "step-", Frames = "frames";

    string FileOf(long step) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:000000}.png"));

    string Folder => Path.Combine(folder.PathOf("samples"), Frames);

    /// <summary>Whether the frame of this step is there.</summary>
    public bool Has(long step) => File.Exists(FileOf(step));

    /// <summary>Keeps a frame; one of the same step is replaced.</summary>
    public void Add(long step, Raster frame)
    {
        Directory.CreateDirectory(Path.Combine(folder.Samples, Frames));
        Png.Save(frame, FileOf(step), []);
    }

    /// <summary>
    /// Writes <c>progress.gif</c> from the frames up to <paramref name="step"/>. Frames behind it are from steps that were lost
    /// and will be done again.
    /// </summary>
    public void Save(long step)
    {
        if (!Directory.Exists(Folder)) return;
        List<Raster> frames = [];
        foreach (string file in Directory.GetFiles(Folder, Prefix + "*.png").Where(file => StepOf(file) <= step).OrderBy(StepOf))
        {
            if (Read(file) is not { } frame) continue;
            if (frames.Count == 0 || (frame.Width, frame.Height, frame.Channels) == (frames[0].Width, frames[0].Height,
                frames[0].Channels)) frames.Add(frame);
        }

        if (frames.Count == 0) return;
        byte[] film = Gif.Encode(frames, delay: 30, lastDelay: 200);
        WholeFile.Write(Path.Combine(folder.Samples, "progress.gif"), film);
    }

    /// <summary>The step that a frame's name tells; behind all steps if it tells none.</summary>
    static long StepOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture,
            out long step) ? step : long.MaxValue;

    /// <summary>The frame, or null if it was cut off or is none: it is left out rather than the whole image.</summary>
    static Raster? Read(string file)
    {
        try
        {
            return Png.Read(file);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
