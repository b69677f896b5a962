using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

/// <summary>
/// The kernel tests again, in a child process, on the instruction sets that this processor would not choose. A test or
/// a class of tests takes part by its trait.
/// </summary>
public class ForcedInstructionSetTests
{
    const string Guard = "QDIFF_FORCED_INSTRUCTION_SET";

    /// <summary>
    /// Kernels of every width are tested in this process too; what hangs on the processor is not: without AVX-512 there are 16
    /// registers, so other blocks of sums, and without AVX2 (which takes FMA with it) a multiply-add is rounded twice. Without
    /// any hardware intrinsics everything is done number by number.
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task KernelTestsPassWithout(string variable)
    {
        Assert.True(Environment.GetEnvironmentVariable(Guard) is null, "A child process must not start further ones.");
        string assembly = Assembly.GetExecutingAssembly().Location;
        bool hosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo(Environment.ProcessPath!, hosted ? [assembly] : []) { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-noColor", "-noLogo", "-trait", "Runs=on every instruction set"])
            start.ArgumentList.Add(argument);
        start.Environment[variable] = "0";
        start.Environment[Guard] = variable;
        using Process child = Process.Start(start)!;
        try
        {
            // It takes some seconds; this only keeps a child that hangs from hanging us.
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            string output = await child.StandardOutput.ReadToEndAsync(patience.Token);
            await child.WaitForExitAsync(patience.Token);
            Assert.True(child.ExitCode == 0, output);
            // Zero tests would pass, too.
            Match total = Regex.Match(output, @"Total: (\d+)");
            Assert.True(total.Success && int.Parse(total.Groups[1].ValueSpan) > 500, output);
        }
        finally
        {
            if (!child.HasExited) child.Kill(entireProcessTree: true);
        }
    }
}
