namespace Qdiff.Tensors;

/// <summary>A size known when a kernel is compiled, so that the loops over a register block unroll and the rest of it
/// vanishes.</summary>
interface IBlockSize
{
    static abstract int Value { get; }
}

readonly struct Size1 : IBlockSize { public static int Value => 1; }
readonly struct Size2 : IBlockSize { public static int Value => 2; }
readonly struct Size3 : IBlockSize { public static int Value => 3; }
readonly struct Size4 : IBlockSize { public static int Value => 4; }
readonly struct Size5 : IBlockSize { public static int Value => 5; }
readonly struct Size8 : IBlockSize { public static int Value => 8; }

/// <summary>
/// How large a block of sums fits the machine's registers: 5 × 4 of 32 (with the vectors that a step reads, 25 to 31 are in use),
/// 4 × 3 of 16. Sums are the same in blocks of any size.
/// </summary>
static class RegisterBlock
{
    /// <summary>The next block's rows, at most 5 or 4, without a thin rest at the end: 8 = 4 + 4 and 6 = 3 + 3.</summary>
    public static int Rows(int remaining) => MachineVectors.Has32Registers
        ? remaining switch
        {
            >= 9 or 5 => 5,
            8 or 7 or 4 => 4,
            6 or 3 => 3,
            _ => remaining,
        }
        : remaining switch
        {
            >= 7 or 4 => 4,
            6 or 5 or 3 => 3,
            _ => remaining,
        };

    /// <summary>The next block's columns, without a thin rest either: the few sums of a single column wait for
    /// themselves.</summary>
    public static int Columns(int remaining) => MachineVectors.Has32Registers
        ? remaining == 5 ? 3 : Math.Min(remaining, 4)
        : remaining == 4 ? 2 : Math.Min(remaining, 3);
}
