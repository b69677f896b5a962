using ILGPU;
using ILGPU.Runtime;
using Qdiff.Gpu;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>
/// Training steps of published models on a graphics processor: against the processors' (losses and gradient norms of the first
/// steps), then timed, batch 128. <c>hqconv</c> is the circuit by itself.
/// </summary>
static class GpuBenchmark
{
    const int Batch = 128;

    public static int Run(string[] models)
    {
        using GpuDevice device = Open();
        Console.WriteLine(device.Model);
        bool isRight = true;
        foreach (string model in models.Length > 0 ? models : ["unet", "qvunet-1hq", "qcunet"])
        {
            try
            {
                if (model == "hqconv") MeasureCircuit(device);
                else isRight &= Measure(device, model);
            }
            catch (Exception e)
            {
                // The others are measured all the same.
                Console.WriteLine($"{model}: {e}");
                isRight = false;
            }
        }

        return isRight ? 0 : 1;
    }

    /// <returns>Whether it is near the processors', and repeats to the bit.</returns>
    static bool Measure(GpuDevice device, string model)
    {
        Network network = PublishedModels.Named(model).Build();
        ImageSet images = Noise(network);
        var objective = new Objective(NoiseSchedule.Cosine(1000), Prediction.Epsilon, Weighting.P2());
        var options = new TrainerOptions { Batch = Batch, Seed = 42 };
        const int compared = 3;
        TrainingState here = new(network, 42), there = new(network, 42), again = new(network, 42);
        using Trainer cpu = new(here, objective, images, options), gpu = new(there, objective, images, options with
        {
            Device =
            device
        });
        using Trainer repeated = new(again, objective, images, options with { Device = device });
        using IEnumerator<TrainingStep> steps = gpu.Run().GetEnumerator();
        double loss = 0, norm = 0;
        bool same = true;
        foreach ((TrainingStep expected, TrainingStep second) in cpu.Run().Take(compared).Zip(repeated.Run()))
        {
            steps.MoveNext();
            TrainingStep actual = steps.Current;
            loss = Math.Max(loss, Math.Abs(actual.Loss / expected.Loss - 1));
            norm = Math.Max(norm, Math.Abs(actual.GradientNorm / expected.GradientNorm - 1));
            same &= actual.Loss == second.Loss && actual.GradientNorm == second.GradientNorm;
        }

        Measurement step = Measurement.Take(() => steps.MoveNext(), seconds: 1, runs: 50, warmUp: 10);
        using DeviceNetwork loaded = device.Load(network, there.Average, 1000);
        float[][] tiles = [.. Enumerable.Range(0, Batch / Tensor.Samples).Select(_ =>
            new float[network.Image.Count * Tensor.Samples])];
        int[] timesteps = new int[Tensor.Samples], labels = network.Classes > 0 ? new int[Tensor.Samples] : [];
        Measurement forward = Measurement.Take(() => Parallel.ForEach(tiles, tile =>
            loaded.Predict(tile, timesteps, labels, new float[tile.Length])), seconds: 1, runs: 20);
        string text = FormattableString.Invariant($"{model}: step {step.Median * 1e3:F2} ms (min {step.Min * 1e3:F2}); ")
            + FormattableString.Invariant($"forward with copies {forward.Median * 1e3:F2} ms; first {compared} steps against ")
            + FormattableString.Invariant($"the processors: loss {loss:E1}, gradient norm {norm:E1}; ")
            + $"repeated: {(same ? "equal" : "NOT equal")}";
        Console.WriteLine(text);
        return same && loss <= 1e-5 && norm <= 1e-4;
    }

