using Qdiff.Tensors;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff;

/// <summary>The classical control of a circuit: see <see cref="ClassicalPatchOperation"/>.</summary>
sealed class ClassicalPatchLayer : IPatchLayer
{
    /// <summary>What stands behind the layer's name in its parameter's.</summary>
    internal const string Weights = ".weights";

    readonly int width, results;
    readonly Parameter? parameter;

    /// <summary>Declares <c>name.weights</c> [<paramref name="weights"/>], uniform in ±1/√(inputs of an output).</summary>
    ClassicalPatchLayer(ParameterTable table, string name, int inputs, int outputs, int weights)
    {
        (width, results) = (inputs, outputs);
        double fanIn = Math.Max(1, Math.Ceiling((double)weights / outputs) - 1);
        if (weights > 0)
            parameter = table.Add(name + Weights, [weights], Initialisers.Uniform(-1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn)));
    }

    /// <summary>The layer with so many weights; with more than one has room for, several of them in a row.</summary>
    public static IPatchLayer Create(ParameterTable table, string name, int inputs, int outputs, int weights)
    {
        int room = outputs * (inputs + 1), each = inputs * (inputs + 1);
        if (weights <= room) return new ClassicalPatchLayer(table, name, inputs, outputs, weights);
        var hidden = new List<ClassicalPatchLayer>();
        for (int left = weights - room; left > 0; left -= each)
            hidden.Add(new(table, $"{name}.hidden{hidden.Count}", inputs, inputs, Math.Min(left, each)));
        return new PatchLayerChain(hidden, inputs, new ClassicalPatchLayer(table, name, inputs, outputs, room));
    }

    public Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs) =>
        Operation.Apply(x, new ClassicalPatchOperation(width, results, parameter, inputs, output, outputs));
}
