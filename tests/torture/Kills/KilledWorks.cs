using System.Security.Cryptography;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;

/// <summary>Everything that takes long and must survive a kill, each small enough to be killed hundreds of times.</summary>
sealed class KilledWorks : IDisposable
{
    /// <summary>Where the tool that this program can be finds the files of its data set.</summary>
    const string Mirror = "QDIFF_TORTURE_MIRROR";

    static readonly byte[] s_download = SeedFiles.Pixels(300_000);

    readonly TemporaryFolder folder = new();
    readonly FaultyServer server = new(SendSlowly);
    readonly Lazy<string> trained;

    public KilledWorks() => trained = new(() =>
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyRun.Yaml("tiny"));
        Ended end = ToolRun.Run(folder.Path, [.. ToolRun.Tool, "train", "-q", "-c", "tiny.yaml"]);
        return end.Code == 0 ? folder.File("runs") : throw new InvalidOperationException(end.Error);
    });

    public IReadOnlyList<KilledWork> All =>
    [
        new("train", Configured, path => [Train(path)], "runs"),
        .. Mpirun is { } mpirun ? [new KilledWork("ranks", Configured, path => [[.. mpirun, .. Train(path)]], "runs")
            { StartsOthers = true }] : (KilledWork[])[],
        new("sample", WithRun, _ => [[.. ToolRun.Tool, "sample", "runs/tiny-42", "-q", "-n", "24", "--sampler", "ddim",
            "--steps", "6", "-o", "out/samples.npz"]], "out"),
        new("evaluate", WithRun, _ => [[.. ToolRun.Tool, "evaluate", "runs/tiny-42", "-q", "--samples", "40", "--sampler", "ddim",
            "--sampling-steps", "3", "--metrics", "kid"]], "runs"),
        new("compare", Planned, _ => [.. Enumerable.Repeat<string[]>([.. ToolRun.Tool, "work", "farm", "-q"], 3)], "farm"),
        new("transfer", path => File.WriteAllText(Path.Combine(path, "t.yaml"), TinyRun.Yaml("t")
            + "transfer:\n  source: s\n  sourceModel: unet\n  sourceSteps: 12\n"),
            _ => [[.. ToolRun.Tool, "transfer", "-q", "-c", "t.yaml"]], "runs"),
        new("data", _ => { }, _ => [[.. ToolRun.Self, "tool", "data", "get", "toy"]], "data")
        { Environment = [(Mirror, server.Address(""))] },
    ];

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    /// <summary>The tool with one data set more, whose files come from the address that the environment names.</summary>
    public static int Tool(string[] arguments)
    {
        string mirror = Environment.GetEnvironmentVariable(Mirror) ?? throw new InputException($"{Mirror} names no address.");
        string check = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(s_download));
        DataSource toy = new("toy", "numbers", "", [Split.Train], (_, _) => ImageSet.FromSamples("toy", [1, 1, 1], [0]))
        { Files = [.. new[] { "a.bin", "b.bin" }.Select(name => new DataFile(name, s_download.Length, check, [mirror + name]))] };
        return QdiffTool.Run(arguments, Papers.Catalog with { DataSets = [.. Papers.Catalog.DataSets, toy] });
    }

    /// <summary>Two processes of MPI; null where there is no mpirun.</summary>
    static string[]? Mpirun => File.Exists("/usr/bin/mpirun.openmpi")
        ? ["/usr/bin/mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "-n", "2"]
        : File.Exists("/usr/bin/mpirun") ? ["/usr/bin/mpirun", "-n", "2"] : null;

    static void Configured(string path) => File.WriteAllText(Path.Combine(path, "tiny.yaml"), TinyRun.Yaml("tiny"));

    static string[] Train(string path) => RunFolder.Exists(Path.Combine(path, "runs/tiny-42"))
        ? [.. ToolRun.Tool, "train", "-q", "--resume", "runs/tiny-42"]
        : [.. ToolRun.Tool, "train", "-q", "-c", "tiny.yaml", "--set", "training.batch=36"];

    void WithRun(string path)
    {
        foreach (string file in Directory.GetFiles(trained.Value, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(path, "runs", Path.GetRelativePath(trained.Value, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Combine(path, "out"));
    }

    static void Planned(string path)
    {
        File.WriteAllText(Path.Combine(path, "a.yaml"), TinyRun.Yaml("a"));
        File.WriteAllText(Path.Combine(path, "b.yaml"), TinyRun.Yaml("b", rate: 0.001));
        Ended end = ToolRun.Run(path, [.. ToolRun.Tool, "compare", "a.yaml", "b.yaml", "-q", "--seeds", "2", "--steps", "8",
            "--name", "pair", "--samples", "20", "--sampler", "ddim", "--sampling-steps", "2", "--metrics", "kid",
            "--at-epochs", ",", "--runs", "farm", "--plan"]);
        if (end.Code != 0) throw new InvalidOperationException(end.Error);
    }

    /// <summary>Half a second for a file, so that kills come in the middle of it.</summary>
    static async Task SendSlowly(Asked asked, int before, Stream stream)
    {
        int from = asked.From;
        await FaultyServer.SendAsync(stream, s_download, from, most: 0, tag: "\"1\"");
        for (int at = from; at < s_download.Length; at += 20_000)
        {
            await stream.WriteAsync(s_download.AsMemory(at, Math.Min(20_000, s_download.Length - at)));
            await Task.Delay(30);
        }
    }
}
