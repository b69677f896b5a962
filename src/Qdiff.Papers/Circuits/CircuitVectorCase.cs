using Qdiff.Quantum;
using Reading = Qdiff.Papers.Wiring;

namespace Qdiff.Papers;

/// <summary>
/// One case of <see cref="CircuitVectors"/>: <c>ansatz</c> is hq, fq, basic or qattn; <c>wiring</c> paper, released or trainable;
/// a gate's angle is <c>angle_scale</c> · parameter; all wires are read out as Z.
/// </summary>
public sealed record CircuitVectorCase(
    string Ansatz, string Wiring, int Qubits, int Layers, double AngleScale, double[] Inputs, double[] Parameters,
    double[] Cotangent, double[] Expectations, double[] InputGradient, double[] ParameterGradient)
{
    /// <summary>The circuit of the case.</summary>
    public Circuit Build()
    {
        // Before anything is built: the file's sizes must agree with the numbers that it really holds.
        Require(nameof(Inputs), Inputs, Qubits);
        if (Layers < 1 || Layers > Parameters.Length)
            throw new ArgumentException(
                $"{Layers} layers do not go with {Parameters.Length} parameters; every layer has at least one.");
        Reading wiring = Wiring switch
        {
            "" or "paper" or "trainable" => Reading.Paper,
            "released" => Reading.Released,
            "repaired" => Reading.Repaired,
            _ => throw new ArgumentException($"Unknown wiring \"{Wiring}\"; known are paper, released, repaired and trainable."),
        };
        (Circuit circuit, double ownScale) = Ansatz switch
        {
            "hq" => (PublishedCircuits.HQConv(Qubits, Layers, wiring), Quantum.Ansatz.FullTurn),
            "fq" => (PublishedCircuits.FQConv(Qubits, Layers, wiring), Quantum.Ansatz.FullTurn),
            "basic" => (PublishedCircuits.Basic(Qubits, Layers), 1),
            "qattn" => (PublishedCircuits.QuantumAttention(Qubits, Layers, wiring), 1),
            _ => throw new ArgumentException($"Unknown ansatz \"{Ansatz}\"; known are hq, fq, basic and qattn."),
        };
        return new(
            circuit.Qubits,
            circuit.Gates.Select(gate => gate.WithAngles([.. gate.Angles.Select(angle => angle.Source == AngleSource.Weight
                ? angle.Times(AngleScale / ownScale)
                : angle)])),
            circuit.Inputs,
            circuit.Weights);
    }

    /// <summary>Runs the case, lowered (single precision) and literal (double), and returns the worst absolute errors.</summary>
    public CircuitVectorResult Run()
    {
        Circuit circuit = Build();
        Require(nameof(Inputs), Inputs, circuit.Inputs);
        Require(nameof(Parameters), Parameters, circuit.Weights);
        Require(nameof(Cotangent), Cotangent, circuit.Qubits);
        Require(nameof(Expectations), Expectations, circuit.Qubits);
        Require(nameof(InputGradient), InputGradient, circuit.Inputs);
        Require(nameof(ParameterGradient), ParameterGradient, circuit.Weights);

        Observable[] readOuts = Observable.ZOfEachWire(circuit.Qubits);
        double[] literal = LiteralSimulator.Expectations(circuit, readOuts, Inputs, Parameters);
        (double[] literalInputs, double[] literalWeights) =
            LiteralSimulator.Gradient(circuit, readOuts, Inputs, Parameters, Cotangent);

        (float[] expectations, float[] inputGradient, float[] weightGradient) =
            (new float[LoweredCircuit.Samples * circuit.Qubits], new float[LoweredCircuit.Samples * circuit.Inputs],
                new float[circuit.Weights]);
        // The case is sample 3 of a tile; the others carry zeros, as in a short last tile.
        new LoweredCircuit(circuit).Prepare([.. Parameters.Select(value => (float)value)]).Gradient(
            InTile(Inputs), InTile(Cotangent), expectations, inputGradient, weightGradient, new());
        return new($"{Ansatz} {Wiring} {Qubits}×{Layers}".Replace("  ", " "),
            Worst(OfTile(expectations), Expectations),
            Math.Max(Worst(OfTile(inputGradient), InputGradient), Worst([.. weightGradient], ParameterGradient)),
            Worst(literal, Expectations),
            Math.Max(Worst(literalInputs, InputGradient), Worst(literalWeights, ParameterGradient)));
    }

    static void Require(string name, double[] values, int count)
    {
        if (values.Length != count)
            throw new ArgumentException($"{name} has {values.Length} numbers, the circuit needs {count}.");
    }

    static float[] InTile(double[] values)
    {
        var tile = new float[values.Length * LoweredCircuit.Samples];
        for (int i = 0; i < values.Length; i++) tile[i * LoweredCircuit.Samples + 3] = (float)values[i];
        return tile;
    }

    static double[] OfTile(float[] tile) => [.. Enumerable.Range(0, tile.Length / LoweredCircuit.Samples)
        .Select(i => (double)tile[i * LoweredCircuit.Samples + 3])];

    static double Worst(IEnumerable<double> a, double[] b) =>
        a.Select((value, i) => Math.Abs(value - b[i])).DefaultIfEmpty(0).Max();

    static double Worst(IEnumerable<float> a, double[] b) => Worst(a.Select(value => (double)value), b);
}
