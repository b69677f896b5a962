using System.Globalization;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>
/// OpenQASM: circuits go out with their angles bound to numbers, and what was written can be read again. Wire w is <c>q[w]</c>.
/// </summary>
public static class Qasm
{
    /// <summary>Gates that the standard include of a dialect lacks, as definitions in terms of gates that it has.</summary>
    static readonly Dictionary<(QasmVersion, GateKind), string> s_definitions = new()
    {
        [(QasmVersion.V2, GateKind.RYY)] =
            "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; rx(-pi/2) a; rx(-pi/2) b; }",
        [(QasmVersion.V3, GateKind.RXX)] = "gate rxx(theta) a, b { h a; h b; cx a, b; rz(theta) b; cx a, b; h a; h b; }",
        [(QasmVersion.V3, GateKind.RYY)] =
            "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; rx(-pi/2) a; rx(-pi/2) b; }",
        [(QasmVersion.V3, GateKind.RZZ)] = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }",
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
            text.Append(gate.Spec.Qasm);
            if (gate.Spec.Angles > 0)
                text.Append('(').AppendJoin(", ",
                    gate.Angles.Select(angle => angle.Scale.ToString("R", CultureInfo.InvariantCulture))).Append(')');
            text.Append(' ').AppendJoin(", ", gate.Wires.Select(wire => $"q[{wire}]")).Append(";\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// Reads the subset of OpenQASM 2 and 3 that <see cref="Write"/> writes: one register, gates of the table, angles as
    /// expressions.
    /// </summary>
    /// <exception cref="FormatException">Something else was found; the message says where (line and column) and what is
    /// allowed.</exception>
    public static Circuit Read(string text) => new QasmReader(text).Read();
}
