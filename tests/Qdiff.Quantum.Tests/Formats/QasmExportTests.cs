using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Qdiff.Quantum;
using static System.Math;

/// <summary>
/// What is exported uses only gates of the include that the dialect names, or defines the others; and the definitions are the
/// gates. The texts are expanded by an interpreter of their own, so that a mistake of the reader cannot hide one of the writer.
/// </summary>
public partial class QasmExportTests
{
    const double Theta = 0.83;

    /// <summary>The 23 gates of the qelib1.inc of arXiv 1707.03429.</summary>
    static readonly string[] s_published =
        "u3 u2 u1 cx id x y z h s sdg t tdg rx ry rz cz cy ch ccx crz cu1 cu3".Split(' ');

    static readonly string[] s_standard =
        ("p x y z h s sdg t tdg sx rx ry rz cx cy cz cp crx cry crz ch swap ccx cswap cu U CX phase cphase id "
            + "u1 u2 u3").Split(' ');

    public static TheoryData<QasmVersion, GateKind> Rows =>
        new MatrixTheoryData<QasmVersion, GateKind>(Enum.GetValues<QasmVersion>(), Enum.GetValues<GateKind>());

    [Theory]
    [MemberData(nameof(Rows))]
    public void OnlyGatesOfTheIncludeAreUsedUndefined(QasmVersion version, GateKind kind)
    {
        string[] known = version == QasmVersion.V2 ? s_published : s_standard;
        string text = Export(kind, version);
        List<string> defined = [];
        foreach (Match statement in Statements().Matches(text))
        {
            if (statement.Groups["gate"] is { Success: true, Value: var name }) defined.Add(name);
            else if (statement.Groups["call"].Value is not ("qreg" or "qubit" or "include" or "OPENQASM"))
                Assert.Contains(statement.Groups["call"].Value, known.Concat(defined));
        }

        Assert.All(defined, name => Assert.DoesNotContain(name, known));
    }

    /// <summary>Exactly in OpenQASM 3, where a gate can be controlled; up to a global phase in OpenQASM 2, where it
    /// cannot.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void WhatIsWrittenIsTheGate(QasmVersion version, GateKind kind)
    {
        GateSpec spec = GateTable.Spec(kind);
        Complex[,] expected = spec.Matrix([.. Angles(spec)]), found = Expand(Export(kind, version), 1 << spec.Wires, version);
        Complex phase = Complex.One;
        if (version == QasmVersion.V2)
        {
            for (int row = 0; row < expected.GetLength(0); row++)
                if (expected[row, 0].Magnitude > 0.1) phase = found[row, 0] / expected[row, 0];
        }

        Assert.Equal(1, phase.Magnitude, 1e-12);
        for (int row = 0; row < expected.GetLength(0); row++)
            for (int column = 0; column < expected.GetLength(0); column++)
                Assert.Equal(0, (found[row, column] - phase * expected[row, column]).Magnitude, 1e-12);
    }

    static IEnumerable<double> Angles(GateSpec spec) => Enumerable.Range(0, spec.Angles).Select(k => Theta + 0.4 * k);

    static string Export(GateKind kind, QasmVersion version)
    {
        GateSpec spec = GateTable.Spec(kind);
        Angle[] angles = [.. Angles(spec).Select(Angle.Fixed)];
        Gate gate = spec.Shape switch
        {
            GateShape.Single => new(kind, 0),
            GateShape.Controlled => new(kind, 1, 0),
            _ => new(kind, 0, 1),
        };
        return Qasm.Write(new(spec.Wires, [gate.WithAngles(angles)]), version: version);
    }

    /// <summary>The matrix of a text: definitions are expanded, gates of the include are matrices written down here.</summary>
    static Complex[,] Expand(string text, int size, QasmVersion version)
    {
        var definitions = Definitions().Matches(text).ToDictionary(m => m.Groups["name"].Value);
        Complex[,] product = Identity(size);
        foreach (Match call in Calls().Matches(Definitions().Replace(text, "")))
            Apply(call.Groups["name"].Value, [.. List(call, "angles").Select(a => Number(a, 0))],
                [.. List(call, "wires").Select(w => w.Contains("q[1]") ? 1 : 0)]);
        return product;

        void Apply(string name, double[] angles, int[] wires)
        {
            if (!definitions.TryGetValue(name, out Match? definition))
            {
                product = Product(Placed(Known(name, angles, version), wires, size), product);
                return;
            }

            string[] formal = [.. List(definition, "wires")];
            foreach (Match call in Calls().Matches(definition.Groups["body"].Value))
                Apply(call.Groups["name"].Value, [.. List(call, "angles").Select(a => Number(a, angles.FirstOrDefault()))],
                    [.. List(call, "wires").Select(w => wires[Array.IndexOf(formal, w)])]);
        }
    }

