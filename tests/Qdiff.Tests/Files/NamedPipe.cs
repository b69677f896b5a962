using System.Diagnostics;

/// <summary>A pipe in a folder, which keeps whoever opens it waiting until somebody writes.</summary>
static class NamedPipe
{
    public static async Task Make(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has none among its files.");
        using Process made = Process.Start("mkfifo", [path]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, made.ExitCode);
    }
}
