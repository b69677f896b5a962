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
