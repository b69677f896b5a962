using System.Globalization;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>
/// OpenQASM: circuits go out with their angles bound to numbers, and what was written can be read again. Wire w is <c>q[w]</c>.
/// </summary>
public static class Qasm
{
    const string Swap = "gate swap a, b { cx a, b; cx b, a; cx a, b; }";
    const string Crx = "gate crx(theta) a, b { h b; crz(theta) a, b; h b; }";
    const string Cry = "gate cry(theta) a, b { ry(theta/2) b; cx a, b; ry(-theta/2) b; cx a, b; }";
    const string Rxx = "gate rxx(theta) a, b { h a; h b; cx a, b; rz(theta) b; cx a, b; h a; h b; }";
    const string Ryy =
        "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; rx(-pi/2) a; rx(-pi/2) b; }";
    const string Rzz = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }";

    /// <summary>
    /// Gates that the standard include of a dialect lacks, as definitions in terms of gates that it has. For OpenQASM 2 that is the
    /// qelib1.inc that was published with the language: later copies have more gates, but strict readers know only its 23.
    /// </summary>
    /// <remarks>Cross et al. 2017, arXiv 1707.03429, appendix A; OpenQASM 3, stdgates.inc.</remarks>
    static readonly Dictionary<(QasmVersion, GateKind), string> s_definitions = new()
    {
        [(QasmVersion.V2, GateKind.SWAP)] = Swap,
        [(QasmVersion.V2, GateKind.CRX)] = Crx,
        [(QasmVersion.V2, GateKind.CRY)] = Cry,
        [(QasmVersion.V2, GateKind.RXX)] = Rxx,
        [(QasmVersion.V2, GateKind.RYY)] = Ryy,
        [(QasmVersion.V2, GateKind.RZZ)] = Rzz,
        [(QasmVersion.V3, GateKind.RXX)] = Rxx,
        [(QasmVersion.V3, GateKind.RYY)] = Ryy,
        [(QasmVersion.V3, GateKind.RZZ)] = Rzz,
    };

    /// <summary>The circuit with these inputs and weights.</summary>
    /// <exception cref="ArgumentException">The counts do not fit, a number is not finite, or the circuit starts from
    /// amplitudes.</exception>
    public static string Write(
        Circuit circuit, ReadOnlySpan<double> inputs = default, ReadOnlySpan<double> weights = default,
        QasmVersion version = QasmVersion.V3)
    {
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException(
                "OpenQASM cannot start from amplitudes; encode the inputs as angles to export the circuit.", nameof(circuit));
        Circuit bound = BoundCircuit.Bind(circuit, inputs, weights);
        var text = new StringBuilder(version == QasmVersion.V2
            ? "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
            : "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n");
        foreach (GateKind kind in bound.Gates.Select(gate => gate.Kind).Distinct().Order())
            if (s_definitions.TryGetValue((version, kind), out string? definition)) text.Append(definition).Append('\n');
        text.Append(version == QasmVersion.V2 ? $"qreg q[{circuit.Qubits}];\n" : $"qubit[{circuit.Qubits}] q;\n");
        foreach (Gate gate in bound.Gates)
        {
            text.Append(NameOf(gate.Kind, version));
            if (gate.Spec.Angles > 0)
                text.Append('(').AppendJoin(", ",
                    gate.Angles.Select(angle => angle.Scale.ToString("R", CultureInfo.InvariantCulture))).Append(')');
            text.Append(' ').AppendJoin(", ", gate.Wires.Select(wire => $"q[{wire}]")).Append(";\n");
        }

        return text.ToString();
    }

    /// <summary>Phase gates had other names in OpenQASM 2.</summary>
    static string NameOf(GateKind kind, QasmVersion version) => (kind, version) switch
    {
        (GateKind.Phase, QasmVersion.V2) => "u1",
        (GateKind.CPhase, QasmVersion.V2) => "cu1",
        _ => GateTable.Of(kind).Qasm,
    };

    /// <summary>
    /// Reads the subset of OpenQASM 2 and 3 that <see cref="Write"/> writes: one register, gates of the table, angles as
    /// expressions.
    /// </summary>
    /// <exception cref="FormatException">Something else was found; the message says where (line and column) and what is
    /// allowed.</exception>
    public static Circuit Read(string text) => new QasmReader(text).Read();
}
