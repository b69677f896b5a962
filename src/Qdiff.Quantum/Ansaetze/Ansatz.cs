namespace Qdiff.Quantum;

/// <summary>Trainable circuits: functions that yield gates, with weights counted from 0 in the order of the gates.</summary>
public static class Ansatz
{
    /// <summary>2π: the factor of weights that are turns, such as those that begin uniform in [0, 1).</summary>
    public const double FullTurn = 2 * Math.PI;

    /// <summary>RX(weight) on every wire, then a ring of CNOTs (one CNOT for two wires); one weight a wire and layer.</summary>
    public static IEnumerable<Gate> BasicEntangler(int qubits, int layers)
    {
        CheckLayers(layers);
        for (int layer = 0; layer < layers; layer++)
        {
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RX(wire, Angle.Weight(layer * qubits + wire));
            for (int wire = 0; wire < qubits && qubits > 1; wire++)
                if (qubits > 2 || wire == 0) yield return Gate.CNOT(wire, (wire + 1) % qubits);
        }
    }

    /// <summary>
    /// RZ, RY, RZ on every wire, then CNOTs from each wire to the one r further, r = 1, 2, … from layer to layer; three weights a
    /// wire.
    /// </summary>
    /// <remarks>Schuld et al. 2018, arXiv 1804.00633.</remarks>
    public static IEnumerable<Gate> StronglyEntangling(int qubits, int layers)
    {
        CheckLayers(layers);
        int weight = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int wire = 0; wire < qubits; wire++)
            {
                yield return Gate.RZ(wire, Angle.Weight(weight++));
                yield return Gate.RY(wire, Angle.Weight(weight++));
                yield return Gate.RZ(wire, Angle.Weight(weight++));
            }

            for (int wire = 0; wire < qubits && qubits > 1; wire++)
                yield return Gate.CNOT(wire, (wire + 1 + layer % (qubits - 1)) % qubits);
        }
    }

    /// <summary>
    /// RY and RZ on every wire, then CZ on neighbours; after the last layer RY and RZ once more. Two weights a wire and rotation
    /// layer.
    /// </summary>
    /// <remarks>Kandala et al. 2017, arXiv 1704.05018.</remarks>
    public static IEnumerable<Gate> HardwareEfficient(int qubits, int layers)
    {
        CheckLayers(layers);
        int weight = 0;
        for (int layer = 0; layer <= layers; layer++)
        {
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RY(wire, Angle.Weight(weight++));
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RZ(wire, Angle.Weight(weight++));
            for (int wire = 0; wire + 1 < qubits && layer < layers; wire++) yield return Gate.CZ(wire, wire + 1);
        }
    }

    /// <summary>RY(weight) on all wires, RZ(weight) on all wires, CNOTs 0→1, 1→2, …; two weights a wire and layer.</summary>
    public static IEnumerable<Gate> CnotChain(int qubits, int layers)
    {
        CheckLayers(layers);
        int weight = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RY(wire, Angle.Weight(weight++));
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RZ(wire, Angle.Weight(weight++));
            for (int wire = 0; wire + 1 < qubits; wire++) yield return Gate.CNOT(wire, wire + 1);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">There are none, or more than a circuit can have.</exception>
    internal static void CheckLayers(int layers)
    {
        if (layers is >= 1 and <= Circuit.MaxGates) return;
        throw new ArgumentOutOfRangeException(nameof(layers), layers, layers < 1
            ? $"An ansatz has at least 1 layer, not {layers}."
                : $"An ansatz has at most {Circuit.MaxGates} layers, not {layers}.");
    }
}
