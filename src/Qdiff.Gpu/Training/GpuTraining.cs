using ILGPU;
using ILGPU.Runtime;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// A training whose images, weights, moments and average are on a device. A step is one recording: noise, network, loss,
/// backward, clipping, Adam, average; what changes from step to step is a few numbers that are copied there before it.
/// </summary>
sealed class GpuTraining : DeviceTraining
{
    readonly Lock gate = new();   // whoever asks the state for its numbers may be another thread than the one that steps
    readonly GpuDevice device;
    readonly TrainingState state;
    readonly TrainerOptions options;
    readonly AcceleratorStream stream;
    readonly GpuWeights weights;
    readonly Recording step;
    readonly List<MemoryBuffer> buffers = [];
    readonly MemoryBuffer1D<float, Stride1D.Dense> average, firstMoment, secondMoment;
    readonly MemoryBuffer1D<double, Stride1D.Dense> measured;
    readonly StepNumbers numbers;
    readonly int batch;
    (long Weights, long Average) seen;

    public GpuTraining(GpuDevice device, TrainingState state, Objective objective, ImageSet images, TrainerOptions options)
    {
        if (options.Optimiser is not Adam adam)
            throw new InputException($"A device knows the optimiser Adam alone, not {options.Optimiser.GetType().Name}. Train on "
                + "the processors.")
            { Remedy = Remedy.UseProcessors };
        float[] combined = Coefficients(objective);
        (this.device, this.state, this.options) = (device, state, options);
        batch = TileWorkers.TilesOf(options.Batch) * Tensor.Samples;
        ParameterTable table = state.Network.Parameters;
        Accelerator accelerator = device.Accelerator;
        device.RequireFree((long)images.Count * images.Shape.Count + 3L * sizeof(float) * table.Scalars,
            Invariant($"The training set of {images.Count:N0} images"), "Take fewer images (data.perClass), or the processors.");
        try
        {
            average = Kept(accelerator.Allocate1D(state.Average.Values.ToArray()));
            firstMoment = Kept(accelerator.Allocate1D(state.FirstMoment));
            secondMoment = Kept(accelerator.Allocate1D(state.SecondMoment));
            numbers = new(accelerator, batch);
            measured = Kept(accelerator.Allocate1D<double>(4));

            int elements = state.Network.Image.Count, steps = objective.Schedule.Steps;
            var draw = new DrawSizes(options.Batch, batch, elements, RandomStream.KeyOf(options.Seed, "training noise"));
            ArrayView<byte> pixels = Upload(accelerator, images).View.AsContiguous();
            ArrayView<float> levels = Kept(accelerator.Allocate1D(Levels())).View.AsContiguous(),
                coefficients = Kept(accelerator.Allocate1D(combined)).View.AsContiguous();
            ArrayView<int> kinds = Kept(accelerator.Allocate1D(Kinds())).View.AsContiguous();
            var update = new UpdateSettings((float)adam.Beta1, (float)(1 - adam.Beta1), (float)adam.Beta2,
                (float)(1 - adam.Beta2), (float)adam.Epsilon, options.ClipNorm);
            const int chunk = 1024;
            int parts = (table.Scalars + chunk - 1) / chunk;
            ArrayView<double> squares = Kept(accelerator.Allocate1D<double>(2 * parts)).View.AsContiguous();
            GpuWeights? resident = null;

            step = Recording.Of(device, state.Weights, batch, gradient: true, memory =>
            {
                resident = memory.Weights;
                LaunchQueue queue = memory.Queue;
                int[] given = memory.Expect(SampleData.Kind.Timesteps, numbers.Timesteps, steps), classes = memory.Expect(
                    SampleData.Kind.Labels, numbers.Labels, state.Network.Classes == 0 ? 0 : state.Network.Labels);
                var derived = new DeviceDerivations(memory, table);
                derived.Compute();
                (Tensor xt, ArrayView<float> xtView) = memory.Input(state.Network.Image);
                (Tensor target, ArrayView<float> targetView) = memory.Input(state.Network.Image);
                ArrayView<float> lossWeights = memory.TakeTensor(1);
                queue.ForEach(TrainingKernels.Draw, TrainingKernels.DrawThreads(draw), draw, numbers.Key, numbers.Members,
                    numbers.Timesteps, pixels, levels, coefficients, xtView, targetView, lossWeights);

                Tensor loss = objective.Error(state.Network.Predict(xt, given, classes), target);
                ArrayView<float> losses = memory.TakeTensor(1);
                queue.ForEach(ElementwiseKernels.Copy, batch, GpuEngine.View(loss), losses);
                memory.SeedWith(lossWeights);
                memory.Space.Backward(loss, new float[Tensor.Samples]);
                derived.Propagate();

                ArrayView<float> gradient = memory.Weights.Gradient;
                queue.ForGroups(TrainingKernels.SquaresOfGradient, parts, 1, table.Scalars, chunk, gradient, kinds, squares);
                queue.ForGroups(TrainingKernels.Measure, 1, 1, batch, parts, options.ClipNorm, losses, lossWeights, squares,
                    measured.View.AsContiguous());
                queue.ForEach(TrainingKernels.Update, table.Scalars, update, numbers.Update, measured.View.AsContiguous(), kinds,
                    gradient, memory.Weights.Values, firstMoment.View.AsContiguous(), secondMoment.View.AsContiguous(),
                    average.View.AsContiguous());
            });
            stream = step.Stream;
            weights = resident!;
            weights.IsResident = true;
            seen = (state.Weights.Version, state.Average.Version);
        }
        catch
        {
            Dispose();
            throw;
        }

        int[] Kinds()
        {
            var kinds = new int[table.Scalars];
            foreach (QuantumLayer circuit in state.Network.Circuits)
                if (circuit.Angles is { } angles) kinds.AsSpan(angles.Offset, angles.Count).Fill(WeightKind.Angle);
            foreach (Parameter frozen in options.Frozen) kinds.AsSpan(frozen.Offset, frozen.Count).Fill(WeightKind.Frozen);
            return kinds;
        }
    }

