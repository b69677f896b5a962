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

    /// <summary>What went wrong, if something got lost that should have arrived (a full disk). A closed stream is no failure:
    /// nobody wanted to read it.</summary>
    public IOException? Failure { get; private set; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => Send(VisibleText.Lines(value ?? ""));

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Writes over the line that the cursor is in.</summary>
    public void WriteOver(string line) => Send("\r" + VisibleText.Line(line));

    void Send(string text)
    {
        lock (gate)
        {
            if (isBroken) return;
            try
            {
                open().Write(text);
            }
            // Writing to a closed stream is reported as access denied.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                (isBroken, Failure) = (true, e as IOException);
            }
        }
    }
}
