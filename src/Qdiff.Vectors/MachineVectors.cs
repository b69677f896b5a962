using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Qdiff;

/// <summary>What kernels have to know of the processor; the JIT takes all of it for constants.</summary>
static class MachineVectors
{
    /// <summary>The lanes of its widest vectors: 16, 8 or 4.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Whether it has 32 vector registers (AVX-512 at any width, Arm) rather than 16.</summary>
    public static bool Has32Registers => Avx512F.IsSupported || AdvSimd.IsSupported;

    /// <summary>Whether a product and its sum are rounded once.</summary>
    public static bool FusesMultiplyAdd => Fma.IsSupported || AdvSimd.IsSupported;
}
