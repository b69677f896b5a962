using System.Net;
using System.Net.Http.Headers;

namespace Qdiff;

/// <summary>
/// Fetches one file. Bytes go to a <c>.part</c> file beside it, named after its checksum as well, from which a later try goes on,
/// from whatever mirror. It gets the real name only when it is complete and its checksum is right.
/// </summary>
sealed class FileDownload(DataFile file, string folder, HttpMessageInvoker client, DownloadOptions options,
    Action<DownloadProgress>? progress)
{
    /// <summary>Even a server that breaks off after every piece comes to an end.</summary>
    const int MostAttempts = 100;

    /// <summary>What may be received when neither the catalogue nor the server tells the length.</summary>
    const long LargestUnknown = 1L << 32;

    readonly List<string> failures = [];
    long received;

    /// <summary>Where the file will be.</summary>
    public string RealPath => Path.Combine(folder, file.Name);

    /// <summary>Where its bytes are until then. Another edition has another checksum and so another part.</summary>
    public string PartPath => $"{RealPath}.{file.Checksum[(file.Checksum.IndexOf(':') + 1)..][..8]}.part";

    /// <summary>What went wrong, address by address.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Tries all mirrors; true when the file is there.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        foreach (string mirror in file.Mirrors)
            try
            {
                Report($"asking {Short(mirror)}");
                await FetchAsync(new(client, new Uri(mirror), options.Silence), cancellationToken);
                return true;
            }
            catch (MirrorException e)
            {
                failures.Add($"{Short(mirror)}: {e.Message}");
                Report($"{Short(mirror)} failed: {e.Message}");
            }

        return false;
    }

    async Task FetchAsync(MirrorRequest request, CancellationToken cancellationToken)
    {
        bool startedAnew = false;
        for (int attempt = 1, idle = 0; ; attempt++)
        {
            long before = PartLength();
            try
            {
                await ReceiveAsync(request, before, cancellationToken);
                string checksum = await FileChecksum.OfAsync(PartPath, file.Checksum, cancellationToken);
                if (checksum == file.Checksum)
                {
                    File.Move(PartPath, RealPath);
                    return;
                }

                File.Delete(PartPath);
                if (before == 0 || startedAnew)
                    throw new MirrorException($"what it gives has the checksum {checksum}, not {file.Checksum}", again: false);
                // What was put together may come from several addresses, or the server counts wrongly. Once, all is asked for
                // again.
                startedAnew = true;
                Report("the parts do not make the file; starting anew");
            }
            catch (MirrorException e) when (e.Again && attempt < MostAttempts)
            {
                idle = PartLength() > before ? 0 : idle + 1;
                if (idle >= options.Attempts) throw;
                Report($"{e.Message}; trying again");
                await Task.Delay(options.FirstPause * Math.Pow(2, Math.Clamp(idle - 1, 0, 5)), cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{PartPath} cannot be written: {e.Message}", e);
            }
        }
    }

    /// <summary>An address in half a line: of a long one the folders between its machine and the file say little.</summary>
    static string Short(string address) => address.Length <= 60 ? address
        : new Uri(address) is var uri ? $"{uri.Scheme}://{uri.Host}/…/{uri.Segments[^1]}" : address;

    /// <summary>Receives until the part is complete.</summary>
    async Task ReceiveAsync(MirrorRequest request, long from, CancellationToken cancellationToken)
    {
        if (from > 0 && from == file.Length) return;     // complete already; the checksum will tell
        using HttpResponseMessage answer = await request.SendAsync(from, cancellationToken);
        bool goesOn = answer.StatusCode == HttpStatusCode.PartialContent;
        HttpContentHeaders headers = answer.Content.Headers;
        long? total = goesOn ? headers.ContentRange?.Length : headers.ContentLength;
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            || (goesOn && (headers.ContentRange?.From != from || !request.IsSameFile(answer))))
        {
            File.Delete(PartPath);
            throw new MirrorException("it cannot go on where the download stopped", again: true);
        }

        if (!goesOn) request.IsSameFile(answer);
        if (file.Length is long length && total is long offered && offered != length)
            throw new MirrorException($"it offers {offered} bytes, but the file has {length}", again: false);
        await using FileStream part = new(PartPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        part.SetLength(goesOn ? from : 0);
        part.Position = part.Length;
        await CopyAsync(answer, part, file.Length ?? total, cancellationToken);
        part.Flush(flushToDisk: true);
    }

    async Task CopyAsync(HttpResponseMessage answer, FileStream part, long? total, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(limit.Token);
            while (true)
            {
                received = part.Position;
                progress?.Invoke(new(file.Name, received, total, null));
                limit.CancelAfter(options.Silence);
                int got = await ReadAsync(body, buffer, limit.Token);
                if (got == 0) break;
                if (part.Position + got > (total ?? LargestUnknown))
                    throw new MirrorException($"it sends more than {total ?? LargestUnknown} bytes", again: false);
                await part.WriteAsync(buffer.AsMemory(0, got), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string silence = Invariant(
                $"it fell silent for {options.Silence.TotalSeconds:0.#} seconds after {part.Position} bytes");
            throw new MirrorException(silence, again: true);
        }

        if (part.Position < total) throw new MirrorException($"it broke off after {part.Position} of {total} bytes", again: true);
    }

    /// <summary>Reads from the network; its failures must not be taken for those of the disk.</summary>
    static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new MirrorException($"it broke off ({e.Message.TrimEnd('.')})", again: true, e);
        }
    }

    long PartLength() => File.Exists(PartPath) ? new FileInfo(PartPath).Length : 0;

    void Report(string note) => progress?.Invoke(new(file.Name, Math.Max(received, PartLength()), file.Length, note));
}
