using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// A one-qubit gate on a target, possibly controlled (Control = −1: not). Every circuit is first rewritten in these.
/// </summary>
readonly record struct Elementary(GateKind Kind, int Target, int Control, Angle Angle)
{
    /// <summary>Whether the gate only multiplies basis states by phases.</summary>
    public bool IsDiagonal => Kind is GateKind.Z or GateKind.S or GateKind.T or GateKind.RZ or GateKind.Phase;

    public ulong Wires => 1UL << Target | (Control < 0 ? 0 : 1UL << Control);

    public Complex[,] Matrix(double angle) => GateTable.Spec(Kind).Block([angle]);

    /// <summary>
    /// The circuit in elementary gates, exact up to a global phase, and the place at which each wire ends: SWAP only renames
    /// wires. XX = C·X·C and ZZ(θ) = Z(θ) on one wire, turned back by 2θ when the other is 1; YY is XX between quarter turns.
    /// </summary>
    public static (List<Elementary> Gates, int[] Places) Decompose(Circuit circuit)
    {
        List<Elementary> list = [];
        int[] places = [.. Enumerable.Range(0, circuit.Qubits)];
        foreach (Gate gate in circuit.Gates)
        {
            int target = places[gate.Target], partner = gate.Partner < 0 ? -1 : places[gate.Partner];
            switch (gate.Kind)
            {
                case GateKind.I:
                    break;
                case GateKind.SWAP:
                    (places[gate.Target], places[gate.Partner]) = (partner, target);
                    break;
                case GateKind.U3:
                    list.Add(new(GateKind.Phase, target, -1, gate.Lambda));
                    list.Add(new(GateKind.RY, target, -1, gate.Angle));
                    list.Add(new(GateKind.Phase, target, -1, gate.Phi));
                    break;
                case GateKind.RXX or GateKind.RYY:
                    if (gate.Kind == GateKind.RYY) AddQuarterTurns(-Math.PI / 2);
                    list.Add(new(GateKind.X, partner, target, default));
                    list.Add(new(GateKind.RX, target, -1, gate.Angle));
                    list.Add(new(GateKind.X, partner, target, default));
                    if (gate.Kind == GateKind.RYY) AddQuarterTurns(Math.PI / 2);
                    break;
                case GateKind.RZZ:
                    list.Add(new(GateKind.RZ, partner, -1, gate.Angle));
                    list.Add(new(GateKind.RZ, partner, target, gate.Angle.Times(-2)));
                    break;
                default:
                    list.Add(new(OneQubitKind(gate.Kind), target, partner, gate.Angle));
                    break;
            }

            void AddQuarterTurns(double angle)
            {
                list.Add(new(GateKind.Phase, target, -1, Angle.Fixed(angle)));
                list.Add(new(GateKind.Phase, partner, -1, Angle.Fixed(angle)));
            }
        }

        return (list, places);
    }

    static GateKind OneQubitKind(GateKind kind) => kind switch
    {
        GateKind.CNOT => GateKind.X,
        GateKind.CZ => GateKind.Z,
        GateKind.CRX => GateKind.RX,
        GateKind.CRY => GateKind.RY,
        GateKind.CRZ => GateKind.RZ,
        GateKind.CPhase => GateKind.Phase,
        _ when GateTable.Spec(kind).Shape == GateShape.Single => kind,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No elementary form of this gate."),
    };
}
