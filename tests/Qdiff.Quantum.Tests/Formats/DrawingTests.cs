using System.Xml.Linq;
using Qdiff.Papers;
using Qdiff.Quantum;

public class DrawingTests
{
    [Fact]
    public void TextShowsControlsTargetsAndCrossedWires()
    {
        Gate[] gates = [Gate.H(0), Gate.RX(1, Angle.Input(0)), Gate.CNOT(0, 2), new(GateKind.SWAP, 0, 1),
            Gate.RZZ(1, 2, Angle.Weight(3))];
        string actual = TextDrawing.Draw(new(3, gates));
        Assert.Equal(5, actual.TrimEnd('\n').Split('\n').Length);
        string[] lines = actual.Split('\n');
        Assert.StartsWith("0: ───H", lines[0]);
        // The control, the crossed wire and the target stand in one column.
        int column = lines[0].IndexOf('●');
        Assert.Equal(('│', '┼', '│', '⊕'), (lines[1][column], lines[2][column], lines[3][column], lines[4][column]));
        Assert.Equal(lines[0].IndexOf('×'), lines[2].IndexOf('×'));
        Assert.Contains("ZZ(w3)", lines[2]);
        Assert.Equal(lines[0].Length, lines[4].Length);
    }

    [Fact]
    public void LongCircuitsAreContinuedBelow()
    {
        string text = TextDrawing.Draw(PublishedCircuits.HQConv(), width: 100);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.True(text.Split("\n0: ").Length > 2);
    }

    [Theory]
    [MemberData(nameof(GateTableTests.Kinds), MemberType = typeof(GateTableTests))]
    public void EveryRowIsDrawn(GateKind kind)
    {
        var circuit = new Circuit(3, GateTableTests.Placements(kind, 3));
        Gate gate = circuit.Gates[0];
        Assert.Contains(gate.Kind == GateKind.CNOT ? "⊕" : gate.Spec.Symbol, TextDrawing.Draw(circuit));
        XElement svg = XDocument.Parse(SvgDrawing.Draw(circuit)).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.True(svg.Descendants().Count() > 3 + 2 * 3 + 3 * 2 + circuit.Gates.Count - 1);
    }

    [Fact]
    public void AnEmptyCircuitIsItsWires() => Assert.Equal("0: ─\n\n1: ─\n", TextDrawing.Draw(new(2, [])));

    /// <summary>Fractions of π are shown as such where they are exact, and no others.</summary>
    [Theory]
    [InlineData(2 * Math.PI, "RX(2π)")]
    [InlineData(-Math.PI, "RX(-π)")]
    [InlineData(Math.PI / 2, "RX(π/2)")]
    [InlineData(-3 * Math.PI / 4, "RX(-3π/4)")]
    [InlineData(5 * (Math.PI / 12), "RX(5π/12)")]
    [InlineData(3.1416, "RX(3.1416)")]
    [InlineData(1.5707963, "RX(1.5708)")]
    [InlineData(0, "RX(0)")]
    [InlineData(0.25, "RX(0.25)")]
    public void AnglesAreFractionsOfPi(double angle, string expected)
    {
        Assert.Contains(expected + "──", TextDrawing.Draw(new(1, [Gate.RX(0, Angle.Fixed(angle)), Gate.H(0)])).Replace("H", "─"));
        // In an image the angle stands below the symbol.
        Assert.Contains($">{expected[3..^1]}<", SvgDrawing.Draw(new(1, [Gate.RX(0, Angle.Fixed(angle))])));
    }

    [Fact]
    public void FactorsOfWeightsAndFormulasAreFractionsOfPi()
    {
        AngleExpression sum = AngleExpression.Input(0) * Math.PI + AngleExpression.Weight(1)
            + AngleExpression.Constant(-Math.PI / 2);
        string text = TextDrawing.Draw(new(1, [Gate.RY(0, Angle.Weight(0, 2 * Math.PI)), Gate.RZ(0, sum.ToAngle())]));
        Assert.Contains("RY(2π·w0)", text);
        Assert.Contains("RZ(π*x0 + w1 - π/2)", text);
    }

