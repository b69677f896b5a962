using System.Net;
using AngleSharp.Html.Dom;
using Qdiff;

[Collection(ServedRuns.Name)]
public sealed class StopTests(ServedRuns served)
{
    [Fact]
    public async Task TheFormOfARunInTrainingAsksItToStop()
    {
        string path = Path.Combine(served.Root, "plain-2");
        Assert.Null((await served.Page("/run?name=plain-2")).QuerySelector("form.stop"));
        using (RunLock.Take(path))
        {
            IHtmlDocument page = await served.Page("/run?name=plain-2");
            Assert.Equal("plain-2 training", page.QuerySelector("h1")!.TextContent);
            var form = (IHtmlFormElement)page.QuerySelector("form.stop")!;
            var fields = form.QuerySelectorAll("input").OfType<IHtmlInputElement>()
                .ToDictionary(input => input.Name!, input => input.Value);
            HttpResponseMessage answer = await served.Client.PostAsync("/stop", new FormUrlEncodedContent(fields));
            Assert.Equal((HttpStatusCode.SeeOther, "/run?name=plain-2"),
                (answer.StatusCode, answer.Headers.Location!.ToString()));
            Assert.True(StopRequest.IsThere(path));
            page = await served.Page("/run?name=plain-2");
            Assert.Null(page.QuerySelector("form.stop"));
            Assert.Contains("asked to save and stop", page.QuerySelector("#head")!.TextContent);

            using var foreign = new HttpRequestMessage(HttpMethod.Post, "/stop") { Content = new FormUrlEncodedContent(fields) };
            foreign.Headers.Add("Origin", "http://evil.example");
            Assert.Equal(HttpStatusCode.Forbidden, (await served.Client.SendAsync(foreign)).StatusCode);
            fields["name"] = "../secret";
            answer = await served.Client.PostAsync("/stop", new FormUrlEncodedContent(fields));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await AssertNotDone("half-1", "Nobody trains this run");

            // Whoever measures a run holds its lock, and would not hear.
            string whole = Path.Combine(served.Root, "plain-1");
            using (RunLock.Take(whole))
            {
                page = await served.Page("/run?name=plain-1");
                Assert.Equal("plain-1 finished", page.QuerySelector("h1")!.TextContent);
                Assert.Null(page.QuerySelector("form.stop"));
                await AssertNotDone("plain-1", "there is nothing to stop");
            }

            Assert.False(StopRequest.IsThere(whole));

            async Task AssertNotDone(string name, string why)
            {
                fields["name"] = name;
                using HttpResponseMessage refused =
                    await served.Client.PostAsync("/stop", new FormUrlEncodedContent(fields));
                Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
                string said = await refused.Content.ReadAsStringAsync();
                Assert.Contains(why, said);
                Assert.Contains("<h1>Not done</h1>", said);
            }
        }

        StopRequest.Clear(path);
    }
}
