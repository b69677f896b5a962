using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A layer on small sets of elements, all with the same weights: a circuit, or what a comparison puts in its
/// place.</summary>
interface IPatchLayer
{
    /// <summary>Its trainable numbers, or null.</summary>
    Parameter? Angles { get; }

    /// <summary>
    /// Runs once for each row of <paramref name="inputs"/>, whose entries say which element of <paramref name="x"/> is input i;
    /// output i becomes the element of the result that the same row of <paramref name="outputs"/> says.
    /// </summary>
    Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs);

    /// <summary>The circuit as a layer, or its control.</summary>
    static IPatchLayer Create(ParameterTable table, string name, Circuit circuit, Initialiser initialise, Control control) =>
        control switch
        {
            Control.Unentangled => new QuantumLayer(table, name, ControlCircuits.WithoutEntanglement(circuit), initialise),
            Control.Cosine => new QuantumLayer(table, name, ControlCircuits.EncodingOnly(circuit), initialise),
            Control.Classical =>
                new ClassicalPatchLayer(table, name, circuit.Inputs, new CircuitAnalysis(circuit).LiveWeights.Count),
            Control.None or Control.Frozen => new QuantumLayer(table, name, circuit, initialise),
            _ => throw new ArgumentOutOfRangeException(nameof(control), control,
                "This control puts nothing in the place of a circuit."),
        };
}