    [Fact]
    public void EncodingAndLayersAreTold()
    {
        IReadOnlyList<DrawingPart> parts = DrawingPart.Of(PublishedCircuits.HQConv());
        Assert.Equal(["encoding", "layer 1", "layer 2", "layer 3"], parts.Select(part => part.Title));
        Assert.Equal([12, 28, 28, 28], parts.Select(part => part.Columns.Sum(column => column.Count)));
        // What repeats nothing is one part; what feeds features in again is layers from its first gate.
        Assert.Equal([""], DrawingPart.Of(new(2, [Gate.H(0), Gate.CNOT(0, 1)])).Select(part => part.Title));
        Gate[] layer = [Gate.RX(0, Angle.Input(0)), Gate.RY(0, Angle.Weight(0))];
        Assert.Equal(["layer 1", "layer 2"], DrawingPart.Of(new(1, [.. layer, .. layer])).Select(part => part.Title));
    }

    [Fact]
    public void AnImageIsNoWiderThanAskedAndTellsInputsFromWeights()
    {
        XElement svg = XDocument.Parse(SvgDrawing.Draw(PublishedCircuits.HQConv(), 700)).Root!;
        Assert.InRange(int.Parse(svg.Attribute("width")!.Value), 400, 700);
        XElement[] all = [.. svg.Descendants()];
        Assert.Equal(12, all.Count(e => e.Attribute("class")?.Value == "input"));
        Assert.Equal(84, all.Count(e => e.Attribute("class")?.Value == "weight"));
        // Each of the twelve wires is read once, at the end.
        Assert.Equal(12, all.Count(e => e.Name.LocalName == "rect" && e.Attribute("class")?.Value == "box"));
        Assert.Equal(["encoding", "layer 1", "layer 2", "layer 3"],
            all.Where(e => e.Attribute("class")?.Value == "title").Select(e => e.Value).Distinct());
        Assert.InRange(int.Parse(XDocument.Parse(SvgDrawing.Draw(PublishedCircuits.HQConv(), 0)).Root!.Attribute("width")!.Value),
            1500, 4000);
    }

    [Fact]
    public void QuantikzHasACellForEveryWireAndColumn()
    {
        Gate[] gates = [Gate.RX(0, Angle.Input(0)), Gate.CNOT(0, 2), new(GateKind.SWAP, 0, 1),
            Gate.CRZ(2, 1, Angle.Weight(12, 2 * Math.PI)),
            Gate.CZ(1, 0), Gate.RZZ(0, 2, Angle.Weight(3))];
        string text = Quantikz.Draw(new(3, gates));
        string[] rows = [.. text.Split('\n').Where(line => line.StartsWith("\\lstick", StringComparison.Ordinal))];
        Assert.Equal(3, rows.Length);
        Assert.Single(rows.Select(row => row.Split(" & ").Length).Distinct());
        foreach (string part in (string[])["\\gate{R_X(x_{0})}", "\\ctrl{2}", "\\targ{}", "\\swap{1}", "\\targX{}", "\\ctrl{-1}",
            "\\gate{R_Z(2\\pi \\,w_{12})}", "\\control{}", "\\gate{ZZ(w_{3})}", "\\meter{}"])
            Assert.Contains(part, text);
        Circuit powers = Qasm.Read("OPENQASM 3.0; input float x; input float w; qubit q; rx(x**3) q; ry(sin(w)**2 + x/w) q;");
        Assert.Contains("R_X(x_{0}^{3})", Quantikz.Draw(powers));
        Assert.Contains("x_{0}\\,w_{0}^{-1} + sin(w_{0})^{2}", Quantikz.Draw(powers));
        Assert.Equal(3, Quantikz.Draw(PublishedCircuits.HQConv()).Split("\\begin{quantikz}").Length - 1);
    }
}
