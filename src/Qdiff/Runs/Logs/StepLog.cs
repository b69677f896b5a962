using System.Buffers;
using System.Text.Json;

namespace Qdiff;

/// <summary>
/// <c>steps.jsonl</c>: one <see cref="TrainingStep"/> a line, appended and handed to the system line by line, so that a reader
/// sees every step that was done. Lines that a crash, a power cut or another program damaged are passed over by readers and
/// removed when the run goes on. Safe to share.
/// </summary>
public sealed class StepLog : IDisposable
{
    /// <summary>No line of ours is nearly as long.</summary>
    const int LongestLine = 1 << 16;

    readonly FileStream stream;
    readonly string path;
    readonly Lock appending = new();

    StepLog(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>What was cut away when the run went on, in one line, or null.</summary>
    public string? Cut { get; private init; }

    /// <summary>Whether there was more to cut than what every program leaves that is killed: steps after the last checkpoint and
    /// a torn last line.</summary>
    public bool WasDamaged { get; private init; }

    /// <summary>
    /// Opens the log to go on after <paramref name="step"/> steps. Lines of later steps, which a run wrote after its last
    /// checkpoint, are cut off, and so is what cannot be read or stands there twice. Step 0 starts a new log.
    /// </summary>
    /// <exception cref="InputException">A pipe or a device is in its place.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static StepLog GoOn(string path, long step)
    {
        FileStream? stream = null;
        try
        {
            stream = Open(path);
            Content content = Content.Read(stream, step);
            if (content.IsInOrder) stream.SetLength(content.End);
            else
            {
                // Damage within: what can be read is kept, in the order of the steps.
                stream.Dispose();
                WholeFile.Write(path, file =>
                {
                    foreach (TrainingStep record in content.Steps.Values) file.Write(Line(record));
                });
                stream = Open(path);
            }

            stream.Seek(0, SeekOrigin.End);
            return new(path, stream)
            {
                Cut = content.Cut(step) is { } cut ? $"{path}: {cut}" : null,
                WasDamaged = content.IsDamaged,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>
    /// The steps of a log in their order, also of one that is being written. Lines that cannot be read are passed over, and of a
    /// step that stands there twice the last counts.
    /// </summary>
    /// <exception cref="InputException">There is no file, or it cannot be read.</exception>
    public static IReadOnlyList<TrainingStep> Read(string path) => Read(path, out _);

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="path">The log.</param>
    /// <param name="damage">In one line how much of it was passed over; null if nothing was.</param>
    internal static IReadOnlyList<TrainingStep> Read(string path, out string? damage)
    {
        try
        {
            using var stream = InputFile.OpenShared(path);
            ReadingBudget.Require(stream.Length, path);
            Content content = Content.Read(stream, long.MaxValue);
            damage = content.Damage is { } lines ? $"{path}: {lines} cannot be read." : null;
            return [.. content.Steps.Values];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The last step of a log, of which only the end is read; null if none is there.</summary>
    /// <exception cref="InputException">There is no file, or it cannot be read.</exception>
    public static TrainingStep? ReadLast(string path)
    {
        try
        {
            using var stream = InputFile.OpenShared(path);
            // A line has a few hundred bytes, and a hundred for each layer of circuits: room for some, and for many where the
            // last are damaged.
            foreach (int length in (int[])[1 << 11, 1 << 14, 2 * LongestLine])
            {
                stream.Seek(-Math.Min(stream.Length, length), SeekOrigin.End);
                if (Content.Read(stream, long.MaxValue).Steps.Values.LastOrDefault() is { } last) return last;
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The steps of the whole lines from a position on, as they stand there; lines that cannot be read are passed
    /// over.</summary>
    /// <param name="position">Where to begin; afterwards the beginning of the last step's line, so that whoever reads on sees
    /// whether it is still the same log.</param>
    /// <exception cref="InputException">There is no file, or it cannot be read.</exception>
    internal static IReadOnlyList<TrainingStep> ReadFrom(string path, ref long position) => ReadFrom(path, ref position, out _);

    /// <inheritdoc cref="ReadFrom(string, ref long)"/>
    /// <param name="path">The log.</param>
    /// <param name="position">Where to begin, and afterwards the beginning of the last step's line.</param>
    /// <param name="damaged">How many whole lines were passed over.</param>
    internal static IReadOnlyList<TrainingStep> ReadFrom(string path, ref long position, out int damaged)
    {
        List<TrainingStep> steps = [];
        damaged = 0;
        try
        {
            using var stream = InputFile.OpenShared(path);
            long begin = position;
            stream.Seek(begin, SeekOrigin.Begin);
            foreach ((TrainingStep? record, long start, _, bool ended) in Lines(stream))
            {
                if (record is null)
                {
                    if (ended) damaged++;
                    continue;
                }

                position = begin + start;
                steps.Add(record);
            }

            return steps;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Appends a line.</summary>
    /// <exception cref="IOException">The file cannot be written, for instance because the disk is full.</exception>
    public void Append(TrainingStep step)
    {
        using Lock.Scope scope = appending.EnterScope();
        try
        {
            stream.Write(Line(step));
            stream.Flush();
        }
        catch (IOException e)
        {
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Hands all lines to the disk itself.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void FlushToDisk()
    {
        using Lock.Scope scope = appending.EnterScope();
        stream.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    static FileStream Open(string path)
    {
        InputFile.RequireRegular(path);
        // Without a buffer: a line that found the disk full would be in it still when the log is closed.
        return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    static byte[] Line(TrainingStep step) => [.. JsonSerializer.SerializeToUtf8Bytes(step, RunJson.Line), (byte)'\n'];

    /// <summary>What a log holds.</summary>
    sealed class Content
    {
        int damaged, repeated, later;
        bool torn;

        /// <summary>The steps that count, by number.</summary>
        public SortedDictionary<long, TrainingStep> Steps { get; } = [];

        /// <summary>Whether they stand at the beginning of the file, one after another.</summary>
        public bool IsInOrder { get; private set; } = true;

        /// <summary>The position after the last of them, if they are in order.</summary>
        public long End { get; private set; }

        /// <summary>Whether there is what no single writer leaves.</summary>
        public bool IsDamaged => damaged > 0 || repeated > 0 || !IsInOrder;

        /// <summary>Reads as far as there is something; steps after <paramref name="last"/> do not count.</summary>
        public static Content Read(FileStream stream, long last)
        {
            var content = new Content();
            long highest = -1;
            foreach ((TrainingStep? record, long start, long end, bool ended) in Lines(stream))
            {
                // The last line of a killed program is no damage; one before it would be.
                if (!ended) content.torn = true;
                else if (record is null) content.damaged++;
                else if (record.Number > last) content.later++;
                else
                {
                    if (start != content.End || record.Number <= highest) content.IsInOrder = false;
                    if (!content.Steps.TryAdd(record.Number, record))
                    {
                        content.repeated++;
                        content.Steps[record.Number] = record;
                    }

                    highest = Math.Max(highest, record.Number);
                    content.End = end;
                }
            }

            return content;
        }

        /// <summary>How many lines could not be read; null if all could.</summary>
        public string? Damage => damaged == 0 ? null : InWords(damaged);

        /// <summary>In words what does not count, or null if nothing was there besides.</summary>
        public string? Cut(long last)
        {
            List<string> parts = [];
            if (later > 0) parts.Add($"{InWords(later)} after step {last}, the last one saved");
            if (damaged > 0) parts.Add($"{InWords(damaged)} that could not be read");
            if (repeated > 0) parts.Add($"{InWords(repeated)} of steps that stood there twice");
            if (torn) parts.Add("a torn last line");
            return parts.Count == 0 ? null : $"cut away {string.Join(", ", parts)}.";
        }

        static string InWords(int count) => count == 1 ? "1 line" : $"{count} lines";
    }

    /// <summary>Each line's record, or null if it is none, where the line is, and whether it has an end.</summary>
    static IEnumerable<(TrainingStep? Record, long Start, long End, bool Ended)> Lines(FileStream stream)
    {
        var line = new ArrayBufferWriter<byte>();
        var buffer = new byte[1 << 16];
        long position = 0, begin = 0;
        bool tooLong = false;
        byte last = (byte)'\n';
        for (int read; (read = stream.Read(buffer)) > 0; last = buffer[read - 1])
        {
            for (int at = 0; at < read;)
            {
                int feed = Array.IndexOf(buffer, (byte)'\n', at, read - at), end = feed < 0 ? read : feed + 1;
                ReadOnlySpan<byte> part = buffer.AsSpan(at, end - at);
                position += part.Length;
                at = end;
                // A power cut may leave zeros where a line, or many, should be; what follows them is whole.
                if (line.WrittenCount == 0)
                {
                    part = part.TrimStart((byte)0);
                    begin = position - part.Length;
                }

                if (line.WrittenCount + part.Length > LongestLine) tooLong = true;
                else line.Write(part);
                if (feed < 0) continue;
                yield return (tooLong ? null : Parse(line.WrittenSpan), begin, position, true);
                line.ResetWrittenCount();
                (tooLong, begin) = (false, position);
            }
        }

        if (last != '\n') yield return (null, begin, position, false);
    }

    static TrainingStep? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            TrainingStep? step = JsonSerializer.Deserialize<TrainingStep>(line, RunJson.Line);
            return step?.Number >= 0 && step.CircuitLayers?.Contains(null!) is not true ? step : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
