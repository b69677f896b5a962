using System.Net;
using Examples;
using Microsoft.AspNetCore.Builder;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;

/// <summary>Each example does what it says, as whoever follows docs/extending.md would call it.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class ExtendingTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly string config;
    int trained;

    public ExtendingTests()
    {
        config = folder.File("tiny.yaml");
        File.WriteAllText(config, TinyExperiment.WholeImagesYaml);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AnAnsatzAndAnEncodingStandInANetwork()
    {
        string run = Train(OwnAnsatz.Main, "model.vertex.circuit=ring", "model.vertex.layers=1");
        Assert.Contains("circuit: ring", File.ReadAllText(Path.Combine(run, "config.yaml")));
        Assert.Contains("ring", Done(OwnAnsatz.Main, "circuit", "list"));
        // It goes on, with the part; without it the run says what it lacks, in one line.
        Done(OwnAnsatz.Main, "train", "--resume", run, "--steps", "3", "-q");
        (int code, _, string error) = Call(args => QdiffTool.Run(args, Papers.Catalog), "sample", run, "-q");
        Assert.Equal(2, code);
        Assert.Matches(@"^qdiff: .*model\.vertex\.circuit is ring.*\n\z", error);

        run = Train(OwnEncoding.Main, "model.vertex.circuit=basic", "model.vertex.encoding=twice", "model.vertex.layers=1");
        Assert.Contains("encoding: twice", File.ReadAllText(Path.Combine(run, "config.yaml")));
    }

    [Fact]
    public void ASamplerAWeightingAndADataSetAreKnownEverywhere()
    {
        string run = Train(OwnSampler.Main, "sampling.sampler=euler", "sampling.churn=0.5", "sampling.steps=3");
        Assert.Contains("euler", Done(OwnSampler.Main, "sample", "--help"));
        string file = Done(OwnSampler.Main, "sample", run, "-n", "2", "--steps", "2", "-q").Trim();
        Assert.EndsWith("euler-2-churn-0.5-seed-7-n-2.png", file);
        Assert.True(File.Exists(file));

        run = Train(OwnWeighting.Main, "diffusion.weighting=root-snr");
        Assert.Contains("weighting: root-snr", File.ReadAllText(Path.Combine(run, "config.yaml")));

        Train(OwnDataSet.Main, "data.dataset=shapes");
    }

    [Fact]
    public void ALayerTrainsAndItsGradientIsThatOfItsDefinition()
    {
        Assert.Contains("step 2  loss ", Done(OwnLayer.Main, "2"));
        AuditReport audit = Audit.Run(new OwnLayer.SnakeNetwork());
        Assert.Equal(audit.Nominal, audit.Live);
    }

    [Fact]
    public void ANetworkIsARunThatIsResumedAuditedAndCompared()
    {
        string run = folder.File("own-42"), output = Done(OwnNetwork.Main, "run", run);
        Assert.Contains("step 200  loss 0.", output);
        Assert.Contains("289 parameters: 289 can change the output", output);
        Assert.True(File.Exists(Path.Combine(run, "digits.png")));
        Assert.DoesNotContain("step", Done(OwnNetwork.Main, "run", run).Split('\n')[0]);
        Assert.Contains("289 parameters: 289 can change the output", Done(OwnNetwork.Main, "audit", run, "-q"));

        string own = folder.File("own.yaml");
        File.WriteAllText(own, "name: own\ndata: { dataset: fashion-mnist-test, perClass: 20 }\n"
            + "model: { name: TwoConvolutions }\ntraining: { batch: 20, threads: 1 }\nsampling: { sampler: ddim, steps: 1 }\n");
        string table = Done(OwnNetwork.Main, "compare", own, config, "--set", "sampling.sampler=ddim", "--set",
            "sampling.steps=1",
            "--set", "training.frameEvery=0", "--set", "data.classes=[1]", "--steps", "2", "--seeds", "1", "--runs",
            folder.File("runs"), "--metrics", "kid", "-n", "24", "--few-samples", "-q", "--cache", folder.File("cache"),
            "--sample-seed", "9");
        Assert.Contains("TwoConvolutions", table);
        Assert.Contains("with seed s are drawn with seed 9 + s, by ddim in 1 steps", table);
    }

    [Fact]
    public async Task AServiceAnswersSeveralRequestsAtOnce()
    {
        string run = Train(args => QdiffTool.Run(args, Papers.Catalog), "training.steps=1");
        await using WebApplication service = WebService.Create(run, Papers.Catalog);
        service.Urls.Add("http://127.0.0.1:0");
        TaskCompletionSource begun = new(), drawn = new();
        service.Use(async (context, next) =>
        {
            bool isLost = context.Request.Path == "/images/3";
            if (isLost)
            {
                // Whoever asked has gone away before anything is drawn, however fast that would be.
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            try
            {
                await next(context);
                if (isLost) drawn.SetResult();
            }
            catch (OperationCanceledException e) when (isLost)
            {
                drawn.SetException(e);
            }
        });
        await service.StartAsync();
        using var client = new HttpClient { BaseAddress = new(service.Urls.Single()) };
        byte[][] images = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(i => client.GetByteArrayAsync($"images/{i % 2}?count=2")));
        Assert.Equal(images[0], images[2]);
        Assert.Equal(images[1], images[3]);
        Assert.NotEqual(images[0], images[1]);

        using var impatient = new CancellationTokenSource();
        Task<HttpResponseMessage> asked = client.GetAsync("images/3?count=64", impatient.Token);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drawn.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        using HttpResponseMessage refused = await client.GetAsync("images/1?of=dog");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("takes no class label", await refused.Content.ReadAsStringAsync());
        await service.StopAsync();
    }

    [Fact]
    public void TheGuideLeadsThroughAllOfThem()
    {
        string guide = Repository.Read("docs/extending.md");
        string[] files = [.. Repository.Files("examples/Extending", "*.cs").Where(file => !file.EndsWith("Program.cs"))];
        Assert.Equal(10, files.Length);
        Assert.All(files, file => Assert.Contains($"](../{file})", guide));
        Assert.All(files, file => Assert.InRange(Repository.Read(file).Split('\n').Length - 1, 1, 60));
    }

    string Train(Func<string[], int> tool, params string[] settings)
    {
        string runs = folder.File($"runs-{trained++}");
        Done(tool, ["train", "-c", config, "--runs", runs, "-q", "--set", "training.steps=2", "--set",
            "training.frameEvery=0", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        return Path.Combine(runs, "tiny-42");
    }

    static string Done(Func<string[], int> program, params string[] arguments)
    {
        (int code, string output, string error) = Call(program, arguments);
        Assert.True(code == 0, error);
        return output;
    }

    static (int Code, string Output, string Error) Call(Func<string[], int> program, params string[] arguments)
    {
        (TextWriter oldOutput, TextWriter oldError) = (Console.Out, Console.Error);
        (var output, var error) = (new StringWriter(), new StringWriter());
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            return (program(arguments), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }
}
