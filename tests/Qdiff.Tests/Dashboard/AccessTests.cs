using System.Diagnostics;
using System.Net;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Papers;

[Collection(ServedRuns.Name)]
public sealed class AccessTests(ServedRuns served)
{
    [Fact]
    public async Task OnlyNamesOfThisMachineAreAnswered()
    {
        foreach (string host in (string[])["localhost", "127.0.0.1", "[::1]:80", "192.168.0.7:5042"])
            Assert.Equal(HttpStatusCode.OK, (await Ask("/", ("Host", host))).StatusCode);
        foreach (string host in (string[])["evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
            Environment.MachineName + "x"])
            Assert.Equal(HttpStatusCode.MisdirectedRequest, (await Ask("/", ("Host", host))).StatusCode);
    }

    [Fact]
    public async Task PagesOfOthersGetNothing()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask("/image?name=plain-1&kind=sheets&step=3",
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK,
            (await Ask("/", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))).StatusCode);
        HttpResponseMessage page = await Ask("/");
        string policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Equal("same-origin", Assert.Single(page.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Theory]
    [InlineData("/run?name=../secret.txt")]
    [InlineData("/run?name=..")]
    [InlineData("/run?name=")]
    [InlineData("/run?name=/etc")]
    [InlineData("/run?name=plain-1/../../runs/plain-1")]
    [InlineData("/run?name=plain-1/samples")]
    [InlineData("/run?name=no%20run")]
    [InlineData("/run?name=plain-1%00")]
    [InlineData("/image?name=plain-1&kind=../..&step=3")]
    [InlineData("/image?name=plain-1&kind=sheets&step=4")]
    [InlineData("/image?name=plain-1&kind=sheets&step=-3")]
    [InlineData("/images?name=../runs")]
    [InlineData("/assets/../secret.txt")]
    [InlineData("/secret.txt")]
    public async Task NothingOutsideIsServed(string address)
    {
        HttpResponseMessage answer = await Ask(address);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("what lies outside", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task LinksLeadNowhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        string secret = Path.Combine(served.Root, "../secret.txt");
        string run = SomeRuns.Add(served.Root, "linked", 1, [1]);
        File.Delete(Path.Combine(run, "log.txt"));
        File.CreateSymbolicLink(Path.Combine(run, "log.txt"), secret);
        Directory.CreateSymbolicLink(Path.Combine(served.Root, "way-out"), Path.GetFullPath(Path.Combine(served.Root, "..")));
        try
        {
            foreach (string address in (string[])["/run?name=linked-1", "/run?name=way-out/runs/plain-1",
                "/images?name=linked-1"])
            {
                HttpResponseMessage answer = await Ask(address);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.DoesNotContain("what lies outside", await answer.Content.ReadAsStringAsync());
            }
        }
        finally
        {
            Directory.Delete(run, true);
            File.Delete(Path.Combine(served.Root, "way-out"));
        }
    }

    /// <summary>In a folder that can be passed through but not listed, links cannot be told from files.</summary>
    [Fact]
    public async Task ARunThatCannotBeLookedThroughIsNotShown()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Nothing is closed to this user.");
        if (OperatingSystem.IsWindows()) return;
        string run = SomeRuns.Add(served.Root, "closed", 1, [1]);
        UnixFileMode before = File.GetUnixFileMode(run);
        File.SetUnixFileMode(run, UnixFileMode.UserExecute);
        try
        {
            HttpResponseMessage answer = await Ask("/run?name=closed-1");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("cannot be looked through", await answer.Content.ReadAsStringAsync());
        }
        finally
        {
            File.SetUnixFileMode(run, before);
            Directory.Delete(run, true);
        }
    }

    [Theory]
    [InlineData("steps.jsonl")]
    [InlineData(".lock")]
    [InlineData("events.out.tfevents.0000000001.a")]
    [InlineData("checkpoints/step-000001/checkpoint.json")]
    public async Task APipeKeepsNobodyWaiting(string file)
    {
        using var folder = new TemporaryFolder();
        string pipe = Path.Combine(SomeRuns.Add(folder.Path, "piped", 1, [1]), file);
        Directory.CreateDirectory(Path.GetDirectoryName(pipe)!);
        File.Delete(pipe);
        await NamedPipe.Make(pipe);
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0 }, Papers.Catalog);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(1) };
        HttpResponseMessage page = await client.GetAsync("/run?name=piped-1");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains($"{Path.GetFileName(file)} is a pipe or a device", await page.Content.ReadAsStringAsync());
        Assert.Contains($"{Path.GetFileName(file)} is a pipe or a device", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task AConfigurationThatLeadsOutIsAProblemOfItsRun()
    {
        using var folder = new TemporaryFolder();
        folder.Write("secret.txt", "what lies outside"u8.ToArray());
        string config = Path.Combine(SomeRuns.Add(folder.File("runs"), "curious", 1, [1]), "config.yaml");
        File.WriteAllText(config, "schema: 1\nmodel: { vertex: { circuit: ../../secret.txt } }\n");
        await using DashboardServer server =
            await DashboardServer.StartAsync(new() { Folder = folder.File("runs"), Port = 0 }, Papers.Catalog);
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (string address in (string[])["/", "/run?name=curious-1"])
        {
            string page = await client.GetStringAsync(address);
            Assert.Contains("../../secret.txt leads out of this folder", page);
            Assert.DoesNotContain(folder.File("secret.txt"), page);
            Assert.DoesNotContain("what", page.Split("leads out")[1].Split("this folder.")[0]);
        }
    }

    [Fact]
    public async Task AFormMustBeOurs()
    {
        foreach (KeyValuePair<string, string>[] fields in (KeyValuePair<string, string>[][])[[new("name", "plain-1")],
            [new("name", "plain-1"), new("key", "guessed")]])
            Assert.Equal(HttpStatusCode.Forbidden,
                (await served.Client.PostAsync("/stop", new FormUrlEncodedContent(fields))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await served.Client.PutAsync("/stop", new StringContent(""))).StatusCode);
    }

    [Fact]
    public async Task WhereOthersCanAskTheTokenIsNeeded()
    {
        var options = new DashboardOptions { Folder = served.Root, Port = 0, Listen = IPAddress.Any };
        await using DashboardServer server = await DashboardServer.StartAsync(options, Papers.Catalog);
        Assert.Matches("^\\?token=[0-9a-f]{32}$", server.Address.Query);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        { BaseAddress = new(server.Address, "/") };
        foreach (string address in (string[])["/", "/run?name=plain-1", "/assets/report.css", "/?token=wrong", "/nowhere"])
        {
            HttpResponseMessage refused = await client.GetAsync(address);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.DoesNotContain("plain-1", await refused.Content.ReadAsStringAsync());
        }

        HttpResponseMessage let = await client.GetAsync(server.Address);
        Assert.Equal((HttpStatusCode.Found, "/"), (let.StatusCode, let.Headers.Location!.ToString()));
        string cookie = Assert.Single(let.Headers.GetValues("Set-Cookie"));
        Assert.Matches("httponly", cookie);
        Assert.DoesNotContain(server.Address.Query[7..], cookie);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie.Split(';')[0] } } };
        Assert.Contains("plain-1", await (await client.SendAsync(request)).Content.ReadAsStringAsync());
        // The token stays in no address, also where it is not needed any more, and leads to no other machine.
        foreach ((string address, string place) in ((string, string)[])[(server.Address.Query, "/"), ("?token=old", "/"),
            ("run?name=plain-1" + server.Address.Query.Replace('?', '&'), "/run?name=plain-1"),
            ("/evil.example/?token=", "/evil.example/")])
        {
            HttpResponseMessage again = await Again(HttpMethod.Get, address);
            Assert.Equal((HttpStatusCode.Found, place), (again.StatusCode, again.Headers.Location!.ToString()));
            Assert.False(again.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal("/", (await Again(HttpMethod.Post, "")).Headers.Location!.ToString());

        async Task<HttpResponseMessage> Again(HttpMethod method, string address)
        {
            using var known = new HttpRequestMessage(method, server.Address.GetLeftPart(UriPartial.Authority) + "/" + address)
            { Headers = { { "Cookie", cookie.Split(';')[0] } } };
            if (method == HttpMethod.Post)
                known.Content = new FormUrlEncodedContent([new("token", server.Address.Query[7..])]);
            return await client.SendAsync(known);
        }

        foreach ((string name, string value) in ((string, string)[])[("Authorization", "Bearer wrong"),
            ("Cookie", cookie.Split('=')[0] + "=wrong")])
        {
            using var guess = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { name, value } } };
            var watch = Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(guess)).StatusCode);
            Assert.True(watch.ElapsedMilliseconds > 400, "Who guesses is not kept waiting.");
        }

        using var bearer = new HttpRequestMessage(HttpMethod.Get,
            "/")
        { Headers = { { "Authorization", "Bearer " + server.Address.Query[7..] } } };
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(bearer)).StatusCode);
        HttpResponseMessage typed =
            await client.PostAsync("/", new FormUrlEncodedContent([new("token", server.Address.Query[7..])]));
        Assert.Equal(HttpStatusCode.Found, typed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await client.PostAsync("/", new FormUrlEncodedContent([new("token", "wrong")]))).StatusCode);
    }

    [Fact]
    public async Task WhatCannotBeListenedOnIsSaid()
    {
        Assert.Contains("Another program listens on 127.0.0.1:",
            await Refused(new() { Folder = served.Root, Port = served.Client.BaseAddress!.Port }));
        Assert.Contains("no address of this machine",
            await Refused(new() { Folder = served.Root, Listen = IPAddress.Parse("203.0.113.7"), Token = new('x', 20) }));
        Assert.Contains("at least 12", await Refused(new() { Folder = served.Root, Port = 0, Token = "short" }));
        Assert.Contains("There is no folder", await Refused(new() { Folder = served.Root + "x", Port = 0 }));

        static async Task<string> Refused(DashboardOptions options) =>
            (await Assert.ThrowsAsync<InputException>(() => DashboardServer.StartAsync(options, Papers.Catalog))).Message;
    }

    async Task<HttpResponseMessage> Ask(string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(served.Client.BaseAddress!, address));
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await served.Client.SendAsync(request);
    }
}
