using System.Diagnostics;
using System.Text.RegularExpressions;

/// <summary>Runs the built tool as a process: real exit codes, real standard streams, none of them a terminal.</summary>
static partial class ToolProcess
{
    static readonly string s_tool = Path.Combine(AppContext.BaseDirectory, "Qdiff.Cli.dll");

    public static bool HasShell { get; } = File.Exists("/bin/bash");

    public static (int ExitCode, string Output, string Error) Run(string folder, params string[] arguments) =>
        Wait(new("dotnet", [s_tool, .. arguments]), folder);

    /// <summary>Runs it with a variable in its environment.</summary>
    public static (int ExitCode, string Output, string Error) RunWith(string variable, string value, string folder,
        params string[] arguments) =>
        Wait(new("dotnet", [s_tool, .. arguments]) { Environment = { [variable] = value } }, folder);

    /// <summary>Runs it in a shell, so that its streams can be closed or led elsewhere; the exit code is the tool's.</summary>
    /// <param name="arguments">As one would type them, with redirections.</param>
    /// <param name="before">Settings of environment variables, each followed by a blank.</param>
    public static (int ExitCode, string Output, string Error) RunInShell(string folder, string arguments, string before = "") =>
        Wait(new("/bin/bash", ["-c", $"{before}dotnet '{s_tool}' {arguments}; exit ${{PIPESTATUS[0]}}"]), folder);

    // What the tool says when something takes longer than a few seconds: on a busy machine that may be anything.
    [GeneratedRegex(@"^.* \.\.\.\n", RegexOptions.Multiline)]
    static partial Regex Waiting { get; }

    static (int ExitCode, string Output, string Error) Wait(ProcessStartInfo start, string folder)
    {
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (folder, true, true);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, Waiting.Replace(error.Result, ""));
    }
}