    static IEnumerable<string> List(Match match, string group) =>
        match.Groups[group].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static double Number(string text, double theta) => text switch
    {
        "theta" => theta,
        "theta/2" => theta / 2,
        "-theta/2" => -theta / 2,
        "pi/2" => PI / 2,
        "-pi/2" => -PI / 2,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    /// <summary>Gates of the includes; u1 for rz in OpenQASM 2, and u3 without a phase, as its include has them.</summary>
    static Complex[,] Known(string name, double[] a, QasmVersion version)
    {
        Complex i = Complex.ImaginaryOne;
        return name switch
        {
            "id" => U(0, 0, 0),
            "x" => U(PI, 0, PI),
            "y" => U(PI, PI / 2, PI / 2),
            "z" => U(0, 0, PI),
            "h" => U(PI / 2, 0, PI),
            "s" => U(0, 0, PI / 2),
            "t" => U(0, 0, PI / 4),
            "u1" or "p" => U(0, 0, a[0]),
            "U" => U(a[0], a[1], a[2]),
            "u3" => Times(U(a[0], a[1], a[2]), version == QasmVersion.V2 ? 1 : Complex.Exp(-i * (a[1] + a[2]) / 2)),
            "rx" => U(a[0], -PI / 2, PI / 2),
            "ry" => U(a[0], 0, 0),
            "rz" when version == QasmVersion.V2 => U(0, 0, a[0]),
            "rz" => Times(U(0, 0, a[0]), Complex.Exp(-i * a[0] / 2)),
            "cx" => Controlled(U(PI, 0, PI)),
            "cz" => Controlled(U(0, 0, PI)),
            "cu1" or "cp" => Controlled(U(0, 0, a[0])),
            "crx" => Controlled(U(a[0], -PI / 2, PI / 2)),
            "cry" => Controlled(U(a[0], 0, 0)),
            "crz" => Controlled(Times(U(0, 0, a[0]), Complex.Exp(-i * a[0] / 2))),
            "swap" => new Complex[,] { { 1, 0, 0, 0 }, { 0, 0, 1, 0 }, { 0, 1, 0, 0 }, { 0, 0, 0, 1 } },
            _ => throw new InvalidOperationException($"{name} is in no include."),
        };

        Complex[,] U(double theta, double phi, double lambda) => new[,]
        {
            { Cos(theta / 2), -Complex.Exp(i * lambda) * Sin(theta / 2) },
            { Complex.Exp(i * phi) * Sin(theta / 2), Complex.Exp(i * (phi + lambda)) * Cos(theta / 2) },
        };
    }

    static Complex[,] Controlled(Complex[,] u) => new[,]
    {
        { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, u[0, 0], u[0, 1] }, { 0, 0, u[1, 0], u[1, 1] },
    };

    static Complex[,] Times(Complex[,] matrix, Complex factor) =>
        new[,] { { matrix[0, 0] * factor, matrix[0, 1] * factor }, { matrix[1, 0] * factor, matrix[1, 1] * factor } };

    static Complex[,] Identity(int size)
    {
        var one = new Complex[size, size];
        for (int k = 0; k < size; k++) one[k, k] = 1;
        return one;
    }

    /// <summary>A matrix on some of two wires as one on all; wire 0 is the more significant bit.</summary>
    static Complex[,] Placed(Complex[,] matrix, int[] wires, int size)
    {
        if (size == 2) return matrix;
        var whole = new Complex[4, 4];
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                int outside = wires.Length == 1 ? 1 << wires[0] : 0;
                if ((row & outside) == (column & outside)) whole[row, column] = matrix[Local(row), Local(column)];
            }
        }

        return whole;

        int Local(int index) => wires.Aggregate(0, (local, wire) => 2 * local + (index >> (1 - wire) & 1));
    }

    static Complex[,] Product(Complex[,] a, Complex[,] b)
    {
        int size = a.GetLength(0);
        var product = new Complex[size, size];
        for (int row = 0; row < size; row++)
            for (int column = 0; column < size; column++)
                for (int k = 0; k < size; k++) product[row, column] += a[row, k] * b[k, column];
        return product;
    }

    [GeneratedRegex(@"gate (?<name>\w+)(\((?<angles>[^)]*)\))? (?<wires>[^{]*)\{(?<body>[^}]*)\}")]
    private static partial Regex Definitions();

    [GeneratedRegex(@"\b(?!qreg)(?<name>\w+)(\((?<angles>[^)]*)\))? (?<wires>(q\[\d\]|\b[ab]\b)(, (q\[\d\]|[ab]))?);")]
    private static partial Regex Calls();

    [GeneratedRegex(@"gate (?<gate>\w+)|(?<=^|[;{}\n] ?)(?<call>[A-Za-z]\w*)")]
    private static partial Regex Statements();
}