    /// <summary>Kernels of a step.</summary>
    public int Launches => step.Launches;

    /// <summary>What each of them has to do.</summary>
    public IReadOnlyList<Work> Works => step.Works;

    /// <summary>What each kernel of a step takes; the weights are changed by it.</summary>
    public IReadOnlyList<(string Kernel, int Launches, double Seconds)> Profile(int times) => step.Profile(times);

    public override StepMeasurement Step(long number, ReadOnlySpan<int> images, ReadOnlySpan<int> timesteps,
        ReadOnlySpan<int> labels, double learningRate, double decay)
    {
        using Lock.Scope alone = gate.EnterScope();
        var adam = (Adam)options.Optimiser;
        numbers.Write(images, timesteps, labels, RandomStream.Mix((ulong)(number + options.DrawOffset)),
            (float)(learningRate / (1 - Math.Pow(adam.Beta1, number + 1))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(adam.Beta2, number + 1))), (float)decay);
        // What somebody changed between two steps counts.
        bool changed = !state.IsElsewhere && (state.Weights.Version, state.Average.Version) != seen;
        return device.Ask(() =>
        {
            if (changed) Bring();
            numbers.Send(stream);
            step.Launch();
            // The one wait of a step.
            double[] result = measured.GetAsArray1D(stream);
            return new StepMeasurement(result[0], result[1], result[2]);
        });
    }

    public override float[][] Gradient(IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Count == 0) return [];
        // One copy of all that lies between them: each would wait.
        int first = parameters.Min(parameter => parameter.Offset), end = parameters.Max(parameter => parameter.Offset
            + parameter.Count);
        using Lock.Scope alone = gate.EnterScope();
        float[] all = device.Ask(() => weights.Gradient.SubView(first, end - first).GetAsArray(stream));
        return [.. parameters.Select(parameter => all.AsSpan(parameter.Offset - first, parameter.Count).ToArray())];
    }

    public override void Fetch()
    {
        using Lock.Scope alone = gate.EnterScope();
        (Weights trained, Weights averaged) = (state.Weights, state.Average);
        // First all of it from there: a device that fails on the way leaves the state as it was.
        (float[] values, float[] mean, float[] first, float[] second) = device.Ask(() =>
            (weights.Values.GetAsArray(stream), average.GetAsArray1D(stream), firstMoment.GetAsArray1D(stream),
                secondMoment.GetAsArray1D(stream)));
        using (trained.BeginChange())
        using (averaged.BeginChange())
        {
            values.AsSpan(0, trained.Values.Length).CopyTo(trained.Values);
            mean.CopyTo(averaged.Values);
            first.CopyTo(state.FirstMoment, 0);
            second.CopyTo(state.SecondMoment, 0);
            trained.Refresh();
            averaged.Refresh();
        }

        seen = (trained.Version, averaged.Version);
    }

    /// <summary>Copies weights, average and moments from the state.</summary>
    void Bring()
    {
        using IDisposable trained = state.Weights.BeginRead(), averaged = state.Average.BeginRead();
        weights.Values.SubView(0, state.Weights.Values.Length).CopyFromCPU(stream, state.Weights.Values.ToArray());
        average.View.CopyFromCPU(stream, state.Average.Values.ToArray());
        firstMoment.View.CopyFromCPU(stream, state.FirstMoment);
        secondMoment.View.CopyFromCPU(stream, state.SecondMoment);
        seen = (state.Weights.Version, state.Average.Version);
    }

    public override void Dispose()
    {
        using Lock.Scope alone = gate.EnterScope();
        // Of what could not be made whole, some is not there.
        step?.Dispose();
        if (numbers is not null) GpuDevice.Release(numbers.Dispose);
        foreach (MemoryBuffer buffer in buffers) GpuDevice.Release(buffer.Dispose);
    }

    T Kept<T>(T buffer) where T : MemoryBuffer
    {
        buffers.Add(buffer);
        return buffer;
    }

    MemoryBuffer1D<byte, Stride1D.Dense> Upload(Accelerator accelerator, ImageSet images)
    {
        int size = images.Shape.Count;
        MemoryBuffer1D<byte, Stride1D.Dense> buffer = Kept(accelerator.Allocate1D<byte>((long)images.Count * size));
        const int many = 1024;
        for (int first = 0; first < images.Count; first += many)
        {
            int count = Math.Min(many, images.Count - first);
            var part = new byte[count * size];
            for (int i = 0; i < count; i++) images.Image(first + i).CopyTo(part.AsSpan(i * size));
            buffer.View.SubView((long)first * size, part.Length).CopyFromCPU(part);
        }

        return buffer;
    }

    /// <summary>What each of a pixel's 256 levels is to the network.</summary>
    static float[] Levels()
    {
        byte[] ramp = [.. Enumerable.Range(0, 256).Select(level => (byte)level)];
        var tile = new float[256 * Tensor.Samples];
        new ImageSet("levels", [1, 16, 16], ramp).FillTile([0], tile);
        return [.. Enumerable.Range(0, 256).Select(level => tile[level * Tensor.Samples])];
    }

    /// <summary>
    /// How an objective combines image and noise at each timestep, found by asking it: what the network sees and what it should
    /// answer are sums of both, in parts that depend on the timestep alone.
    /// </summary>
    /// <exception cref="InputException">They are not.</exception>
    static float[] Coefficients(Objective objective)
    {
        int steps = objective.Schedule.Steps;
        var table = new float[5 * steps];
        var (image, noise) = (new float[2 * Tensor.Samples], new float[2 * Tensor.Samples]);
        // Element 0 is all image, element 1 all noise.
        image.AsSpan(0, Tensor.Samples).Fill(1);
        noise.AsSpan(Tensor.Samples).Fill(1);
        for (int first = 0; first < steps; first += Tensor.Samples)
        {
            int[] each = [.. Enumerable.Range(first, Math.Min(Tensor.Samples, steps - first))];
            (float[] xt, float[] target, float[] weights) = Ask(each, image, noise);
            for (int s = 0; s < each.Length; s++)
            {
                Span<float> row = table.AsSpan(5 * each[s], 5);
                (row[0], row[1], row[2], row[3], row[4]) =
                    (xt[s], xt[Tensor.Samples + s], target[s], target[Tensor.Samples + s], weights[s]);
            }

            new RandomStream(first, "objective").FillNormal(image);
            new RandomStream(first, "noise").FillNormal(noise);
            (xt, target, _) = Ask(each, image, noise);
            for (int s = 0; s < each.Length; s++)
                for (int e = s; e < 2 * Tensor.Samples; e += Tensor.Samples)
                {
                    ReadOnlySpan<float> row = table.AsSpan(5 * each[s], 5);
                    if (Differs(xt[e], row[0] * image[e] + row[1] * noise[e])
                        || Differs(target[e], row[2] * image[e] + row[3] * noise[e]))
                        throw new InputException("The objective combines image and noise in a way that a device does not know. "
                            + "Train on the processors.")
                        { Remedy = Remedy.UseProcessors };
                }

            image.AsSpan().Clear();
            noise.AsSpan().Clear();
            image.AsSpan(0, Tensor.Samples).Fill(1);
            noise.AsSpan(Tensor.Samples).Fill(1);
        }

        return table;

        (float[] Xt, float[] Target, float[] Weights) Ask(int[] each, float[] image, float[] noise)
        {
            var (xt, target, weights) = (new float[image.Length], new float[image.Length], new float[Tensor.Samples]);
            objective.FillTraining(image, each, noise, xt, target, weights);
            return (xt, target, weights);
        }

        static bool Differs(float a, float b) => Math.Abs(a - b) > 1e-4f * (1 + Math.Abs(b));
    }
}
