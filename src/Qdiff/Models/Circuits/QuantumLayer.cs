using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A circuit as a layer: the one place where tensors and circuits meet. The circuit is applied to many small sets of elements
/// (the patches of an image), all with the same angles.
/// </summary>
/// <remarks>A tile goes in and a tile comes out; nothing is converted, because both sides keep sixteen samples side by
/// side.</remarks>
public sealed class QuantumLayer : IPatchLayer
{
    readonly Prepared<PreparedCircuit> prepared;

    /// <summary>Declares <c>name.angles</c> (unless the circuit has no weights) and lowers the circuit.</summary>
    public QuantumLayer(ParameterTable table, string name, Circuit circuit, Initialiser initialise,
        IReadOnlyList<Observable>? readOuts = null)
    {
        Name = name;
        Lowered = new(circuit, readOuts);
        if (circuit.Weights > 0) Angles = table.Add(name + ".angles", [circuit.Weights], initialise);
        prepared = table.Prepare<PreparedCircuit>((weights, previous) =>
            Lowered.Prepare(Angles is null ? default : weights[Angles], previous));
    }

    /// <summary>The prefix of its parameter's name.</summary>
    public string Name { get; }

    /// <summary>The circuit and what lowering made of it.</summary>
    public LoweredCircuit Lowered { get; }

    /// <summary>The trainable numbers, or null if the circuit has none.</summary>
    public Parameter? Angles { get; }

    /// <summary>How often the circuit runs for one image in one pass of the network; 0 if its outputs are never read.</summary>
    public int RunsPerImage { get; internal set; } = 1;

    /// <summary>
    /// Runs the circuit once for each row of <paramref name="inputs"/>, whose entries say which element of <paramref name="x"/>
    /// is input i; read-out i becomes the element of the result that the same row of <paramref name="outputs"/> says.
    /// </summary>
    public Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs)
    {
        Workspace space = x.Workspace;
        int inputCount = Lowered.Circuit.Inputs * Tensor.Samples, readOutCount = Lowered.ReadOuts.Count * Tensor.Samples;
        return Operation.Apply(x, output, Angles, Forward, Backward, Define);

        void Forward(ReadOnlySpan<float> from, Span<float> to)
        {
            (PreparedCircuit circuit, Scratch scratch) = (space.Weights.Get(prepared), space.Tool<Scratch>());
            scratch.Reserve(inputCount, readOutCount);
            Span<float> features = scratch.Inputs.AsSpan(0, inputCount),
                expectations = scratch.Expectations.AsSpan(0, readOutCount);
            for (int i = 0; i < inputs.Length; i++)
            {
                Gather(from, inputs[i], features);
                circuit.Forward(features, expectations, scratch.Circuit);
                Scatter(expectations, outputs[i], to);
            }
        }

        void Backward(ReadOnlySpan<float> from, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dweights)
        {
            (PreparedCircuit circuit, Scratch scratch) = (space.Weights.Get(prepared), space.Tool<Scratch>());
            scratch.Reserve(inputCount, readOutCount);
            Span<float> features = scratch.Inputs.AsSpan(0, inputCount),
                expectations = scratch.Expectations.AsSpan(0, readOutCount);
            Span<float> cotangent = scratch.Cotangent.AsSpan(0, readOutCount),
                gradient = scratch.InputGradient.AsSpan(0, inputCount);
            if (Angles is not null && dweights.IsEmpty) dweights = new float[Angles.Count];
            for (int i = 0; i < inputs.Length; i++)
            {
                Gather(from, inputs[i], features);
                Gather(dy, outputs[i], cotangent);
                gradient.Clear();
                circuit.Gradient(features, cotangent, expectations, gradient, dweights, scratch.Circuit);
                ScatterAdd(gradient, inputs[i], dx);
            }
        }

        // The circuit as written, gate by gate, so that a reference pass does not rest on lowering.
        double[] Define(double[] from, double[] weights)
        {
            var to = new double[output.Count];
            for (int i = 0; i < inputs.Length; i++)
            {
                double[] features = Array.ConvertAll(inputs[i], e => from[e]);
                double[] expectations = LiteralSimulator.Expectations(Lowered.Circuit, Lowered.ReadOuts, features, weights);
                for (int r = 0; r < expectations.Length; r++) to[outputs[i][r]] = expectations[r];
            }

            return to;
        }
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
