using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qdiff;

/// <summary>What a run ran on. It says nothing that identifies the machine or its user.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Threads">Logical processors.</param>
/// <param name="VectorBits">The widest accelerated vector.</param>
/// <param name="DotNet">The runtime.</param>
/// <param name="Os">The operating system.</param>
public sealed record MachineDescription(string Cpu, int Threads, int VectorBits, string DotNet, string Os)
{
    /// <summary>This machine.</summary>
    public static MachineDescription Here() => new(
        CpuName(),
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0,
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}".Trim());

    static string CpuName()
    {
        try
        {
            // Linux says it here, Windows in the environment; elsewhere the architecture has to do.
            string? line = OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                : null;
            return line?[(line.IndexOf(':') + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
                ?? $"{RuntimeInformation.ProcessArchitecture}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{RuntimeInformation.ProcessArchitecture}";
        }
    }
}