    /// <summary>HQConv of 12 qubits and 3 layers on so many patches that the card is full: 128 images of 64.</summary>
    static void MeasureCircuit(GpuDevice device)
    {
        const int patches = 64, wires = 12;
        var table = new ParameterTable();
        var layer = new QuantumLayer(table, "circuit", PublishedCircuits.HQConv(), Initialisers.Uniform(-2, 2));
        int[][] rows = [.. Enumerable.Range(0, patches).Select(patch => Enumerable.Range(patch * wires, wires).ToArray())];
        var operation = new CircuitOperation(layer, null!, rows, [patches * wires], rows);
        using var circuit = new DeviceCircuit(device, operation, Batch);
        Accelerator accelerator = device.Accelerator;
        using AcceleratorStream stream = accelerator.CreateStream();
        float[] numbers = new float[patches * wires * Batch], angles = new Weights(table).Initialise(42).Values.ToArray();
        new RandomStream(1, "inputs").FillNormal(numbers);
        using MemoryBuffer1D<float, Stride1D.Dense> w = accelerator.Allocate1D(angles), x = accelerator.Allocate1D(numbers),
            y = accelerator.Allocate1D<float>(numbers.Length), dx = accelerator.Allocate1D<float>(numbers.Length),
            dw = accelerator.Allocate1D<float>(angles.Length);
        Measurement forward = Measurement.Take(Forward), both = Measurement.Take(() =>
        {
            Forward();
            circuit.Backward(stream, w.View, x.View, x.View, dx.View, dw.View);
            stream.Synchronize();
        });
        Console.WriteLine(FormattableString.Invariant($"HQConv 12×3, {patches * Batch:N0} samples, us a sample: forward ")
            + FormattableString.Invariant($"{forward.Median * 1e6 / (patches * Batch):F3}, with the gradient ")
            + FormattableString.Invariant($"{both.Median * 1e6 / (patches * Batch):F3}"));

        void Forward()
        {
            circuit.Prepare(stream, w.View);
            circuit.Forward(stream, w.View, x.View, y.View);
            stream.Synchronize();
        }
    }

    /// <summary>What each kernel of a step takes, beside the least that an H100 can take for it.</summary>
    public static int Profile(string model)
    {
        using GpuDevice device = Open();
        Network network = PublishedModels.Named(model).Build();
        using var training = (GpuTraining)device.Train(new(network, 42), new(NoiseSchedule.Cosine(1000), Prediction.Epsilon,
            Weighting.P2()),
            Noise(network), new() { Batch = Batch });
        int[] each = [.. Enumerable.Range(0, Batch)];
        training.Step(0, each, each, network.Classes > 0 ? new int[Batch] : [], 1e-3, 0);
        IReadOnlyList<(string Kernel, int Launches, double Seconds)> profile = training.Profile(20);
        Dictionary<string, double> least = GpuWork.Least(training.Works);
        double all = profile.Sum(row => row.Seconds);
        FormattableString sums = $"{all * 1e3:F3} ms in pieces, {least.Values.Sum() * 1e3:F3} at least";
        Console.WriteLine($"{model}: {training.Launches} launches, {FormattableString.Invariant(sums)}");
        foreach ((string kernel, int launches, double seconds) in profile)
        {
            FormattableString row = $"{seconds * 1e3,8:F3} ms ({least[kernel] * 1e3:F3}) {launches,5} x ";
            FormattableString mean = $"{seconds / launches * 1e6,7:F1} us  {kernel}";
            Console.WriteLine(FormattableString.Invariant(row) + FormattableString.Invariant(mean));
        }

        return 0;
    }

    /// <summary>The card that <c>QDIFF_DEVICE</c> names, or the first.</summary>
    static GpuDevice Open() => GpuDevice.TryNumber(Environment.GetEnvironmentVariable("QDIFF_DEVICE") ?? "gpu", out int number)
        ? GpuDevice.Open(number) : throw new InputException("QDIFF_DEVICE is gpu, or gpu:1.");

    static ImageSet Noise(Network network)
    {
        const int count = 512;
        var pixels = new byte[count * network.Image.Count];
        new RandomStream(1, "images").NextBytes(pixels);
        return new("noise", network.Image, pixels, [.. Enumerable.Range(0, count).Select(i => i % Math.Max(network.Classes, 1))]);
    }
}
