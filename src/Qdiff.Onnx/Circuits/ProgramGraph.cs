using Qdiff.Quantum;

namespace Qdiff.Onnx;

/// <summary>
/// The program of one group of read-outs as a graph: the amplitudes of each cluster, the messages over edges, and the terms that
/// are read. See docs/lowering.md for the program itself.
/// </summary>
sealed partial class ProgramGraph
{
    const int Part = AmplitudeValue.Part;

    readonly OnnxGraph graph;
    readonly ClusterProgram program;
    readonly Contraction contraction;
    readonly Trigonometry angles;
    readonly string features;
    readonly int inputs;
    readonly (List<BitGate> Gates, double[][] Start)[] clusters;
    readonly AmplitudeValue?[] amplitudes;
    readonly string?[] messages;

    /// <summary>Registers the angles; nothing is written yet.</summary>
    /// <param name="features">[rows, inputs]</param>
    public ProgramGraph(OnnxGraph graph, ProgramLayout layout, string features, int inputs, double[] weights,
        Trigonometry angles)
    {
        (this.graph, this.features, this.inputs, this.angles) = (graph, features, inputs, angles);
        (program, contraction) = (layout.Program, layout.Contraction);
        clusters = [.. program.Clusters.Select(cluster => Gates(cluster, weights))];
        amplitudes = new AmplitudeValue?[clusters.Length];
        messages = new string?[contraction.Messages.Count];
    }

    public IReadOnlyList<ReadOutSum> ReadOuts => contraction.ReadOuts;

    public int Terms => contraction.Terms;

    /// <summary>All terms, [rows, terms] in their order; null if there are none.</summary>
    public string? Values()
    {
        List<(string Value, int[] Terms)> read = [.. contraction.Roots.SelectMany(Read)];
        if (read.Count == 0) return null;
        int[] order = [.. read.SelectMany(entry => entry.Terms)];
        string all = graph.Concatenate(1, [.. read.Select(entry => entry.Value)]);
        int[] columns = [.. Enumerable.Range(0, Terms).Select(term => Array.IndexOf(order, term))];
        return columns.SequenceEqual(Enumerable.Range(0, Terms)) ? all : graph.Columns(all, columns);
    }

    /// <summary>
    /// A branch is a bit of its own and a gate: on the control's side it begins as 0 and is turned where the control is 1; on the
    /// target's it begins as 0 and 1 at once, and where it is 1 the run acts.
    /// </summary>
    (List<BitGate> Gates, double[][] Start) Gates(Cluster cluster, double[] weights)
    {
        List<BitGate> gates = [];
        double[][] start = [.. Enumerable.Range(0, cluster.Bits).Select(_ => (double[])[1, 0])];
        for (int bit = 0; bit < cluster.WireBits; bit++)
            foreach (int run in cluster.Preparation[bit]) gates.Add(Gate(run, bit, -1));
        foreach (ClusterStep step in cluster.Steps)
        {
            if (step.Kind == StepKind.BranchTarget) start[step.Bits] = [1, 1];
            gates.Add(step.Kind switch
            {
                StepKind.Apply => Gate(step.Run, step.Target, step.Control),
                StepKind.BranchTarget => Gate(step.Run, step.Target, step.Bits),
                StepKind.BranchControl => BitGate.Constant(step.Bits, step.Control, GateTable.Spec(GateKind.X).Block([])),
                _ => throw new InvalidOperationException($"Unknown step {step.Kind}."),
            });
        }

        return (gates, start);

        BitGate Gate(int run, int target, int control) => BitGate.Of(program.Runs[run], target, control, weights, angles);
    }

    AmplitudeValue Amplitudes(int c)
    {
        if (amplitudes[c] is { } known) return known;
        (List<BitGate> gates, double[][] start) = clusters[c];
        AmplitudeValue? state = program.Start == CircuitStart.Amplitudes ? Given(program.Clusters[c].WireBits) : null;
        foreach (GateBlock block in GateBlock.Cut(gates, program.Clusters[c].Bits, state?.Axes.Where(axis => axis != Part) ?? []))
            state = Apply(block, state, bit => start[bit]);
        return amplitudes[c] = state!;
    }

    AmplitudeValue Apply(GateBlock block, AmplitudeValue? state, Func<int, double[]> start)
    {
        float[] tables = block.Tables(start, fromNothing: state is null);
        if (state is null)
        {
            string products = angles.Products(block.IsConstant ? [[angles.One()]] : block.Factors());
            string table = graph.Constant(tables, tables.Length / block.Columns, block.Columns);
            return new(graph.MatMul(products, table), [Part, .. block.After]);
        }

        int[] taken = [Part, .. block.Before], rest = state.Rest(taken);
        int size = block.Rows * block.Columns;
        string matrix = block.IsConstant ? graph.Constant(tables, block.Rows, block.Columns)
            : graph.Reshape(graph.MatMul(angles.Products(block.Factors()), graph.Constant(tables, tables.Length / size, size)),
                -1, block.Rows, block.Columns);
        return new(graph.MatMul(state.Arranged(graph, rest, taken), matrix), [.. rest, Part, .. block.After]);
    }

    /// <summary>The features as amplitudes, with length 1; of zeros |0…0⟩.</summary>
    AmplitudeValue Given(int bits)
    {
        // The largest is made 1 first: the squares of small ones would be 0, of large ones infinite.
        string largest = graph.ReduceMax(graph.Add("Abs", [features]), 1);
        string isZero = graph.Add("Cast", [graph.Add("Equal", [largest, graph.Constant([0f])])],
            ("to", (long)OnnxElement.Single));
        string a = graph.Add("Div", [features, graph.Plus(largest, isZero)]);
        a = graph.Add("Div", [a, graph.Plus(graph.Length(a, 1), isZero)]);
        var first = new float[1 << bits];
        first[0] = 1;
        if (inputs < first.Length)
            a = graph.Add("Pad", [a, graph.Constant([0L, 0L, 0L, first.Length - inputs], 4)]);
        a = graph.Plus(a, graph.Times(isZero, graph.Constant(first, 1, first.Length)));
        return new(graph.Concatenate(1, a, graph.Times(a, 0f)), [Part, .. Enumerable.Range(0, bits).Reverse()]);
    }
}
