using Qdiff;

/// <summary>
/// What a machine does to programs besides killing them. Each gives what went wrong, or null: the tool must say one clear line
/// with the right exit code, lose nothing that was saved, and end in the bytes of an undisturbed run once the trouble is over.
/// </summary>
static class Troubles
{
    static readonly string[] s_start = [.. ToolRun.Tool, "train", "-q", "-c", "tiny.yaml"],
        s_resume = [.. ToolRun.Tool, "train", "-q", "--resume", "runs/tiny-42"];

    public static IReadOnlyList<(string Name, Func<string?> Run)> All { get; } =
    [
        .. from place in (string[])
               ["a run", "samples", "an evaluation", "a report", "an export", "a picture of data", "a download"]
           select ($"full disk: {place}", (Func<string?>)(() => FullDisk(place))),
        ("read-only folder", ReadOnly), ("folder that disappears", Disappears), ("two processes on one run", TwoWriters),
        ("clock set back a year", () => InEnvironment(Faketime("-1y"))),
        ("clock set forward ten years", () => InEnvironment(Faketime("+10y"))),
        .. from zone in (string[])
               ["Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Nowhere/Nothing"]
           select ($"TZ={zone}", (Func<string?>)(() => InEnvironment([("TZ", zone)]))),
        .. from language in (string[])
               ["C", "tr_TR.UTF-8", "de_DE.UTF-8", "ar_SA.UTF-8", "fa_IR.UTF-8", "th_TH.UTF-8", "xx_YY"]
           select ($"LC_ALL={language}", (Func<string?>)(() => InEnvironment([("LC_ALL", language), ("LANG", language),
               ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "0"), ("DOTNET_SYSTEM_GLOBALIZATION_PREDEFINED_CULTURES_ONLY", "0")]))),
    ];

    static readonly Lazy<SortedDictionary<string, string>> s_undisturbed = new(() =>
    {
        using TemporaryFolder folder = Configured();
        return ToolRun.Run(folder.Path, s_start) is { Code: not 0 } failed ? throw new InvalidOperationException(failed.Error)
            : FolderContent.Of(folder.File("runs"));
    });

    static TemporaryFolder Configured()
    {
        TemporaryFolder folder = new();
        File.WriteAllText(folder.File("tiny.yaml"), TinyRun.Yaml("tiny"));
        return folder;
    }

    /// <summary>A disk with room for a part of what is to be written, then with room for all.</summary>
    static string? FullDisk(string place)
    {
        using TemporaryFolder folder = Configured();
        Directory.CreateDirectory(folder.File("disk"));
        bool isRun = place == "a run";
        if (!isRun && ToolRun.Run(folder.Path, s_start) is { Code: not 0 } failed) return failed.Error;
        string[] run = ["runs/tiny-42", "-q"];
        string[] command = place switch
        {
            "a run" => [.. s_start, "--runs", "disk"],
            "samples" => ["sample", .. run, "-n", "200", "--sampler", "ddim", "--steps", "2", "-o", "disk/x.npz"],
            "an evaluation" => ["evaluate", "disk/runs/tiny-42", "-q", "--samples", "600", "--sampler", "ddim",
                "--sampling-steps", "2", "--metrics", "kid"],
            "a report" => ["report", .. run, "-o", "disk/x.html"],
            "an export" => ["export", .. run, "--onnx", "disk/x.onnx"],
            "a picture of data" => ["data", "show", "fashion-mnist-test", "--picture", "disk/x.png", "-q"],
            _ => [],
        };
        if (place == "a download") return FullDownload(folder);
        if (!isRun) command = [.. ToolRun.Tool, .. command];
        int kilobytes = isRun ? 300 : 8_000;
        using Disk disk = Disk.Mount(folder.File("disk"), kilobytes);
        if (place == "an evaluation") Copy(folder.File("runs"), folder.File("disk/runs"));
        if (!isRun) disk.Fill();
        Ended end = ToolRun.Run(folder.Path, command);
        // An evaluation says of its samples and of its report that they are not kept.
        if (place == "an evaluation" && end is { Code: 1, Lines.Length: 2 }) end = end with { Error = end.Lines[1] };
        if (Complaint(end, 1) is { } wrong) return wrong;
        if (Directory.GetFiles(folder.File("disk"), "x.*").Length > 0) return "It left a part of a file.";
        disk.Resize(64_000);
        if (isRun && Directory.Exists(folder.File("disk/tiny-42")) && RunFolder.Exists(folder.File("disk/tiny-42")))
            command = [.. ToolRun.Tool, "train", "-q", "--resume", "disk/tiny-42"];
        end = ToolRun.Run(folder.Path, command);
        return end.Code != 0 ? $"With room it ended with {end.Code}: {end.Error}"
            : isRun ? FolderContent.Difference(s_undisturbed.Value, FolderContent.Of(folder.File("disk"))) : null;
    }

    static string? FullDownload(TemporaryFolder folder)
    {
        using KilledWorks works = new();
        KilledWork download = works.All.Single(work => work.Name == "data");
        Directory.CreateDirectory(folder.File("disk/data"));
        using Disk disk = Disk.Mount(folder.File("disk"), 400);
        Ended end = ToolRun.Run(folder.File("disk"), download.Commands("")[0], download.Environment);
        if (Complaint(end, 1) is { } wrong) return wrong;
        disk.Resize(64_000);
        end = ToolRun.Run(folder.File("disk"), download.Commands("")[0], download.Environment);
        return end.Code != 0 ? $"With room it ended with {end.Code}: {end.Error}"
            : FolderContent.Difference(download.Undisturbed().Content, FolderContent.Of(folder.File("disk/data")));
    }

    static string? ReadOnly()
    {
        using TemporaryFolder folder = Configured();
        Directory.CreateDirectory(folder.File("runs"));
        using Disk disk = Disk.Mount(folder.File("runs"), 64_000);
        disk.Protect(true);
        if (Complaint(ToolRun.Run(folder.Path, s_start), 1) is { } wrong) return "Start: " + wrong;
        disk.Protect(false);
        Ended end = ToolRun.Run(folder.Path, [.. s_start, "--set", "training.steps=4"]);
        if (end.Code != 0) return end.Error;
        disk.Protect(true);
        if (Complaint(ToolRun.Run(folder.Path, [.. s_resume, "--steps", "12"]), 1) is { } other) return "Resumed: " + other;
        disk.Protect(false);
        end = ToolRun.Run(folder.Path, [.. s_resume, "--steps", "12"]);
        return end.Code != 0 ? end.Error : Weights(folder.File("runs"));
    }

    /// <summary>The run's folder is taken away while it trains: it ends and makes no new one.</summary>
    static string? Disappears()
    {
        using TemporaryFolder folder = Configured();
        System.Diagnostics.Process process = ToolRun.Start(folder.Path, [.. s_start, "--set", "training.steps=1000000"]);
        string log = folder.File("runs/tiny-42/steps.jsonl");
        while (!process.HasExited && !File.Exists(log)) Thread.Sleep(20);
        Thread.Sleep(300);
        Directory.Move(folder.File("runs/tiny-42"), folder.File("elsewhere"));
        Ended end = ToolRun.End(process);
        return Complaint(end, 1, 2) ?? (Directory.Exists(folder.File("runs/tiny-42")) ? "It made the folder anew." : null);
    }

    static string? TwoWriters()
    {
        using TemporaryFolder folder = Configured();
        System.Diagnostics.Process first = ToolRun.Start(folder.Path, [.. s_start, "--set", "training.steps=1000000"]);
        while (!first.HasExited && !File.Exists(folder.File("runs/tiny-42/steps.jsonl"))) Thread.Sleep(20);
        string? wrong = Complaint(ToolRun.Run(folder.Path, s_resume), 2);
        first.Kill();
        ToolRun.End(first);
        return wrong;
    }

    /// <summary>Half a run as usual, the rest in another environment: the same bytes.</summary>
    static string? InEnvironment((string, string)[] environment)
    {
        if (environment is [("LD_PRELOAD", var library), ..] && !File.Exists(library))
            return "skipped: no libfaketime (Debian: faketime)";
        using TemporaryFolder folder = Configured();
        Ended end = ToolRun.Run(folder.Path, [.. s_start, "--set", "training.steps=4"]);
        if (end.Code == 0) end = ToolRun.Run(folder.Path, [.. s_resume, "--steps", "12"], environment);
        // That the training was made longer is said, and nothing else.
        bool isSaid = end.Error.Contains("now has 12 steps", StringComparison.Ordinal) && end.Error.Trim().Split('\n').Length == 1;
        if (end.Code != 0 || !isSaid) return $"It ended with {end.Code}: {end.Error}";
        return Weights(folder.File("runs"));
    }

    static (string, string)[] Faketime(string offset) =>
    [
        ("LD_PRELOAD", "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"), ("FAKETIME", offset),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];

    /// <summary>How checkpoints and the log differ from those of an undisturbed run; its length was set in two pieces, so its
    /// configuration is another.</summary>
    static string? Weights(string runs) => FolderContent.Difference(Only(s_undisturbed.Value), Only(FolderContent.Of(runs)));

    static SortedDictionary<string, string> Only(SortedDictionary<string, string> content) => new(content.Where(file =>
        file.Key.EndsWith(".safetensors", StringComparison.Ordinal) || file.Key.EndsWith("steps.jsonl", StringComparison.Ordinal))
        .ToDictionary(), StringComparer.Ordinal);

    /// <summary>Null if it ended with one of the codes and said one line.</summary>
    static string? Complaint(Ended end, params int[] codes) => codes.Contains(end.Code) && end.Lines.Length == 1
        && !end.Error.Contains("   at ", StringComparison.Ordinal) ? null : $"It ended with {end.Code} and said: {end.Error}";

    static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
