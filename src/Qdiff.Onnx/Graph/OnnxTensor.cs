using System.Runtime.InteropServices;

namespace Qdiff.Onnx;

/// <summary>A constant of a graph: its numbers as they stand in the file, little-endian.</summary>
sealed record OnnxTensor(string Name, OnnxElement Element, long[] Shape, byte[] Data)
{
    /// <summary>Single precision.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<float> values, long[] shape) =>
        new(name, OnnxElement.Single, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Integers: shapes, indices, labels.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> values, long[] shape) =>
        new(name, OnnxElement.Integer, shape, MemoryMarshal.AsBytes(values).ToArray());
}

/// <summary>The two types of numbers that are in our graphs, by their numbers in the standard.</summary>
enum OnnxElement
{
    /// <summary>float</summary>
    Single = 1,

    /// <summary>int64</summary>
    Integer = 7,
}
