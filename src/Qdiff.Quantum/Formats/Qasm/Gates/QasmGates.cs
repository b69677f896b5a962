namespace Qdiff.Quantum;

/// <summary>
/// The gates that stdgates.inc and qelib1.inc (as published and as it grew) define, in terms of the gate table. They are known
/// with or without the include; a program's own definition of a name counts instead.
/// </summary>
static class QasmGates
{
    /// <summary>A known gate: how many angles and wires it takes, and what it is made of.</summary>
    public sealed record Known(int Angles, int Wires, Func<AngleExpression[], int[], QasmOperation[]> Build);

    static readonly AngleExpression s_turn = AngleExpression.Constant(Math.PI);

    static readonly Dictionary<string, Known> s_known = All();

    public static Known? Find(string name) => s_known.GetValueOrDefault(name);

    public static IEnumerable<string> Names => s_known.Keys;

    static Dictionary<string, Known> All()
    {
        var known = new Dictionary<string, Known>();
        foreach (GateSpec row in GateTable.Rows.Where(row => row.Shape == GateShape.Single))
            known[row.Qasm] = new(row.Angles, 1, (a, q) => [new(row.Kind, [q[0]], a, [])]);
        foreach (GateSpec row in GateTable.Rows.Where(row => row.Shape == GateShape.Symmetric))
            known[row.Qasm] = new(row.Angles, 2, (a, q) => [new(row.Kind, [q[0], q[1]], a, [])]);
        known["I"] = known["id"];
        known["u0"] = new(1, 1, (_, q) => [QasmOperation.Create(GateKind.I, q[0])]);
        known["u1"] = known["phase"] = known["p"];
        known["U"] = known["u"] = known["u3"];
        // u2 and u3 have determinant 1 in stdgates.inc; U has not.
        known["u3"] = new(3, 1, (a, q) =>
            [QasmOperation.GlobalPhase((a[1] + a[2]) * -0.5), new(GateKind.U3, [q[0]], a, [])]);
        known["u2"] = new(2, 1, (a, q) =>
            [QasmOperation.GlobalPhase((a[0] + a[1]) * -0.5), QasmOperation.Create(GateKind.U3, q[0], s_turn * 0.5, a[0], a[1])]);
        Turn("sdg", GateKind.Phase, -0.5);
        Turn("tdg", GateKind.Phase, -0.25);
        known["sx"] = new(0, 1, (_, q) => QasmOperation.Create(GateKind.X, q[0]).Power(0.5));
        known["sxdg"] = new(0, 1, (_, q) => QasmOperation.Create(GateKind.X, q[0]).Power(-0.5));
        known["gphase"] = new(1, 0, (a, _) => [QasmOperation.GlobalPhase(a[0])]);
        Control("cx", "x");
        Control("CX", "x");
        Control("cnot", "x");
        foreach (string name in (string[])["y", "z", "h", "s", "sdg", "sx", "p", "rx", "ry", "rz"]) Control("c" + name, name);
        Control("cphase", "p");
        Control("cu1", "p");
        Control("cu3", "U");
        Control("ccx", "cx");
        Control("ccz", "cz");
        Control("cswap", "swap");
        Control("c3x", "ccx");
        Control("cccx", "ccx");
        Control("c4x", "c3x");
        Control("ccccx", "c3x");
        Control("cccsqrtx", "sx", 3);
        Control("c3sqrtx", "sx", 3);
        known["cu"] = new(4, 2, (a, q) =>
        [
            QasmOperation.GlobalPhase(a[3]).ControlledBy([(q[0], true)]),
            QasmOperation.Create(GateKind.U3, q[1], a[0], a[1], a[2]).ControlledBy([(q[0], true)]),
        ]);
        known["rccx"] = new(0, 3, (_, q) => Relative("h2 t2 12 d2 02 t2 12 d2 h2", q));
        known["rcccx"] = known["rc3x"] =
            new(0, 4, (_, q) => Relative("h3 t3 23 d3 h3 03 t3 13 d3 03 t3 13 d3 h3 t3 23 d3 h3", q));
        return known;

        void Turn(string name, GateKind kind, double turns) =>
            known[name] = new(0, 1, (_, q) => [QasmOperation.Create(kind, q[0], s_turn * turns)]);

        void Control(string name, string of, int controls = 1)
        {
            Known inner = known[of];
            known[name] = new(inner.Angles, inner.Wires + controls, (a, q) =>
            [
                .. inner.Build(a, q[controls..])
                    .Select(operation => operation.ControlledBy(q[..controls].Select(wire => (wire, true)))),
            ]);
        }
    }

    /// <summary>Toffoli gates up to phases of basis states: letters for H, T and its inverse, two digits for CNOT.</summary>
    static QasmOperation[] Relative(string steps, int[] q) => [.. steps.Split(' ').Select(step => step[0] switch
    {
        'h' => QasmOperation.Create(GateKind.H, q[step[1] - '0']),
        't' => QasmOperation.Create(GateKind.T, q[step[1] - '0']),
        'd' => QasmOperation.Create(GateKind.Phase, q[step[1] - '0'], s_turn * -0.25),
        _ => new QasmOperation(GateKind.X, [q[step[1] - '0']], [], [(q[step[0] - '0'], true)]),
    })];
}
