using System.Diagnostics;

/// <summary>A program that is started, killed if need be, and heard to the end.</summary>
static class ToolRun
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>The tool beside this program.</summary>
    public static string[] Tool { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Qdiff.Cli.dll")];

    /// <summary>This program, which can be the tool with a data set of its own.</summary>
    public static string[] Self { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Qdiff.Torture.dll")];

    public static Process Start(string folder, IReadOnlyList<string> command, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for a process that was started; what it said is read meanwhile, so that it is never held up.</summary>
    public static Ended End(Process process)
    {
        using Process mine = process;
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"A process did not end in {s_patience.TotalMinutes} minutes.");
        }

        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Waits until these processes, which others have started, are gone.</summary>
    public static void WaitFor(IReadOnlyList<int> processes)
    {
        long start = Stopwatch.GetTimestamp();
        while (processes.Any(IsRunning))
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
                throw new TimeoutException($"Processes did not end in {s_patience.TotalMinutes} minutes.");
            Thread.Sleep(10);
        }
    }

    static bool IsRunning(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            // A zombie is at its end, whether or not somebody asks for its exit code; but it has its files until its last thread is.
            return stat[stat.LastIndexOf(')') + 2] != 'Z' || Directory.GetDirectories($"/proc/{process}/task").Length > 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static Ended Run(string folder, IReadOnlyList<string> command, params (string Name, string Value)[] environment) =>
        End(Start(folder, command, environment));
}

/// <summary>How a process ended.</summary>
sealed record Ended(int Code, string Output, string Error)
{
    /// <summary>The lines that the tool itself said.</summary>
    public string[] Lines => [.. Error.Split('\n').Where(line => line.StartsWith("qdiff: ", StringComparison.Ordinal))];
}
