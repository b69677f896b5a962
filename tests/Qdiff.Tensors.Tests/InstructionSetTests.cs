using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

/// <summary>
/// Part of what the child processes of <see cref="ForcedInstructionSetTests"/> run: that they indeed run without the instruction
/// set.
/// </summary>
[Trait("Runs", "on every instruction set")]
public class InstructionSetTests
{
    [Fact]
    public void WhatWasSwitchedOffIsOff()
    {
        bool withoutAny = IsOff("DOTNET_EnableHWIntrinsic"), withoutAvx2 = withoutAny || IsOff("DOTNET_EnableAVX2"),
            withoutAvx512 = withoutAvx2 || IsOff("DOTNET_EnableAVX512");
        Assert.False(withoutAvx512 && (Vector512.IsHardwareAccelerated || Avx512F.IsSupported));
        Assert.False(withoutAvx2 && (Vector256.IsHardwareAccelerated || Avx2.IsSupported || Fma.IsSupported));
        Assert.False(withoutAny && (Vector128.IsHardwareAccelerated || Avx.IsSupported));

        static bool IsOff(string variable) => Environment.GetEnvironmentVariable(variable) == "0";
    }
}
