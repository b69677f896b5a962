using System.Security.Cryptography;

namespace Qdiff.Onnx;

/// <summary>
/// A graph of the ONNX standard as it grows: operators in the order in which they are computed, and constants. Values are names.
/// What was added before is not added again: equal constants and equal operators have one name.
/// </summary>
sealed class OnnxGraph
{
    readonly List<OnnxNode> nodes = [];
    readonly List<OnnxTensor> constants = [];
    readonly HashSet<string> names = new(StringComparer.Ordinal);
    readonly Dictionary<string, string[]> computed = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> stored = new(StringComparer.Ordinal);

    public List<OnnxPort> Inputs { get; } = [];

    public List<OnnxPort> Outputs { get; } = [];

    public IReadOnlyList<OnnxNode> Nodes => nodes;

    public IReadOnlyList<OnnxTensor> Constants => constants;

    /// <summary>How many samples there are: the first size of the first input.</summary>
    public string Batch => Add("Shape", [Inputs[0].Name], ("start", 0L), ("end", 1L));

    /// <summary>Adds an input and gives its name.</summary>
    public string Input(string name, OnnxElement element, params long[] sampleShape)
    {
        Inputs.Add(new(name, element, sampleShape));
        names.Add(name);
        return name;
    }

    /// <summary>Keeps a name for an output that comes later.</summary>
    public void Reserve(string name) => names.Add(name);

    /// <summary>Makes a value an output of this name, which was kept for it.</summary>
    public void Output(string name, string value, params long[] sampleShape)
    {
        nodes.Add(new("Identity", [value], [name], []));
        Outputs.Add(new(name, OnnxElement.Single, sampleShape));
    }

    /// <summary>An operator with one result.</summary>
    public string Add(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        Add(type, 1, inputs, attributes)[0];

    /// <summary>An operator with several results.</summary>
    public string[] Add(string type, int outputs, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new OnnxNode(type, inputs, new string[outputs], attributes);
        if (computed.TryGetValue(node.Key, out string[]? known)) return known;
        for (int i = 0; i < outputs; i++) node.Outputs[i] = Unused(Invariant($"{type}_{nodes.Count}"));
        nodes.Add(node);
        return computed[node.Key] = node.Outputs;
    }

    /// <summary>A constant of numbers that an operator needs.</summary>
    public string Constant(ReadOnlySpan<float> values, params long[] shape) => Store(OnnxTensor.Of("constant", values, shape));

    /// <summary>A constant of integers.</summary>
    public string Constant(ReadOnlySpan<long> values, params long[] shape) => Store(OnnxTensor.Of("indices", values, shape));

    /// <summary>A constant with a name of its own, such as a weight's.</summary>
    public string Named(string name, ReadOnlySpan<float> values, params long[] shape) =>
        Store(OnnxTensor.Of(name, values, shape));

    string Store(OnnxTensor tensor)
    {
        string key = $"{tensor.Element}[{string.Join(',', tensor.Shape)}]{Convert.ToHexString(SHA256.HashData(tensor.Data))}";
        if (stored.TryGetValue(key, out string? known)) return known;
        constants.Add(tensor = tensor with { Name = Unused(tensor.Name) });
        return stored[key] = tensor.Name;
    }

    string Unused(string name)
    {
        string unused = name;
        for (int i = 1; !names.Add(unused); i++) unused = Invariant($"{name}_{i}");
        return unused;
    }
}
