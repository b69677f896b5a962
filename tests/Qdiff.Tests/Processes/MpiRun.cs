using System.Diagnostics;

/// <summary>The built tool under the mpirun of one MPI library or the other, with more processes than processors if
/// need be.</summary>
sealed class MpiRun
{
    static readonly string s_tool = Path.Combine(AppContext.BaseDirectory, "Qdiff.Cli.dll");

    readonly string mpirun;
    readonly string[] options;

    MpiRun(string mpirun, string[] options) => (this.mpirun, this.options) = (mpirun, options);

    /// <summary>That of <c>openmpi</c> or <c>mpich</c>; the test is skipped where it is not installed.</summary>
    public static MpiRun Of(string library)
    {
        string mpirun = $"/usr/bin/mpirun.{library}";
        Assert.SkipUnless(File.Exists(mpirun), $"{mpirun} is not installed; .ci/run installs it (Debian: openmpi-bin, mpich).");
        return new(mpirun, library == "openmpi"
            ? ["--allow-run-as-root", "--oversubscribe", "--mca", "odls_base_sigkill_timeout", "5"] : []);
    }

    /// <summary>Runs the tool in so many processes.</summary>
    public (int ExitCode, string Output, string Error) Run(string folder, int processes, params string[] arguments) =>
        End(Start(folder, [([], processes, arguments)]));

    /// <summary>Runs it with other arguments or another environment in each process.</summary>
    public (int ExitCode, string Output, string Error) RunEach(string folder,
        params (string[] Environment, int Processes, string[] Arguments)[] parts) => End(Start(folder, parts));

    public Process Start(string folder, (string[] Environment, int Processes, string[] Arguments)[] parts)
    {
        List<string> command = [.. options];
        foreach ((string[] environment, int processes, string[] arguments) in parts)
        {
            if (command.Count > options.Length) command.Add(":");
            command.AddRange(["-n", $"{processes}", "env", .. environment, "dotnet", s_tool, .. arguments]);
        }

        return Process.Start(new ProcessStartInfo(mpirun, command)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public static (int ExitCode, string Output, string Error) End(Process process)
    {
        using Process mine = process;
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), "mpirun did not end.");
        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The lines that the tool itself said, not mpirun.</summary>
    public static string[] Said(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("qdiff: ", StringComparison.Ordinal))];
}
