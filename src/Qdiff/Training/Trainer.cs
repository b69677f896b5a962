using System.Diagnostics;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Trains a network on an image set. It only computes and yields its steps: logging, saving and stopping belong to the caller,
/// who may break off after any step and go on later from the same <see cref="TrainingState"/>.
/// </summary>
/// <remarks>
/// Data order, timesteps and noise are pure functions of (seed, purpose, step, sample), and all sums run in the order of the
/// tiles, so that the result depends neither on interruptions nor on the number of threads or processes. Of several processes
/// (<see cref="TrainerOptions.Processes"/>) each computes its share of a batch's tiles and then does the same update as all
/// others. For one caller at a time: a second that asks for a step is refused, as is a step while somebody computes from the
/// weights or their average; nothing has changed then, and <see cref="Run"/> goes on from there when it is called again.
/// </remarks>
public sealed class Trainer : IDisposable
{
    readonly TrainingState state;
    readonly Objective objective;
    readonly ImageSet images;
    readonly TrainerOptions options;
    readonly DataOrder order;
    readonly TileWorkers workers;
    readonly WeightGradient gradient;
    readonly RateRange[] frozen;
    readonly Parameter[] angles;
    readonly CircuitLayerGradients layers;
    readonly int[] indices;
    readonly double[] tileLosses;
    readonly DeviceTraining? onDevice;
    readonly OneCaller stepping = new("This trainer is doing a step for another caller, and does one at a time.");

    /// <summary>Prepares to go on from <paramref name="state"/>; images of another shape than the network's are an
    /// error.</summary>
    public Trainer(TrainingState state, Objective objective, ImageSet images, TrainerOptions options)
    {
        Check(state.Network, images, options);
        (this.state, this.objective, this.images, this.options) = (state, objective, images, options);
        order = new(images.Count, options.Seed);
        workers = options.Workers ?? new(options.Processes.Threads);
        gradient = new(state.Network.Parameters);
        Parameter[] untrained = [.. options.Frozen.Union(state.Network.Frozen)];
        frozen = [.. untrained.OrderBy(p => p.Offset).Select(p => new RateRange(p.Offset, p.Count, 0))];
        angles = [.. state.Network.Circuits.Select(circuit => circuit.Angles).OfType<Parameter>().Distinct().Except(untrained)];
        layers = new(state.Network, angles);
        indices = new int[options.Batch];
        tileLosses = new double[TileWorkers.TilesOf(options.Batch)];
        onDevice = options.Device?.Train(state, objective, images, options with { Frozen = untrained });
    }

    /// <summary>The number of the present step in the addresses of its draws.</summary>
    long Draw => state.Step + options.DrawOffset;

    /// <summary>Bytes of memory that activations hold at present.</summary>
    public long WorkspaceBytes => workers.MemoryBytes;

    /// <summary>Does one step after another, without end.</summary>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite, or the gradient's norm is above 1e19
    /// after clipping; the weights are those before the step.</exception>
    /// <exception cref="OperationCanceledException">It, or another of the processes, was asked to stop; all steps that were
    /// yielded are done, and no other.</exception>
    /// <exception cref="ProcessFailedException">Another process failed; the weights are those before the step.</exception>
    /// <exception cref="InvalidOperationException">Another caller is at a step, or computes from the weights.</exception>
    public IEnumerable<TrainingStep> Run(CancellationToken cancellationToken = default)
    {
        while (true) yield return Step(cancellationToken);
    }

    /// <summary>Gives back what a device holds for it; the state keeps what was trained.</summary>
    public void Dispose()
    {
        if (onDevice is null) return;
        try
        {
            _ = state.Weights;
        }
        catch (DeviceFailedException)
        {
            // Whoever asks the state for its numbers hears of it; whoever does not has those that were saved.
        }
        finally
        {
            onDevice.Dispose();
        }
    }

