using System.Text;

namespace Qdiff;

/// <summary>
/// Text from files, and from pipes, as <c>/dev/stdin</c> and <c>&lt;(command)</c> are. No more is ever read than the most that
/// the caller expects, so that an endless or huge file is refused in no time.
/// </summary>
public static class TextFile
{
    /// <summary>Bytes of a text unless the caller knows better: 16 MB, a million lines.</summary>
    public const int Most = 16_000_000;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The text of a file: UTF-8, or what its byte order mark says (UTF-8, UTF-16 or UTF-32, as editors of Windows write them).
    /// </summary>
    /// <exception cref="InputException">It is longer than <paramref name="most"/> bytes, or a pipe that nobody writes
    /// into.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static string Read(string path, int most = Most)
    {
        using var bytes = new MemoryStream(ReadBytes(path, most), writable: false);
        using var reader = new StreamReader(bytes, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    /// <summary>The bytes of a text file, for readers of their own encoding such as JSON's.</summary>
    /// <inheritdoc cref="Read"/>
    public static byte[] ReadBytes(string path, int most = Most)
    {
        string place = SpecialFile.BehindLinks(path);
        bool isPipe = SpecialFile.IsSpecial(place);
        using FileStream file = isPipe ? OpenPipe(path) : File.OpenRead(path);
        long length = isPipe ? 0 : file.Length;
        if (length > most) throw TooLong();
        using var text = new MemoryStream((int)length);
        byte[] buffer = new byte[81920];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            if (text.Length + read > most) throw TooLong();
            text.Write(buffer.AsSpan(0, read));
        }

        return text.ToArray();

        InputException TooLong() =>
            new($"{path} is longer than {ReadingBudget.Size(most)}, which is more than a text of its kind has.");
    }

    /// <summary>Opening a pipe waits for somebody to write into it; nobody may ever.</summary>
    static FileStream OpenPipe(string path)
    {
        Task<FileStream> opening = Task.Run(() => File.OpenRead(path));
        if (Task.WaitAny([opening], s_patience) == 0) return opening.GetAwaiter().GetResult();
        // Whoever comes to write later finds no reader.
        opening.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        throw new InputException($"{path} is a pipe that nobody writes into.");
    }
}
