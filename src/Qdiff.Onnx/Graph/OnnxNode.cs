namespace Qdiff.Onnx;

/// <summary>One operator of a graph. An attribute is a long, a long[] or a float.</summary>
sealed record OnnxNode(string Operator, string[] Inputs, string[] Outputs, (string Name, object Value)[] Attributes)
{
    /// <summary>Equal for nodes that compute the same.</summary>
    public string Key => $"{Operator}({string.Join(',', Inputs)}){string.Join(';', Attributes.Select(Text))}{Outputs.Length}";

    static string Text((string Name, object Value) attribute) => attribute.Value is long[] many
        ? $"{attribute.Name}={string.Join(',', many)}" : Invariant($"{attribute.Name}={attribute.Value:R}");
}

/// <summary>An input or output of a graph: the first size, the batch, is free.</summary>
sealed record OnnxPort(string Name, OnnxElement Element, long[] SampleShape);
