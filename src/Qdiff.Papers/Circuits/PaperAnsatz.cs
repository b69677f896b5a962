using Qdiff.Quantum;

namespace Qdiff.Papers;

/// <summary>The trainable circuits of the published systems, as their texts have them and as their code has them.</summary>
public static class PaperAnsatz
{
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
        Ansatz.CheckLayers(layers);
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
                Gate.CRZ(control, target, Angle.Weight(weight++, Ansatz.FullTurn)),
                Gate.CRX(control, target, Angle.Weight(weight++, Ansatz.FullTurn)),
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
        Ansatz.CheckLayers(layers);
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

        Angle Next() => Angle.Weight(weight++, Ansatz.FullTurn);
    }

    /// <summary>
    /// System B's quantum attention. Trainable (paper wiring): RY(weight) on all wires, RZ(weight) on all wires, CNOTs 0→1, 1→2,
    /// … Released: RZ and the CNOTs only; behind a Z read-out none of its weights can act.
    /// </summary>
    /// <remarks>Chen et al. 2025, arXiv 2504.00034.</remarks>
    public static IEnumerable<Gate> CnotChain(int qubits, int layers, Wiring wiring = Wiring.Paper) =>
        wiring == Wiring.Paper ? Ansatz.CnotChain(qubits, layers) : ReleasedChain(qubits, layers);

    static IEnumerable<Gate> ReleasedChain(int qubits, int layers)
    {
        Ansatz.CheckLayers(layers);
        int weight = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RZ(wire, Angle.Weight(weight++));
            for (int wire = 0; wire + 1 < qubits; wire++) yield return Gate.CNOT(wire, wire + 1);
        }
    }

    static int Registers(int qubits, string ansatz) => qubits >= 8 && qubits % 4 == 0
        ? qubits / 4
        : throw new ArgumentException($"{ansatz} joins registers of 4 wires, so it needs 8, 12, 16, … qubits, not {qubits}.",
            nameof(qubits));
}
