using System.Security.Cryptography;
using Qdiff;

public class DataDownloadTests
{
    static readonly DownloadOptions s_hasty =
        new() { Attempts = 3, FirstPause = TimeSpan.FromMilliseconds(1), Silence = TimeSpan.FromSeconds(20) };

    /// <summary>Longer than one buffer, and nothing repeats.</summary>
    static readonly byte[] s_content = MakeContent();

    static byte[] MakeContent()
    {
        var content = new byte[300_000];
        new Qdiff.Tensors.RandomStream(5, "test").NextBytes(content);
        return content;
    }

    static DataFile File(params string[] mirrors) => new("x.bin", s_content.Length, Sha(s_content), mirrors);

    static string Sha(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    static async Task<string> GetAsync(TemporaryFolder folder, DataFile file, Action<DownloadProgress>? progress = null,
        DownloadOptions? options = null, CancellationToken cancellationToken = default) =>
        Assert.Single(await DataDownload.GetAsync([file], folder.Path, progress, options ?? s_hasty, cancellationToken));

    static async Task<string> FailAsync(TemporaryFolder folder, DataFile file, DownloadOptions? options = null) =>
        Told(await Assert.ThrowsAsync<InputException>(() => GetAsync(folder, file, null, options)));

    /// <summary>The message and its further lines.</summary>
    static string Told(InputException e) => string.Join('\n', [e.Message, .. e.Details]);

    /// <summary>The file is right, and no part is left.</summary>
    static void CheckThere(TemporaryFolder folder, string name = "x.bin")
    {
        Assert.Equal([folder.File(name)], Directory.GetFiles(folder.Path));
        Assert.Equal(s_content, System.IO.File.ReadAllBytes(folder.File(name)));
    }

    static void CheckNotThere(TemporaryFolder folder) => Assert.False(System.IO.File.Exists(folder.File("x.bin")));

    static string PartOf(TemporaryFolder folder) => folder.File($"x.bin.{Sha(s_content)[7..15]}.part");

    [Fact]
    public async Task AFileArrivesWhole()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((_, _, stream) => FaultyServer.SendAsync(stream, s_content));
        var seen = new List<DownloadProgress>();
        Assert.Equal(folder.File("x.bin"), await GetAsync(folder, File(server.Address("a")), seen.Add));
        CheckThere(folder);
        Assert.Equal(s_content.Length, seen[^1].Received);
        Assert.Equal(s_content.Length, seen[^1].Total);
        Assert.Equal(seen.Select(progress => progress.Received).Order(), seen.Select(progress => progress.Received));
    }

