namespace Qdiff.Quantum;

/// <summary>
/// Gates that cannot matter are dropped: those that meet |0⟩ at the front, those that the read-outs do not see at the end.
/// </summary>
static class Simplification
{
    /// <summary>
    /// Drops, from the front, gates whose control is still |0⟩ and phases of wires that are still |0⟩ (exact up to a global
    /// phase).
    /// </summary>
    public static List<Elementary> FromZero(IReadOnlyList<Elementary> gates)
    {
        List<Elementary> kept = [];
        ulong touched = 0;
        foreach (Elementary gate in gates)
        {
            if (gate.Control >= 0 && (touched >> gate.Control & 1) == 0) continue;
            if (gate.IsDiagonal && (touched >> gate.Target & 1) == 0)
            {
                // diag(a, b) on |0⟩ is the factor a: 1 but for RZ, whose factor exp(−iθ/2) turns the control.
                if (gate is { Control: >= 0, Kind: GateKind.RZ })
                    kept.Add(new(GateKind.Phase, gate.Control, -1, gate.Angle.Times(-0.5)));
                continue;
            }

            touched |= 1UL << gate.Target;
            kept.Add(gate);
        }

        return kept;
    }

    /// <summary>
    /// Walks backwards from the read-outs. A gate that nothing later stands in the way of is dropped when every Pauli string
    /// commutes with it, or when it is a Clifford gate that turns the strings into other strings (Z-strings stay Z-strings); the
    /// strings are rewritten. This prunes to the light cones and removes tails of diagonal gates and permutations.
    /// </summary>
    public static (List<Elementary> Gates, SignedPauli[] Strings) BehindReadOuts(IReadOnlyList<Elementary> gates,
        IEnumerable<SignedPauli> strings)
    {
        SignedPauli[] current = [.. strings];
        var rewritten = new SignedPauli[current.Length];
        List<Elementary> kept = [];
        // What kept gates do to a wire: nothing, only phases (a control counts as such), or more.
        ulong phased = 0, mixed = 0;
        for (int i = gates.Count - 1; i >= 0; i--)
        {
            Elementary gate = gates[i];
            ulong phases = gate.IsDiagonal ? gate.Wires : gate.Wires & ~(1UL << gate.Target), mixes = gate.Wires & ~phases;
            bool passes = (mixed & gate.Wires) == 0 && (phased & mixes) == 0;
            for (int k = 0; k < current.Length && passes; k++) passes = current[k].TryAbsorb(gate, out rewritten[k]);
            if (passes)
            {
                (current, rewritten) = (rewritten, current);
                continue;
            }

            phased |= phases;
            mixed |= mixes;
            kept.Add(gate);
        }

        kept.Reverse();
        return (kept, current);
    }
}
