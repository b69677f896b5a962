using System.Globalization;
using Google.Protobuf;
using Qdiff.Imaging;

namespace Qdiff;

/// <summary>
/// An event file of TensorBoard: scalars and images, by tag and step. Every record reaches the operating system in one piece, so
/// a killed process leaves whole records. A resumed run starts a further file in the same folder, as TensorBoard expects. Safe to
/// share.
/// </summary>
/// <remarks>The messages Event, Summary and SessionLog of tensorflow/core/util/event.proto and framework/summary.proto.</remarks>
public sealed class EventFile : IDisposable
{
    internal const string Prefix = "events.out.tfevents.";

    readonly Lock gate = new();
    readonly TimeProvider clock;
    readonly FileStream file;

    EventFile(FileStream file, TimeProvider clock) => (this.file, this.clock) = (file, clock);

    /// <summary>Where the file is: FOLDER/events.out.tfevents.UNIXTIME.HOST.</summary>
    public string Path => file.Name;

    /// <summary>
    /// Starts a file of this session. What earlier files in the folder say of <paramref name="firstStep"/> and later steps is
    /// replaced: a run that goes on after a checkpoint gives the step after it, so that no step is shown twice, and none is lost.
    /// </summary>
    public static EventFile Create(string folder, long firstStep = 0, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        Directory.CreateDirectory(folder);
        // TensorBoard reads the files of a folder in the order of their names: ten digits, and later than every other, whatever
        // the clock says.
        long time = Math.Max(clock.GetUtcNow().ToUnixTimeSeconds(),
            Directory.GetFiles(folder, Prefix + "*").Max(TimeOf) + 1 ?? 0);
        string path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{time:D10}.{Host()}"));
        // No buffer of our own: what was written survives the end of the process.
        EventFile events = new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0), clock);
        events.Append(0, output => output.WriteText(3, "brain.Event:2"));
        events.Append(firstStep, output => output.WriteMessage(7, session => session.WriteNumber(1, EventSummary.Started)));
        return events;
    }

    /// <summary>Adds a number.</summary>
    public void Scalar(string tag, long step, double value) => Append(step, output => output.WriteMessage(5, summary =>
        summary.WriteMessage(1, entry =>
        {
            entry.WriteText(1, tag);
            entry.WriteSingle(2, (float)value);
        })));

    /// <summary>Adds an image.</summary>
    public void Image(string tag, long step, Raster raster)
    {
        byte[] png = Png.Encode(raster);
        Append(step, output => output.WriteMessage(5, summary => summary.WriteMessage(1, entry =>
        {
            entry.WriteText(1, tag);
            entry.WriteMessage(4, image =>
            {
                image.WriteNumber(1, raster.Height);
                image.WriteNumber(2, raster.Width);
                image.WriteNumber(3, raster.Channels);
                image.WriteData(4, png);
            });
        })));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    void Append(long step, Action<CodedOutputStream> content)
    {
        byte[] message = ProtobufMessage.Build(output =>
        {
            output.WriteDouble(1, (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
            output.WriteNumber(2, step);
            content(output);
        });
        byte[] record = EventRecord.Frame(message);
        lock (gate) file.Write(record);
    }

    /// <summary>The time in the name of an event file; null if it tells none that can be counted on from.</summary>
    static long? TimeOf(string path) =>
        long.TryParse(System.IO.Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None,
            CultureInfo.InvariantCulture, out long time) && time < 9_999_999_999 ? time : null;

    /// <summary>The name of this computer, with nothing in it that a file name cannot hold.</summary>
    static string Host() =>
        string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
}