    [Fact]
    public async Task AfterADropItGoesOnWhereItStopped()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((request, _, stream) =>
            FaultyServer.SendAsync(stream, s_content, request.From, most: 90_000, tag: "\"v1\""));
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal([0, 90_000, 180_000, 270_000], server.Requests.Select(request => request.From));
        Assert.All(server.Requests.Skip(1), request => Assert.Equal("\"v1\"", request.Headers["If-Range"]));
    }

    [Fact]
    public async Task AnAnswerWithoutLengthThatIsCutOffIsNotTakenForTheFile()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new(async (request, before, stream) =>
        {
            if (before > 0)
            {
                await FaultyServer.SendAsync(stream, s_content, request.From);
                return;
            }

            await FaultyServer.HeadAsync(stream, "200 OK");
            await stream.WriteAsync(s_content.AsMemory(0, 1234));
        });
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal([0, 1234], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task ACorruptMirrorGivesWayToTheNext()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((request, _, stream) =>
        {
            byte[] file = [.. s_content];
            if (request.Path == "/bad") file[150_000] ^= 1;
            return FaultyServer.SendAsync(stream, file, request.From);
        });
        await GetAsync(folder, File(server.Address("bad"), server.Address("good")));
        CheckThere(folder);
        Assert.Equal(["/bad", "/good"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task WhenAllAreCorruptNothingStaysAndTheMessageSaysAll()
    {
        using TemporaryFolder folder = new();
        byte[] other = [.. s_content];
        other[7] ^= 1;
        using FaultyServer server = new((_, _, stream) => FaultyServer.SendAsync(stream, other));
        string message = await FailAsync(folder, File(server.Address("a")));
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Contains($"{server.Address("a")}: what it gives has the checksum {Sha(other)}, not {Sha(s_content)}", message);
        string file = $"x.bin (300000 bytes, sha256 {Sha(s_content)[7..]})\n  from {server.Address("a")}";
        Assert.EndsWith($"put it as it is into {folder.Path}:\n{file}", message);
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task RedirectsAreFollowed(string status)
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((request, _, stream) => request.Path == "/a"
            ? FaultyServer.HeadAsync(stream, status, "Location: /b/c?d=e", "Content-Length: 0")
            : FaultyServer.SendAsync(stream, s_content));
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal(["/a", "/b/c?d=e"], server.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData("http://files.example/x.bin", "it leads to http://files.example/x.bin, and only https is followed")]
    [InlineData("ftp://127.0.0.1/x.bin", "only https is followed")]
    [InlineData("file:///etc/passwd", "only https is followed")]
    [InlineData("/a", "leads on more than 8 times")]
    public async Task RedirectsThatLeadAwayOrRoundAreNot(string location, string expected)
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((_, _, stream) =>
            FaultyServer.HeadAsync(stream, "302 Found", $"Location: {location}", "Content-Length: 0"));
        Assert.Contains(expected, await FailAsync(folder, File(server.Address("a"))));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task PlainHttpIsForThisMachineOnly()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("only https is followed", await FailAsync(folder, File("http://files.example/x.bin")));
    }

    [Fact]
    public async Task APartOfAnEarlierRunIsUsed()
    {
        using TemporaryFolder folder = new();
        System.IO.File.WriteAllBytes(PartOf(folder), s_content[..100_000]);
        using FaultyServer server = new((request, _, stream) => FaultyServer.SendAsync(stream, s_content, request.From));
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal([100_000], server.Requests.Select(request => request.From));
    }

    [Theory]
    [InlineData(100_000, 2)]
    [InlineData(300_000, 1)]     // as long as the file: only its checksum tells, and nothing more need be asked for
    [InlineData(300_001, 2)]
    public async Task AWrongPartIsThrownAway(int length, int requests)
    {
        using TemporaryFolder folder = new();
        System.IO.File.WriteAllBytes(PartOf(folder), new byte[length]);
        using FaultyServer server = new((request, _, stream) => request.From <= s_content.Length
            ? FaultyServer.SendAsync(stream, s_content, request.From)
            : FaultyServer.HeadAsync(stream, "416 Range Not Satisfiable", "Content-Length: 0"));
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(0, server.Requests[^1].From);
    }

    [Fact]
    public async Task AServerThatKnowsNoRangesSendsAllAgain()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((_, before, stream) =>
            FaultyServer.SendAsync(stream, s_content, most: before == 0 ? 200_000 : int.MaxValue));
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("bytes 5-299999/300000", "\"v1\"")]
    [InlineData("bytes 100000-299999/300000", "\"v2\"")]
    public async Task ARestThatDoesNotFitIsNotGluedOn(string range, string tag)
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new(async (request, before, stream) =>
        {
            if (before == 0) await FaultyServer.SendAsync(stream, s_content, most: 100_000, tag: "\"v1\"");
            else if (request.From > 0) await FaultyServer.HeadAsync(stream, "206 Partial Content", "Content-Length: 200000",
                $"Content-Range: {range}", $"ETag: {tag}");
            else await FaultyServer.SendAsync(stream, s_content);
        });
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal([0, 100_000, 0], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task ATroubledServerIsAskedAgainAMissingFileIsNot()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((request, before, stream) =>
            request.Path == "/gone" ? FaultyServer.HeadAsync(stream, "404 Not Found", "Content-Length: 0")
            : before < 3 ? FaultyServer.HeadAsync(stream, "503 Service Unavailable", "Content-Length: 0")
            : FaultyServer.SendAsync(stream, s_content));
        await GetAsync(folder, File(server.Address("gone"), server.Address("busy")));
        CheckThere(folder);
        Assert.Equal(["/gone", "/busy", "/busy", "/busy"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task ASilentServerIsGivenUp()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new(async (request, _, stream) =>
        {
            if (request.Path == "/good") await FaultyServer.SendAsync(stream, s_content, request.From);
            else if (request.Path == "/mute") await Task.Delay(20_000);
            else
            {
                await FaultyServer.HeadAsync(stream, "200 OK", "Content-Length: 300000");
                await stream.WriteAsync(s_content.AsMemory(0, 1000));
                await Task.Delay(20_000);
            }
        });
        // On a busy machine the good one is silent for a while too.
        DownloadOptions impatient = s_hasty with { Silence = TimeSpan.FromSeconds(2), Attempts = 1 };
        await GetAsync(folder, File(server.Address("mute"), server.Address("halting"), server.Address("good")),
            options: impatient);
        CheckThere(folder);
    }

    [Fact]
    public async Task MoreThanTheFileIsNotTaken()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new(async (request, _, stream) =>
        {
            await FaultyServer.HeadAsync(stream, "200 OK", request.Path == "/said" ? "Content-Length: 400000" : "Server: x");
            for (int i = 0; i < 100; i++) await stream.WriteAsync(s_content);
        });
        string message = await FailAsync(folder, File(server.Address("said"), server.Address("unsaid")));
        Assert.Contains("it offers 400000 bytes, but the file has 300000", message);
        Assert.Contains("it sends more than 300000 bytes", message);
        Assert.All(Directory.GetFiles(folder.Path), path => Assert.InRange(new FileInfo(path).Length, 0, 300_000));
        CheckNotThere(folder);
    }

    [Fact]
    public async Task AServerThatAlwaysDropsComesToAnEnd()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((_, _, stream) => FaultyServer.HeadAsync(stream, "200 OK", "Content-Length: 300000"));
        Assert.Contains("it broke off", await FailAsync(folder, File(server.Address("a"))));
        Assert.Equal(s_hasty.Attempts, server.Requests.Count);
        CheckNotThere(folder);
    }

    [Fact]
    public async Task WithoutANetworkTheMessageNamesEveryMissingFile()
    {
        using TemporaryFolder folder = new();
        string nowhere;
        using (FaultyServer server = new((_, _, _) => Task.CompletedTask)) nowhere = server.Address("x");
        DataFile[] files = [File(nowhere), new("y.bin", null, "md5:00000000000000000000000000000000", [nowhere])];
        string message = Told(await Assert.ThrowsAsync<InputException>(() =>
            DataDownload.GetAsync(files, folder.Path, null, s_hasty)));
        Assert.StartsWith("x.bin could not be fetched", message);
        Assert.Contains($"put them as they are into {folder.Path}:\nx.bin (300000 bytes", message);
        Assert.Contains($"y.bin (md5 00000000000000000000000000000000)\n  from {nowhere}", message);
    }

    [Fact]
    public async Task WhatIsThereIsKept()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((_, _, stream) => FaultyServer.SendAsync(stream, s_content));
        folder.Write("x.bin", s_content);
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);

        folder.Write("x.bin", [1, 2, 3]);
        string message = await FailAsync(folder, File(server.Address("a")));
        Assert.Contains("It was not touched; move it away", message);
        Assert.Equal([1, 2, 3], System.IO.File.ReadAllBytes(folder.File("x.bin")));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AnotherEditionDoesAsWell()
    {
        using TemporaryFolder folder = new();
        using FaultyServer server = new((request, _, stream) =>
            request.Path == "/new" ? FaultyServer.HeadAsync(stream, "404 Not Found", "Content-Length: 0")
            : FaultyServer.SendAsync(stream, s_content));
        DataFile file = new("new.zip", 5, Sha([1]), [server.Address("new")]) { Instead = File(server.Address("old")) };
        Assert.Equal(folder.File("x.bin"), await GetAsync(folder, file));
        CheckThere(folder);
        Assert.Equal(folder.File("x.bin"), await GetAsync(folder, file));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task StoppingKeepsThePart()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        using FaultyServer server = new(async (request, before, stream) =>
        {
            await FaultyServer.SendAsync(stream, s_content, request.From, most: before == 0 ? 120_000 : int.MaxValue);
            if (before == 0) await Task.Delay(20_000);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(folder, File(server.Address("a")),
            progress => { if (progress.Received == 120_000) stop.Cancel(); }, cancellationToken: stop.Token));
        CheckNotThere(folder);
        Assert.Equal(120_000, new FileInfo(PartOf(folder)).Length);
        await GetAsync(folder, File(server.Address("a")));
        CheckThere(folder);
        Assert.Equal([0, 120_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public void PublishedFilesAreNamedProperly()
    {
        Assert.Superset(new HashSet<string>(["mnist", "fashion-mnist", "pathmnist", "eurosat"]),
            Catalog.Default.DataSets.Where(source => source.Files.Count > 0).Select(source => source.Name).ToHashSet());
        DataFile[] files = [.. Catalog.Default.DataSets.SelectMany(source => source.Files).SelectMany(file => file.Editions)];
        Assert.All(files, file => Assert.Matches("^(sha256:[0-9a-f]{64}|md5:[0-9a-f]{32})$", file.Checksum));
        Assert.All(files.SelectMany(file => file.Mirrors), mirror => Assert.Equal("https", new Uri(mirror).Scheme));
        Assert.All(files, file => Assert.Equal(file.Name, Path.GetFileName(file.Name)));
    }

    [Fact]
    public async Task NamesThatCannotBeFetchedAreTold()
    {
        Assert.Contains("needs no files",
            (await Assert.ThrowsAsync<InputException>(() =>
                DataDownload.GetAsync(Catalog.Default.DataSets, "fashion-mnist-test"))).Message);
        Assert.Contains("Did you mean eurosat?",
            (await Assert.ThrowsAsync<InputException>(() =>
                DataDownload.GetAsync(Catalog.Default.DataSets, "euro-sat"))).Message);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/etc/x")]
    [InlineData("C:x")]
    [InlineData("..")]
    [InlineData("")]
    public void AFileCannotBeCalledSomewhereElse(string name) =>
        Assert.Throws<ArgumentException>(() => new DataFile(name, null, "md5:0", []));
}
