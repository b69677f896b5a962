using ILGPU;
using ILGPU.Runtime;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Gpu.Tests;

/// <summary>A circuit on some patches of a tensor, on the processors and on a device.</summary>
sealed class CircuitCheck
{
    readonly Workspace space;
    readonly WeightGradient gradient;
    readonly Weights weights;
    readonly QuantumLayer layer;
    readonly Tensor x, y;
    readonly float[] cotangent;
    readonly double[] sizes;

    /// <summary>Patches that lie one behind another, with one element in front that no circuit reads.</summary>
    /// <param name="sizes">What each sample's inputs are multiplied with, the first again behind the last; a sample of size 0
    /// is idle.</param>
    public CircuitCheck(Circuit circuit, IReadOnlyList<Observable>? readOuts = null, int patches = 1, int seed = 1,
        double[]? sizes = null)
    {
        this.sizes = sizes ?? [1];
        var table = new ParameterTable();
        layer = new(table, "circuit", circuit, Initialisers.Uniform(-2, 2), readOuts);
        weights = new Weights(table).Initialise(seed);
        gradient = new(table);
        space = new(weights, gradient);
        int reads = layer.Lowered.ReadOuts.Count;
        int[][] inputs = Rows(patches, circuit.Inputs, 1), outputs = Rows(patches, reads, 0);
        Shape shape = [1 + patches * circuit.Inputs], output = [patches * reads];
        Operation = new(layer, null!, inputs, output, outputs);
        x = space.Input(shape, requiresGradient: true);
        var random = new Random(seed);
        for (int i = 0; i < x.Values.Length; i++) x.Values[i] = (float)((random.NextDouble() * 4 - 2) * Size(i));
        y = layer.Apply(x, inputs, output, outputs);
        cotangent = [.. Enumerable.Range(0, y.Values.Length).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        for (int i = 0; i < cotangent.Length; i++)
            if (Size(i) == 0) cotangent[i] = 0;
        space.Backward(y, cotangent);
    }

    public CircuitOperation Operation { get; }

    static int[][] Rows(int patches, int width, int first) =>
        [.. Enumerable.Range(0, patches).Select(patch => Enumerable.Range(first + patch * width, width).ToArray())];

    /// <summary>Result, gradient of x and of the weights, on the device.</summary>
    public (float[] Y, float[] DX, float[] DWeights) Run(GpuDevice device, CircuitPlan? plan = null)
    {
        Accelerator accelerator = device.Accelerator;
        float[] angles = layer.Angles is null ? [] : weights[layer.Angles].ToArray();
        using DeviceCircuit circuit = plan is null ? new(device, Operation, 16) : new(device, Operation, 16, plan);
        using AcceleratorStream stream = accelerator.CreateStream();
        using MemoryBuffer1D<float, Stride1D.Dense> w = accelerator.Allocate1D([.. angles, 0]),
            x = accelerator.Allocate1D(this.x.Values.ToArray()), dy = accelerator.Allocate1D(cotangent),
            y = accelerator.Allocate1D<float>(cotangent.Length),
            dx = accelerator.Allocate1D<float>(x.Length), dw = accelerator.Allocate1D<float>(angles.Length + 1);
        ArrayView<float> view = w.View.SubView(0, angles.Length), gradient = dw.View.SubView(0, angles.Length);
        // What is overwritten must not matter.
        dx.View.CopyFromCPU([.. Enumerable.Repeat(float.NaN, (int)x.Length)]);
        circuit.Prepare(stream, view);
        circuit.Forward(stream, view, x.View, y.View);
        circuit.Backward(stream, view, x.View, dy.View, dx.View, gradient);
        stream.Synchronize();
        return (y.GetAsArray1D(), dx.GetAsArray1D(), dw.GetAsArray1D()[..angles.Length]);
    }

    /// <summary>The device gives what the processors give.</summary>
    public void Agrees(GpuDevice device, CircuitPlan? plan = null, double tolerance = 1e-5)
    {
        (float[] ys, float[] dx, float[] dweights) = Run(device, plan);
        // What comes of an idle sample means nothing; slopes by small inputs are large.
        Near(OfLive(y.Values), OfLive(ys), tolerance, "result");
        Near(TimesSize(x.Gradient), TimesSize(dx), tolerance, "gradient of the input");
        if (layer.Angles is not null) Near(gradient[layer.Angles], dweights, tolerance, "gradient of the weights");
    }

    /// <summary>The size of the sample that number <paramref name="i"/> of a tile is of.</summary>
    double Size(int i) => sizes[i % Tensor.Samples % sizes.Length];

    float[] OfLive(ReadOnlySpan<float> values)
    {
        float[] live = values.ToArray();
        for (int i = 0; i < live.Length; i++)
            if (Size(i) == 0) live[i] = 0;
        return live;
    }

    float[] TimesSize(ReadOnlySpan<float> slopes)
    {
        float[] sized = slopes.ToArray();
        for (int i = 0; i < sized.Length; i++) sized[i] = (float)(sized[i] * (Size(i) == 0 ? 1 : Size(i)));
        return sized;
    }

    static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        double scale = 1;
        foreach (float value in expected) scale = Math.Max(scale, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"{what} {i}: {actual[i]}, not {expected[i]}");
    }
}
