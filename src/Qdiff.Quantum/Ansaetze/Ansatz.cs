namespace Qdiff.Quantum;

/// <summary>Trainable circuits: functions that yield gates, with weights counted from 0 in the order of the gates.</summary>
public static class Ansatz
{
    /// <summary>Weights of HQConv and FQConv are uniform in [0, 1) and turn by 2π times as much.</summary>
    public const double FullTurn = 2 * Math.PI;

    /// <summary>
    /// HQConv on registers of four wires (12 qubits: three registers, 28 weights a layer). Block A: a ring of CRZ and CRX inside
    /// each register; block B: CRZ and CRX from the first wire of a register to the first wire of the next.
    /// </summary>
    /// <remarks>
    /// De Falco et al. 2024, arXiv 2402.16147. The released loop over the registers is bounded by (qubits mod 4) = 0, so that
    /// wiring has no block A, and block B reads the first weights of the layer: the others are declared but dead.
    /// </remarks>
    public static IEnumerable<Gate> HQConv(int qubits, int layers, Wiring wiring = Wiring.Paper)
    {
        int registers = Registers(qubits, "HQConv");
        CheckLayers(layers);
        for (int layer = 0; layer < layers; layer++)
        {
            int weight = layer * HQConvWeights(qubits);
            if (wiring == Wiring.Paper)
            {
                for (int register = 0; register < registers; register++)
                    for (int p = 0; p < 4; p++)
                        foreach (Gate gate in Pair(4 * register + p, 4 * register + (p + 1) % 4)) yield return gate;
                for (int register = 1; register < registers; register++)
                    foreach (Gate gate in Pair(4 * (register - 1), 4 * register)) yield return gate;
                continue;
            }

            if (wiring == Wiring.Repaired)
            {
                for (int register = registers - 1; register >= 0; register--)
                    for (int p = 3; p >= 0; p--)
                        foreach (Gate gate in Pair(4 * register + (p + 1) % 4, 4 * register + p)) yield return gate;
            }

            for (int register = registers - 1; register > 0; register--)
                foreach (Gate gate in Pair(4 * (register - 1), 4 * register)) yield return gate;

            Gate[] Pair(int control, int target) =>
            [
                Gate.CRZ(control, target, Angle.Weight(weight++, FullTurn)),
                Gate.CRX(control, target, Angle.Weight(weight++, FullTurn)),
            ];
        }
    }

    /// <summary>How many weights HQConv declares a layer, dead ones of the released wiring included: 28 for 12 qubits.</summary>
    public static int HQConvWeights(int qubits) => 8 * Registers(qubits, "HQConv") + 2 * (Registers(qubits, "HQConv") - 1);

    /// <summary>
    /// FQConv on registers of four wires (12 qubits: 24 weights a layer): CRZ and CRX from every wire to the same place of the
    /// next register, around the ring of registers.
    /// </summary>
    /// <remarks>
    /// De Falco et al. 2024, arXiv 2402.16147. It falls apart into four independent circuits, one for each place.
    /// </remarks>
    public static IEnumerable<Gate> FQConv(int qubits, int layers, Wiring wiring = Wiring.Paper)
    {
        int registers = Registers(qubits, "FQConv");
        CheckLayers(layers);
        int weight = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            if (wiring == Wiring.Paper)
            {
                for (int register = 0; register < registers; register++)
                {
                    for (int p = 0; p < 4; p++) yield return Gate.CRZ(4 * register + p, (4 * register + p + 4) % qubits, Next());
                    for (int p = 0; p < 4; p++) yield return Gate.CRX(4 * register + p, (4 * register + p + 4) % qubits, Next());
                }

                continue;
            }

            // The released code closes the ring first, then walks down the registers.
            foreach (Gate gate in Rung(control: 0, target: qubits - 4)) yield return gate;
            for (int register = registers - 1; register > 0; register--)
                foreach (Gate gate in Rung(4 * register, 4 * (register - 1))) yield return gate;
        }

        Gate[] Rung(int control, int target) =>
        [
            .. Enumerable.Range(0, 4).Select(p => Gate.CRZ(control + 3 - p, target + 3 - p, Next())),
            .. Enumerable.Range(0, 4).Select(p => Gate.CRX(control + 3 - p, target + 3 - p, Next())),
        ];

        Angle Next() => Angle.Weight(weight++, FullTurn);
    }

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

    /// <summary>
    /// System B's quantum attention. Trainable (paper wiring): RY(weight) on all wires, RZ(weight) on all wires, CNOTs 0→1, 1→2,
    /// … Released: RZ and the CNOTs only; behind a Z read-out none of its weights can act.
    /// </summary>
    /// <remarks>Chen et al. 2025, arXiv 2504.00034.</remarks>
    public static IEnumerable<Gate> CnotChain(int qubits, int layers, Wiring wiring = Wiring.Paper)
    {
        CheckLayers(layers);
        int weight = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int wire = 0; wire < qubits && wiring == Wiring.Paper; wire++)
                yield return Gate.RY(wire, Angle.Weight(weight++));
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RZ(wire, Angle.Weight(weight++));
            for (int wire = 0; wire + 1 < qubits; wire++) yield return Gate.CNOT(wire, wire + 1);
        }
    }

    internal static void CheckLayers(int layers)
    {
        if (layers is >= 1 and <= Circuit.MaxGates) return;
        throw new ArgumentOutOfRangeException(nameof(layers), layers, layers < 1
            ? $"An ansatz has at least 1 layer, not {layers}." : $"An ansatz has at most {Circuit.MaxGates} layers, not {layers}.");
    }

    static int Registers(int qubits, string ansatz) => qubits >= 8 && qubits % 4 == 0
        ? qubits / 4
        : throw new ArgumentException($"{ansatz} joins registers of 4 wires, so it needs 8, 12, 16, … qubits, not {qubits}.",
            nameof(qubits));
}
