using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A layer on small sets of elements, all with the same weights: a circuit, or what a comparison puts in its
/// place.</summary>
interface IPatchLayer
{
    /// <summary>
    /// Runs once for each row of <paramref name="inputs"/>, whose entries say which element of <paramref name="x"/> is input i;
    /// output i becomes the element of the result that the same row of <paramref name="outputs"/> says.
    /// </summary>
    Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs);

    /// <summary>The circuit as a layer, or its control.</summary>
    static IPatchLayer Create(ParameterTable table, string name, PlacedCircuit placed, Control control)
    {
        Circuit circuit = placed.Circuit;
        return control switch
        {
            Control.Unentangled => Layer(ControlCircuits.WithoutEntanglement(circuit)),
            Control.Cosine => Layer(ControlCircuits.EncodingOnly(circuit)),
            Control.Classical => ClassicalPatchLayer.Create(table, name, circuit.Inputs, placed.Outputs,
                new CircuitAnalysis(circuit, placed.ReadOuts).LiveWeights.Count),
            Control.None or Control.Frozen => Layer(circuit),
            _ => throw new ArgumentOutOfRangeException(nameof(control), control,
                "This control puts nothing in the place of a circuit."),
        };

        QuantumLayer Layer(Circuit circuit) => new(table, name, circuit, placed.Angles, placed.ReadOuts);
    }
}
