using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qdiff.Evaluation;

/// <summary>Which weights of a run something was measured on.</summary>
static class WeightsName
{
    /// <summary>For people: <c>average weights of step 469</c>, or the file that they are from.</summary>
    public static string Of(TrainedRun run) => run.WeightsFile is { } file ? $"weights of {Path.GetFileName(file)}"
        : Invariant($"{(run.IsRaw ? "raw" : "average")} weights of step {run.Step:N0}");

    /// <summary>The SHA-256 of their values: a run that was trained anew has others at the same step.</summary>
    public static string Hash(TrainedRun run) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(run.Weights.Values)));
}
