using System.Text;

namespace Qdiff.Cli;

/// <summary>
/// Standard output or standard error, with what others wrote made visible, and whatever becomes of the stream: if it is closed,
/// its reader has left or its disk is full, what follows is dropped and the work goes on, for a training is worth more than its
/// progress line.
/// </summary>
/// <param name="open">Gives the writer; opening a closed stream may fail too.</param>
sealed class StandardStream(Func<TextWriter> open) : TextWriter
{
    readonly Lock gate = new();
    bool isBroken;
    int block;

    /// <summary>What went wrong, if something got lost that should have arrived (a full disk). A closed stream is no failure:
    /// nobody wanted to read it.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Whether nothing is written: another process speaks for all.</summary>
    public bool IsSilent { get; set; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => Send(VisibleText.Lines(value ?? ""));

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Writes over the line that the cursor is in.</summary>
    public void WriteOver(string line) => Send("\r" + VisibleText.Line(line));

    /// <summary>
    /// Shows lines of our own making at the bottom, in the place of those that were shown so before. Whatever else is written
    /// stands above them. No line is longer than the window is wide.
    /// </summary>
    public void ShowBlock(IReadOnlyList<string> lines)
    {
        lock (gate)
        {
            Send(string.Join('\n', lines));
            block = lines.Count;
        }
    }

    /// <summary>The same for the last time: what follows stands below.</summary>
    public void Keep(IReadOnlyList<string> lines) => Send(string.Concat(lines.Select(line => line + "\n")));

    void Send(string text)
    {
        lock (gate)
        {
            if (isBroken || IsSilent) return;
            // From the last line of a block up to its first, and away with it.
            string erase = block == 0 ? "" : block == 1 ? "\r\u001b[J"
                : FormattableString.Invariant($"\r\u001b[{block - 1}A\u001b[J");
            block = 0;
            try
            {
                open().Write(erase + text);
            }
            // Writing to a closed stream is reported as access denied.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                (isBroken, Failure) = (true, e as IOException);
            }
        }
    }
}
