using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Numbers in a PyTorch file that tensors are views of.</summary>
sealed class TorchStorage(ElementType type, long count)
{
    public ElementType Type => type;

    public long Count => count;

    public int ElementBytes => type switch
    {
        ElementType.F64 or ElementType.I64 => 8,
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 => 2,
        _ => 1,
    };

    /// <summary>Bytes it should have; saturates, so that no claim overflows.</summary>
    public long Bytes => count > long.MaxValue / 8 ? long.MaxValue : count * ElementBytes;

    /// <summary>Its bytes once they were found in the file.</summary>
    public ReadOnlyMemory<byte>? Data { get; set; }
}

/// <summary>A view of a storage: element (i, j, …) is number offset + i·stride₀ + j·stride₁ + ….</summary>
sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Sizes, long[] Strides)
{
    public const int MostDimensions = 8;

    /// <summary>
    /// The elements in C order. <paramref name="refusal"/> makes the exception; <paramref name="room"/> is how many bytes may
    /// still be taken, and shrinks.
    /// </summary>
    public StoredArray Contiguous(Func<string, InputException> refusal, ref long room)
    {
        if (Storage.Data is not { } data) throw refusal("has no storage in the file");
        if (Sizes.Length != Strides.Length || Sizes.Length > MostDimensions)
            throw refusal($"has {Sizes.Length} sizes and {Strides.Length} strides");
        // An empty tensor may have any strides, for they are never used.
        if (Sizes.Contains(0) && Sizes.All(n => n is >= 0 and <= int.MaxValue))
            return new(Storage.Type, [.. Sizes.Select(n => (int)n)], default);
        UInt128 count = 1, last = (UInt128)Math.Max(0, Offset);
        for (int i = 0; i < Sizes.Length; i++)
        {
            if (Sizes[i] < 1 || Strides[i] < 0 || Sizes[i] > Storage.Count || Strides[i] > Math.Max(1, Storage.Count))
                throw refusal($"has size {Sizes[i]} and stride {Strides[i]} in a storage of {Storage.Count}");
            count *= (UInt128)Sizes[i];
            if (count > (UInt128)Storage.Count) throw refusal($"has more elements than its storage of {Storage.Count}");
            last += (UInt128)(Sizes[i] - 1) * (UInt128)Strides[i];
        }

        if (Offset < 0 || last >= (UInt128)Storage.Count)
            throw refusal($"reaches beyond its storage of {Storage.Count}");
        int size = Storage.ElementBytes;
        if ((room -= (long)count * size) < 0) throw refusal("and those before it repeat the file's numbers too often");

        var bytes = new byte[(int)count * size];
        int written = 0;
        Copy(0, Offset);
        return new(Storage.Type, [.. Sizes.Select(s => (int)s)], bytes);

        void Copy(int dimension, long from)
        {
            if (dimension == Sizes.Length)
            {
                data.Span.Slice((int)(from * size), size).CopyTo(bytes.AsSpan(written));
                written += size;
                return;
            }

            for (long i = 0; i < Sizes[dimension]; i++) Copy(dimension + 1, from + i * Strides[dimension]);
        }
    }
}
