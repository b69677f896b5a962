using System.Globalization;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>
/// OpenQASM: circuits go out with their inputs and weights as parameters (version 3) or bound to numbers, and come in from
/// either version. Wire w is <c>q[w]</c>.
/// </summary>
public static class Qasm
{
    /// <summary>Stands before a register of <see cref="Circuit.Ancillas"/>.</summary>
    internal const string AncillaAnnotation = "@qdiff.ancilla";

    const string Swap = "gate swap a, b { cx a, b; cx b, a; cx a, b; }";
    const string Crx = "gate crx(theta) a, b { h b; crz(theta) a, b; h b; }";
    const string Cry = "gate cry(theta) a, b { ry(theta/2) b; cx a, b; ry(-theta/2) b; cx a, b; }";
    const string Rxx = "gate rxx(theta) a, b { h a; h b; cx a, b; rz(theta) b; cx a, b; h a; h b; }";
    const string Ryy =
        "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; rx(-pi/2) a; rx(-pi/2) b; }";
    const string Rzz = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }";

    /// <summary>
    /// Gates that the standard include of a dialect lacks, as definitions in terms of gates that it has. For OpenQASM 2 that is
    /// the qelib1.inc that was published with the language: later copies have more gates, but strict readers know only its 23.
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

    /// <summary>
    /// The circuit as it is: its inputs are the parameters <c>x[0]</c>, <c>x[1]</c>, …, its weights <c>w[0]</c>, <c>w[1]</c>, ….
    /// What is written in version 3 reads back to the same circuit without noise; under noise the gates of the file count.
    /// </summary>
    /// <exception cref="ArgumentException">The circuit starts from amplitudes, or has parameters in OpenQASM 2.</exception>
    public static string Write(Circuit circuit, QasmVersion version = QasmVersion.V3)
    {
        if (version == QasmVersion.V2 && circuit.Inputs + circuit.Weights > 0)
            throw new ArgumentException(
                $"OpenQASM 2 has no parameters: numbers are needed for the {circuit.Inputs} inputs and {circuit.Weights} "
                    + "weights.",
                nameof(circuit));
        return Text(circuit, version, circuit.Inputs, circuit.Weights);
    }

    /// <summary>The circuit with these inputs and weights.</summary>
    /// <exception cref="ArgumentException">The counts do not fit, a number is not finite, or the circuit starts from
    /// amplitudes.</exception>
    public static string Write(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights,
        QasmVersion version = QasmVersion.V3) => Text(BoundCircuit.Bind(circuit, inputs, weights), version, 0, 0);

    /// <summary>
    /// Reads OpenQASM 2 or 3: the circuit alone; <see cref="QasmProgram"/> also has the names of inputs and weights.
    /// </summary>
    /// <exception cref="FormatException">The text cannot be read; the message says where (line and column) and why.</exception>
    public static Circuit Read(string text) => QasmProgram.Read(text).Circuit;

    static string Text(Circuit circuit, QasmVersion version, int inputs, int weights)
    {
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException(
                "OpenQASM cannot start from amplitudes; encode the inputs as angles to export the circuit.", nameof(circuit));
        bool isOld = version == QasmVersion.V2;
        var text = new StringBuilder(isOld
            ? "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
            : "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n");
        foreach (GateKind kind in circuit.Gates.Select(gate => gate.Kind).Distinct().Order())
            if (s_definitions.TryGetValue((version, kind), out string? definition)) text.Append(definition).Append('\n');
        if (inputs > 0) text.Append($"input array[float[64], {inputs}] x;\n");
        if (weights > 0) text.Append($"input array[float[64], {weights}] w;\n");
        int read = circuit.Qubits - circuit.Ancillas;
        text.Append(isOld ? $"qreg q[{read}];\n" : $"qubit[{read}] q;\n");
        if (circuit.Ancillas > 0)
            text.Append(isOld ? $"qreg ancilla[{circuit.Ancillas}];\n"
                : $"{AncillaAnnotation}\nqubit[{circuit.Ancillas}] ancilla;\n");
        foreach (Gate gate in circuit.Gates)
        {
            text.Append(NameOf(gate.Kind, version));
            if (gate.Spec.Angles > 0) text.Append('(').AppendJoin(", ", gate.Angles.Select(angle => Text(angle, isOld)))
                .Append(')');
            text.Append(' ').AppendJoin(", ", gate.Wires.Select(wire => wire < read ? $"q[{wire}]" : $"ancilla[{wire - read}]"))
                .Append(";\n");
        }

        return text.ToString();
    }

    static string Text(Angle angle, bool isOld)
    {
        string scale = angle.Scale.ToString("R", CultureInfo.InvariantCulture);
        // In OpenQASM 2 a number with an exponent has a point.
        if (isOld && !scale.Contains('.')) scale = scale.Replace("E", ".0E", StringComparison.Ordinal);
        string factor = angle.Scale == 1 ? "" : angle.Scale == -1 ? "-" : scale + "*";
        return angle.Source switch
        {
            AngleSource.Fixed => scale,
            AngleSource.Input => $"{factor}x[{angle.Index}]",
            AngleSource.Weight => $"{factor}w[{angle.Index}]",
            AngleSource.InputProduct => $"{factor}x[{angle.Index}]*x[{angle.SecondIndex}]",
            _ => angle.Formula!.ToString(number => number.ToString("R", CultureInfo.InvariantCulture), (source, index) =>
                $"{(source == AngleSource.Input ? "x" : "w")}[{index}]"),
        };
    }

    /// <summary>Phase gates had other names in OpenQASM 2, and in version 3 U is built in.</summary>
    static string NameOf(GateKind kind, QasmVersion version) => (kind, version) switch
    {
        (GateKind.Phase, QasmVersion.V2) => "u1",
        (GateKind.CPhase, QasmVersion.V2) => "cu1",
        (GateKind.U3, QasmVersion.V3) => "U",
        _ => GateTable.Spec(kind).Qasm,
    };
}
