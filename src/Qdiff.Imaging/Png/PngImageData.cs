namespace Qdiff.Imaging;

/// <summary>
/// The packed pixels of a PNG file, which are cut into chunks anywhere, read one after another without a joined copy.
/// </summary>
sealed class PngImageData(byte[] file, IReadOnlyList<Range> chunks) : Stream
{
    int chunk, offset;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; } = chunks.Sum(chunk => (long)(chunk.End.Value - chunk.Start.Value));

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (chunk < chunks.Count)
        {
            ReadOnlySpan<byte> rest = file.AsSpan(chunks[chunk])[offset..];
            if (rest.IsEmpty)
            {
                (chunk, offset) = (chunk + 1, 0);
                continue;
            }

            int count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            offset += count;
            return count;
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
