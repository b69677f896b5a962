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

    /// <summary>Declares <c>name.angles</c> (unless the circuit has no weights) and lowers the circuit. The network that has the
    /// table has the layer among its <see cref="Network.Circuits"/>, unless it says which it has.</summary>
    public QuantumLayer(ParameterTable table, string name, Circuit circuit, Initialiser initialise,
        IReadOnlyList<Observable>? readOuts = null)
    {
        Name = name;
        Lowered = new(circuit, readOuts);
        if (circuit.Weights > 0) Angles = table.Add(name + ".angles", [circuit.Weights], initialise);
        prepared = table.Prepare<PreparedCircuit>((weights, previous) =>
            Lowered.Prepare(Angles is null ? default : weights[Angles], previous));
        table.Remember(this);
    }

    /// <summary>The prefix of its parameter's name.</summary>
    public string Name { get; }

    /// <summary>The circuit and what lowering made of it.</summary>
    public LoweredCircuit Lowered { get; }

    /// <summary>The trainable numbers, or null if the circuit has none.</summary>
    public Parameter? Angles { get; }

    /// <summary>How often the circuit runs for one image in one pass of the network; 0 if its outputs are never read. A network
    /// that applies the layer to several patches says how many there are: costs, estimates and jobs are counted by it.</summary>
    public int RunsPerImage { get; set; } = 1;

    /// <summary>
    /// Runs the circuit once for each row of <paramref name="inputs"/>, whose entries say which element of <paramref name="x"/>
    /// is input i; read-out i becomes the element of the result that the same row of <paramref name="outputs"/> says.
    /// </summary>
    /// <exception cref="ArgumentException">A row has not an element for each input or read-out, or names one that is not there,
    /// or an element of the result is not the read-out of one row.</exception>
    public Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs)
    {
        if (inputs.Length != outputs.Length)
            throw new ArgumentException($"{Name} has {inputs.Length} rows of inputs and {outputs.Length} of outputs.",
                nameof(outputs));
        foreach (int[] row in inputs) RequireRow(row, Lowered.Circuit.Inputs, "inputs", x.Shape, nameof(inputs));
        foreach (int[] row in outputs) RequireRow(row, Lowered.ReadOuts.Count, "read-outs", output, nameof(outputs));
        // A sum would not see an element that is named twice beside one that is not named.
        bool[] isRead = new bool[output.Count];
        foreach (int[] row in outputs)
            foreach (int element in row)
            {
                if (isRead[element])
                    throw new ArgumentException($"Element {element} of the result {output} of {Name} is two read-outs.",
                        nameof(outputs));
                isRead[element] = true;
            }

        if (Array.IndexOf(isRead, false) is >= 0 and int missing)
            throw new ArgumentException($"Element {missing} of the result {output} of {Name} is no read-out; each must be one.",
                nameof(outputs));
        // The way back reads the rows once more, and the caller may have changed them by then.
        return Operation.Apply(x, new CircuitOperation(this, prepared, Copy(inputs), output, Copy(outputs)));

        static int[][] Copy(int[][] rows) => Array.ConvertAll(rows, row => row.ToArray());
    }

    void RequireRow(int[] row, int length, string what, Shape tile, string argument)
    {
        if (row.Length != length)
            throw new ArgumentException($"The circuit {Name} has {length} {what}, and a row names {row.Length} elements.",
                argument);
        foreach (int element in row)
            if ((uint)element >= (uint)tile.Count)
                throw new ArgumentException($"A row of {Name} names element {element} of {tile}, which has {tile.Count}.",
                    argument);
    }
}
