using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// The shape of one sample of a tile, or of a parameter: up to four positive sizes, outermost first
/// (<c>[channels, height, width]</c>, <c>[features]</c>, <c>[out, in, kernelHeight, kernelWidth]</c>). The default value is a
/// scalar.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
[DebuggerDisplay("{ToString()}")]
public readonly record struct Shape
{
    readonly int size0, size1, size2, size3;

    /// <summary>One number a sample.</summary>
    public static Shape Scalar => default;

    /// <summary>The shape with these sizes; every size must be positive and there may be four at most.</summary>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > 4) throw new ArgumentException($"A shape has at most 4 sizes, got {sizes.Length}.", nameof(sizes));
        long count = 1;
        foreach (int size in sizes)
        {
            if (size <= 0)
                throw new ArgumentException($"Sizes must be positive, got {string.Join('×', sizes.ToArray())}.", nameof(sizes));
            count *= size;
            if (count > Array.MaxLength / Tensor.Samples)
                throw new ArgumentException($"A shape of {string.Join('×', sizes.ToArray())} is too large.", nameof(sizes));
        }

        Rank = sizes.Length;
        if (Rank > 0) size0 = sizes[0];
        if (Rank > 1) size1 = sizes[1];
        if (Rank > 2) size2 = sizes[2];
        if (Rank > 3) size3 = sizes[3];
    }

    /// <summary>How many sizes there are: 0 for a scalar.</summary>
    public int Rank { get; }

    /// <summary>How many numbers one sample has: the product of the sizes.</summary>
    public int Count
    {
        get
        {
            int count = 1;
            for (int i = 0; i < Rank; i++) count *= this[i];
            return count;
        }
    }

    /// <summary>Size <paramref name="dimension"/>, outermost first.</summary>
    public int this[int dimension] => (uint)dimension >= (uint)Rank
        ? throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"The shape {this} has {Rank} sizes.")
        : dimension switch { 0 => size0, 1 => size1, 2 => size2, _ => size3 };

    /// <summary>The sizes, outermost first.</summary>
    public int[] ToArray()
    {
        var sizes = new int[Rank];
        for (int i = 0; i < Rank; i++) sizes[i] = this[i];
        return sizes;
    }

    /// <summary>Builds a shape from a collection expression: <c>Shape shape = [10, 28, 28];</c></summary>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes);

    /// <summary>Lists the sizes.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)ToArray()).GetEnumerator();

    /// <summary><c>10×28×28</c>; a scalar is <c>scalar</c>.</summary>
    public override string ToString() => Rank == 0 ? "scalar" : string.Join('×', ToArray());
}
