using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A circuit as a layer: the one place where tensors and circuits meet. The circuit is applied to many small sets of elements
/// (the patches of an image), all with the same angles.
/// </summary>
/// <remarks>A tile goes in and a tile comes out; nothing is converted, because both sides keep sixteen samples side by
/// side.</remarks>
public sealed class QuantumLayer : IPatchLayer
{
    readonly Prepared<PreparedCircuit> prepared;

    /// <summary>Declares <c>name.angles</c> (unless the circuit has no weights) and lowers the circuit.</summary>
    public QuantumLayer(ParameterTable table, string name, Circuit circuit, Initialiser initialise,
        IReadOnlyList<Observable>? readOuts = null)
    {
        Name = name;
        Lowered = new(circuit, readOuts);
        if (circuit.Weights > 0) Angles = table.Add(name + ".angles", [circuit.Weights], initialise);
        prepared = table.Prepare<PreparedCircuit>((weights, previous) =>
            Lowered.Prepare(Angles is null ? default : weights[Angles], previous));
    }

    /// <summary>The prefix of its parameter's name.</summary>
    public string Name { get; }

    /// <summary>The circuit and what lowering made of it.</summary>
    public LoweredCircuit Lowered { get; }

    /// <summary>The trainable numbers, or null if the circuit has none.</summary>
    public Parameter? Angles { get; }

    /// <summary>How often the circuit runs for one image in one pass of the network; 0 if its outputs are never read.</summary>
    public int RunsPerImage { get; internal set; } = 1;

    /// <summary>
    /// Runs the circuit once for each row of <paramref name="inputs"/>, whose entries say which element of <paramref name="x"/>
    /// is input i; read-out i becomes the element of the result that the same row of <paramref name="outputs"/> says.
    /// </summary>
    /// <exception cref="ArgumentException">Not every element of the result is a read-out.</exception>
    public Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs)
    {
        int readOuts = 0;
        foreach (int[] row in outputs) readOuts += row.Length;
        if (readOuts < output.Count)
            throw new ArgumentException($"The result {output} of {Name} has {output.Count} elements, of which {readOuts} are "
                + "read-outs; each must be one.", nameof(outputs));
        return Operation.Apply(x, new CircuitOperation(this, prepared, inputs, output, outputs));
    }
}
