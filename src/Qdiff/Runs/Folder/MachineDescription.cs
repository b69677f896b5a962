using System.Runtime.InteropServices;

namespace Qdiff;

/// <summary>What a run ran on. It says nothing that identifies the machine or its user.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Threads">Logical processors.</param>
/// <param name="VectorBits">The widest accelerated vector.</param>
/// <param name="DotNet">The runtime.</param>
/// <param name="Os">The operating system.</param>
public sealed record MachineDescription(string Cpu, int Threads, int VectorBits, string DotNet, string Os)
{
    /// <summary>The fingerprint of its <see cref="Qdiff.Arithmetic"/>; null in runs of earlier versions.</summary>
    public string? Arithmetic { get; init; }

    /// <summary>This machine.</summary>
    public static MachineDescription Here() => new(
        CpuName(),
        Environment.ProcessorCount,
        Qdiff.Arithmetic.Here.VectorBits,
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}".Trim())
    {
        Arithmetic = Qdiff.Arithmetic.Here.Fingerprint,
    };

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
