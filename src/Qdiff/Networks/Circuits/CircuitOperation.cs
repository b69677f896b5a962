using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A circuit on many small sets of a tile's elements, as an engine is asked for it: one that has circuits of its own knows this
/// type and finds all it needs here; any other has them run on the processor.
/// </summary>
public sealed class CircuitOperation : TileOperation
{
    readonly Prepared<PreparedCircuit> prepared;
    readonly int[][] inputs, outputs;
    readonly int inputCount, readOutCount;

    internal CircuitOperation(QuantumLayer layer, Prepared<PreparedCircuit> prepared, int[][] inputs, Shape output,
        int[][] outputs) : base(output, layer.Angles)
    {
        (Circuit, this.prepared, this.inputs, this.outputs) = (layer.Lowered, prepared, inputs, outputs);
        (inputCount, readOutCount) = (Circuit.Circuit.Inputs * Tensor.Samples, Circuit.ReadOuts.Count * Tensor.Samples);
    }

    /// <summary>The circuit and its read-outs; its weights are <see cref="TileOperation.Parameter"/>.</summary>
    public LoweredCircuit Circuit { get; }

    /// <summary>A row for each run: which element of the tile is input i.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Inputs => inputs;

    /// <summary>A row for each run: which element of the result is read-out i.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Outputs => outputs;

    /// <inheritdoc/>
    public override void Forward(Workspace space, ReadOnlySpan<float> x, Span<float> y)
    {
        (PreparedCircuit circuit, Scratch scratch) = (space.Weights.Get(prepared), space.Tool<Scratch>());
        MeasuredPass measured = space.Tool<MeasuredPass>();
        scratch.Reserve(inputCount, readOutCount);
        Span<float> features = scratch.Inputs.AsSpan(0, inputCount),
            expectations = scratch.Expectations.AsSpan(0, readOutCount);
        for (int i = 0; i < inputs.Length; i++)
        {
            Gather(x, inputs[i], features);
            if (measured.IsMeasured)
                measured.Read(Circuit, i, features, Parameter is null ? default : space.Weights[Parameter], expectations);
            else
            {
                circuit.Forward(features, expectations, scratch.Circuit);
                measured.Record(Circuit, expectations);
            }

            Scatter(expectations, outputs[i], y);
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace space, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx,
        Span<float> dweights)
    {
        (PreparedCircuit circuit, Scratch scratch) = (space.Weights.Get(prepared), space.Tool<Scratch>());
        MeasuredPass measured = space.Tool<MeasuredPass>();
        scratch.Reserve(inputCount, readOutCount);
        Span<float> features = scratch.Inputs.AsSpan(0, inputCount),
            expectations = scratch.Expectations.AsSpan(0, readOutCount);
        Span<float> cotangent = scratch.Cotangent.AsSpan(0, readOutCount),
            gradient = scratch.InputGradient.AsSpan(0, inputCount);
        if (Parameter is not null && dweights.IsEmpty) dweights = new float[Parameter.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            Gather(x, inputs[i], features);
            Gather(dy, outputs[i], cotangent);
            gradient.Clear();
            if (measured.IsMeasured)
                measured.AddGradient(Circuit, features, Parameter is null ? default : space.Weights[Parameter], cotangent,
                    gradient, dweights);
            else circuit.Gradient(features, cotangent, expectations, gradient, dweights, scratch.Circuit);
            ScatterAdd(gradient, inputs[i], dx);
        }
    }

    /// <summary>The circuit as written, gate by gate, so that a reference pass does not rest on lowering.</summary>
    public override double[] Define(double[] x, double[] weights)
    {
        var y = new double[Output.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] features = Array.ConvertAll(inputs[i], e => x[e]);
            double[] expectations = LiteralSimulator.Expectations(Circuit.Circuit, Circuit.ReadOuts, features, weights);
            for (int r = 0; r < expectations.Length; r++) y[outputs[i][r]] = expectations[r];
        }

        return y;
    }

    static void Gather(ReadOnlySpan<float> tile, int[] elements, Span<float> to)
    {
        for (int i = 0; i < elements.Length; i++)
            tile.Slice(elements[i] * Tensor.Samples, Tensor.Samples).CopyTo(to[(i * Tensor.Samples)..]);
    }

    static void Scatter(ReadOnlySpan<float> from, int[] elements, Span<float> tile)
    {
        for (int i = 0; i < elements.Length; i++)
            from.Slice(i * Tensor.Samples, Tensor.Samples).CopyTo(tile[(elements[i] * Tensor.Samples)..]);
    }

    static void ScatterAdd(ReadOnlySpan<float> from, int[] elements, Span<float> tile)
    {
        for (int i = 0; i < elements.Length; i++)
            for (int s = 0; s < Tensor.Samples; s++) tile[elements[i] * Tensor.Samples + s] += from[i * Tensor.Samples + s];
    }

    /// <summary>One worker's memory for circuits, shared by all quantum layers.</summary>
    sealed class Scratch
    {
        public CircuitWorkspace Circuit { get; } = new();

        public float[] Inputs { get; private set; } = [];

        public float[] InputGradient { get; private set; } = [];

        public float[] Expectations { get; private set; } = [];

        public float[] Cotangent { get; private set; } = [];

        public void Reserve(int inputs, int readOuts)
        {
            if (Inputs.Length < inputs) (Inputs, InputGradient) = (new float[inputs], new float[inputs]);
            if (Expectations.Length < readOuts) (Expectations, Cotangent) = (new float[readOuts], new float[readOuts]);
        }
    }
}