    /// <summary>Whether these fit each other; a run asks before it makes a folder.</summary>
    /// <exception cref="InputException">They do not.</exception>
    internal static void Check(Network network, ImageSet images, TrainerOptions options)
    {
        if (images.Shape != network.Image)
            throw new InputException($"The network is for images of {network.Image}, the data set '{images.Name}' has "
                + $"{images.Shape}. Set the model's image size and channels to those of the data.");
        if (network.Classes > 0 && !images.HasLabels)
            throw new InputException($"The network takes a class label, the data set '{images.Name}' has none.");
        if (options.LabelDropout > 0 && network.NullLabel is null)
            throw new InputException(Invariant(
                $"Labels are to be dropped with probability {options.LabelDropout}, but the network has no ")
                + $"null label. Build it with one, or set the dropout to 0.");
        foreach (Parameter frozen in options.Frozen)
            if (network.Parameters.Find(frozen.Name) != frozen)
                throw new ArgumentException($"'{frozen.Name}' cannot be frozen: the network trains no such parameter; take those "
                    + "of Network.Parameters.", nameof(options));
        if (options.Measurement is { } measurement)
        {
            CircuitMeasurement.RequireProcessors(options.Device, options.Workers);
            measurement.RequireGradients(network);
        }

        options.Device?.RequireAlone(options.Processes);
        foreach (int label in network.Classes > 0 ? images.Labels : [])
            if (label >= network.Classes)
                throw new InputException($"The network has {network.Classes} classes, labels 0 to {network.Classes - 1}; "
                    + $"'{images.Name}' has the label {label}. Choose classes that fit (data.classes).");
    }

    TrainingStep Step(CancellationToken cancellationToken)
    {
        using OneCaller.Visit visit = stepping.Enter();
        if (onDevice is not null) return DeviceStep(onDevice, cancellationToken);
        using IDisposable weights = state.Weights.BeginChange(), average = state.Average.BeginChange();
        var watch = Stopwatch.StartNew();
        (double rate, double decay) = Rates();

        // Forward and backward, tile by tile.
        order.Fill(Draw, indices);
        workers.Gradient(state.Weights, tileLosses.Length, gradient, Tile, options.Processes, cancellationToken);
        double loss = Loss();

        // Clip, by the norm of what is trained. A step that is not finite, or whose squares are not, is not done.
        foreach (RateRange range in frozen) gradient.Values.Slice(range.Start, range.Count).Clear();
        double? ofCircuits = angles.Length == 0 ? null
            : Math.Sqrt(angles.Sum(a => Math.Pow(GradientClipping.Norm(gradient[a]), 2)));
        IReadOnlyList<CircuitLayerGradient>? ofLayers = angles.Length == 0 ? null
            : layers.Measure(of => [.. of.Select(a => gradient[a].ToArray())]);
        double norm = GradientClipping.ByNorm(gradient.Values, options.ClipNorm);
        if (!CanBeDone(loss, norm)) throw new TrainingDivergedException(state.Step, loss, norm);

        // Update the weights, then their running average.
        options.Optimiser.Step(state.Weights.Values, gradient.Values, state.FirstMoment, state.SecondMoment, rate, state.Step + 1,
            frozen);
        state.Weights.Refresh();
        options.Average.Update(state.Average.Values, state.Weights.Values, state.Step + options.AverageOffset);
        if (decay < 1) state.Average.Refresh();
        state.Step++;
        return new(state.Step, loss, norm, rate, decay, watch.Elapsed.TotalSeconds)
        {
            CircuitGradientNorm = ofCircuits,
            CircuitLayers = ofLayers,
        };
    }

    /// <summary>The same on a device: only the draws that are few are made here.</summary>
    TrainingStep DeviceStep(DeviceTraining onDevice, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var watch = Stopwatch.StartNew();
        order.Fill(Draw, indices);
        int[] timesteps = new int[options.Batch], labels = [];
        TrainingDraws.FillTimesteps(objective.Schedule.Steps, options.Seed, Draw, 0, timesteps);
        if (state.Network.Classes > 0)
        {
            labels = [.. indices.Select(image => images.Labels[image])];
            if (options.LabelDropout > 0)
                TrainingDraws.DropLabels(options.LabelDropout, state.Network.NullLabel!.Value, options.Seed, Draw, 0, labels);
        }

        (double rate, double decay) = Rates();
        StepMeasurement measured = onDevice.Step(state.Step, indices, timesteps, labels, rate, decay);
        if (!CanBeDone(measured.Loss, measured.GradientNorm))
            throw new TrainingDivergedException(state.Step, measured.Loss, measured.GradientNorm);
        state.ChangedElsewhere(onDevice.Fetch);
        state.Step++;
        return new(state.Step, measured.Loss, measured.GradientNorm, rate, decay, watch.Elapsed.TotalSeconds)
        {
            CircuitGradientNorm = angles.Length == 0 ? null : measured.CircuitGradientNorm,
            CircuitLayers = angles.Length == 0 ? null : layers.Measure(onDevice.Gradient),
        };
    }

