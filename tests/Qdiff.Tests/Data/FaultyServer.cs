using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>What a client asked for.</summary>
sealed record Asked(string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The first byte wanted, or 0.</summary>
    public int From => Headers.TryGetValue("Range", out string? range) ? int.Parse(range["bytes=".Length..^1]) : 0;
}

/// <summary>A web server of this machine that answers as a test tells it, with every mistake that a test can think of.</summary>
sealed class FaultyServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<Asked> asked = [];
    readonly Func<Asked, int, Stream, Task> answer;

    /// <param name="answer">
    /// Gets the request, how many came before it, and where to write the raw answer; then the line is cut.
    /// </param>
    public FaultyServer(Func<Asked, int, Stream, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    public IReadOnlyList<Asked> Requests => [.. asked];

    public string Address(string path) => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{path}";

    public static async Task HeadAsync(Stream stream, string status, params string[] headers) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            string.Join("\r\n", [$"HTTP/1.1 {status}", .. headers, "Connection: close", "", ""])));

    /// <summary>
    /// Answers properly, ranges included, but sends only the first <paramref name="most"/> bytes of what it announces.
    /// </summary>
    public static async Task SendAsync(Stream stream, byte[] file, int from = 0, int most = int.MaxValue, string? tag = null)
    {
        string[] tags = tag is null ? [] : [$"ETag: {tag}"];
        if (from == 0) await HeadAsync(stream, "200 OK", [$"Content-Length: {file.Length}", .. tags]);
        else await HeadAsync(stream, "206 Partial Content",
            [$"Content-Length: {file.Length - from}", $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}", .. tags]);
        await stream.WriteAsync(file.AsMemory(from, Math.Min(most, file.Length - from)));
    }

    public void Dispose() => listener.Stop();

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
            try
            {
                await using NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync() ?? "").Split(' ')[1];
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
                    headers[parts[0]] = parts[1];
                }

                Asked request = new(path, headers);
                int before;
                lock (asked)
                {
                    before = asked.Count;
                    asked.Enqueue(request);
                }

                await answer(request, before, stream);
            }
            catch (IOException)
            {
                // The client has gone.
            }
    }
}
