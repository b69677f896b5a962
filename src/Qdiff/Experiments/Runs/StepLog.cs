using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Qdiff;

/// <summary>
/// <c>steps.jsonl</c>: one <see cref="TrainingStep"/> a line, appended and handed to the system line by line, so that a reader
/// sees every step that was done and a torn last line is all that a crash can leave. Safe to share.
/// </summary>
public sealed class StepLog : IDisposable
{
    readonly FileStream stream;
    readonly string path;
    readonly Lock appending = new();

    StepLog(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>
    /// Opens the log to go on after <paramref name="step"/> steps: lines of later steps, which a run wrote after its last
    /// checkpoint, and a torn last line are cut off. Step 0 starts a new log.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static StepLog GoOn(string path, long step)
    {
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete);
            long end = 0;
            foreach ((TrainingStep record, long after) in Lines(stream, path))
            {
                if (record.Number > step) break;
                end = after;
            }

            stream.SetLength(end);
            stream.Position = end;
            return new(path, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The whole lines of a log, also of one that is being written.</summary>
    /// <exception cref="InputException">A line within the file is damaged.</exception>
    public static IReadOnlyList<TrainingStep> Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return [.. Lines(stream, path).Select(line => line.Record)];
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
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(step, RunJson.Line), (byte)'\n'];
        using Lock.Scope scope = appending.EnterScope();
        try
        {
            stream.Write(line);
            stream.Flush();
        }
        catch (IOException e)
        {
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Each record and the position after its line. What follows the last line feed is torn and left out.</summary>
    static IEnumerable<(TrainingStep Record, long After)> Lines(FileStream stream, string path)
    {
        var line = new ArrayBufferWriter<byte>();
        var buffer = new byte[1 << 16];
        long position = 0;
        int number = 0;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            for (int start = 0; start < read;)
            {
                int feed = Array.IndexOf(buffer, (byte)'\n', start, read - start), end = feed < 0 ? read : feed + 1;
                line.Write(buffer.AsSpan(start, end - start));
                position += end - start;
                start = end;
                if (feed < 0) continue;
                yield return (Parse(line.WrittenSpan, path, ++number), position);
                line.ResetWrittenCount();
            }

            if (line.WrittenCount > 1 << 20) throw new InputException($"{path}, line {number + 1} is damaged: it does not end.");
        }
    }

    static TrainingStep Parse(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingStep>(line, RunJson.Line)
                ?? throw new JsonException("null instead of an object.");
        }
        catch (JsonException e)
        {
            string shown = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 60)]).Trim();
            throw new InputException(
                $"{path}, line {number} is damaged: '{shown}'. Remove the file or cut it before this line.", e);
        }
    }
}