    /// <summary>Whether the optimiser can be given the gradient, which had this norm before clipping.</summary>
    bool CanBeDone(double loss, double norm) => double.IsFinite(loss) && double.IsFinite(norm)
        && Math.Min(norm, options.ClipNorm) <= GradientClipping.LongestNorm;

    /// <summary>The learning rate and what stays of the average, asked for before anything changes: both may refuse.</summary>
    (double Rate, double Decay) Rates()
    {
        double rate = options.LearningRate(state.Step);
        return double.IsFinite(rate) ? (rate, options.Average.Decay(state.Step + options.AverageOffset))
            : throw new InvalidOperationException(Invariant(
                $"The learning rate of step {state.Step + 1} is {rate}; it must be a finite number."));
    }

    /// <summary>The sum over all tiles, whichever process computed them, in their order.</summary>
    double Loss()
    {
        options.Processes.Collect<double>(tileLosses, tileLosses.Length);
        double loss = 0;
        foreach (double share in tileLosses) loss += share;
        return loss;
    }

    /// <summary>Noises each image of the tile at its own random timestep, predicts, and carries the weighted error
    /// back.</summary>
    void Tile(Workspace space, int tile)
    {
        int first = tile * Tensor.Samples, count = Math.Min(Tensor.Samples, options.Batch - first);
        Span<int> members = stackalloc int[Tensor.Samples], timesteps = stackalloc int[Tensor.Samples],
            labels = stackalloc int[state.Network.Classes > 0 ? Tensor.Samples : 0];
        Span<float> lossWeights = stackalloc float[Tensor.Samples];
        Tensor xt = space.Input(state.Network.Image), target = space.Input(state.Network.Image),
            epsilon = space.Input(state.Network.Image);

        indices.AsSpan(first, count).CopyTo(members);
        TrainingDraws.FillTimesteps(objective.Schedule.Steps, options.Seed, Draw, first, timesteps[..count]);
        for (int i = 0; i < Math.Min(count, labels.Length); i++) labels[i] = images.Labels[members[i]];
        if (options.LabelDropout > 0 && labels.Length > 0)
            TrainingDraws.DropLabels(options.LabelDropout, state.Network.NullLabel!.Value, options.Seed, Draw, first,
                labels[..count]);
        // Idle samples show the tile's first image once more, and count nothing: were they blank, a network that divides by what
        // it sees would make them NaN, which no weight takes out of a sum.
        members[count..].Fill(members[0]);
        timesteps[count..].Fill(timesteps[0]);
        if (labels.Length > 0) labels[count..].Fill(labels[0]);

        images.FillTile(members, xt.Values);
        TrainingDraws.FillNoise(options.Seed, Draw, first, Tensor.Samples, epsilon.Values);
        objective.FillTraining(xt.Values, timesteps, epsilon.Values, xt.Values, target.Values, lossWeights);
        lossWeights[count..].Clear();

        MeasuredPass pass = space.Tool<MeasuredPass>();
        if (options.Measurement is { } measurement)
            pass.Begin(measurement, options.Seed, [.. Enumerable.Range(first, count).Select(i => (long)i)], Draw,
                "training shots");
        try
        {
            Tensor loss = objective.Error(state.Network.Predict(xt, timesteps, labels), target);
            double sum = 0;
            for (int i = 0; i < count; i++) sum += (double)lossWeights[i] * loss.Values[i];
            tileLosses[tile] = sum / options.Batch;
            foreach (ref float weight in lossWeights) weight /= options.Batch;
            space.Backward(loss, lossWeights);
        }
        catch (AngleNotFiniteException)
        {
            // Behind the sums all processes refuse the step alike, whichever of them the tile was.
            tileLosses[tile] = double.NaN;
            space.Gradient!.Values.Fill(float.NaN);
        }
        finally
        {
            pass.End();
        }
    }
}
