using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// One call of a network for noisy images, in which a device runs the circuits. What the device has measured is taken; what it
/// has not is put in twice, with different numbers: a run whose inputs are the same both times does not depend on it and can be
/// next.
/// </summary>
sealed class DevicePass(TrainedRun run, NoisyImages images)
{
    readonly Dictionary<LoweredCircuit, QuantumLayer> layers =
        run.Network.Circuits.ToDictionary(layer => layer.Lowered);
    readonly Dictionary<(int Image, long Run), MeasuredCircuitRun> measured = [];

    public TrainedRun Run => run;

    public NoisyImages Images => images;

    public IEnumerable<MeasuredCircuitRun> Measured =>
        measured.Values.OrderBy(one => one.Run.Image).ThenBy(one => one.Run.Number);

    public void Add(MeasuredCircuitRun one) => measured.Add((one.Run.Image, one.Run.Number), one);

    /// <summary>The runs that a device can do now, image by image, and how many wait for these.</summary>
    public (IReadOnlyList<CircuitRun> Ready, int Waiting) Next()
    {
        Dictionary<(int, long), CircuitRun> unknown = Unknown((_, _) => float.NaN), again = Unknown((run, readOut) =>
            (float)new RandomStream(run.Image, "unknown read-outs", run.Number, readOut).NextDouble());
        CircuitRun[] ready = [.. unknown.Values.Where(run => run.Inputs.All(float.IsFinite)
            && run.Inputs.AsSpan().SequenceEqual(again[(run.Image, run.Number)].Inputs))
            .OrderBy(run => run.Image).ThenBy(run => run.Number)];
        return (ready, unknown.Count - ready.Length);
    }

    /// <summary>The image and the noise that the network sees, [count][channels][height][width], with its circuits as the device
    /// ran them.</summary>
    public (float[] X0, float[] Epsilon) Estimate() => Call(Reader((run, _) =>
        throw new InvalidOperationException($"Run {run.Number} of image {run.Image} was not measured.")));

    /// <summary>The same with exact circuits.</summary>
    public (float[] X0, float[] Epsilon) ExactEstimate() => Call(null);

    /// <summary>The same if every read-out were 0: what is left without the circuits.</summary>
    public (float[] X0, float[] Epsilon) SilentEstimate() => Call((_, _, _, _, _, readOuts) => readOuts.Clear());

    /// <summary>What a measured run would have given exactly.</summary>
    public double[] Exact(CircuitRun one) => LiteralSimulator.Expectations(one.Layer.Lowered.Circuit, one.Layer.Lowered.ReadOuts,
        Array.ConvertAll(one.Inputs, value => (double)value), WeightsOf(one.Layer));

    public double[] WeightsOf(QuantumLayer layer) =>
        layer.Angles is null ? [] : [.. run.Weights[layer.Angles].ToArray().Select(weight => (double)weight)];

    Dictionary<(int, long), CircuitRun> Unknown(Func<CircuitRun, int, float> instead)
    {
        Dictionary<(int, long), CircuitRun> found = [];
        Call(Reader((one, readOut) =>
        {
            found.TryAdd((one.Image, one.Number), one);
            return instead(one, readOut);
        }));
        return found;
    }

    /// <summary>Gives what was measured, and something instead of what was not.</summary>
    CircuitReader Reader(Func<CircuitRun, int, float> unknown) => (circuit, number, patch, samples, inputs, readOuts) =>
    {
        for (int s = 0; s < samples.Length; s++)
        {
            var own = new float[circuit.Circuit.Inputs];
            for (int i = 0; i < own.Length; i++) own[i] = inputs[i * Tensor.Samples + s];
            CircuitRun one = new((int)samples[s], number, layers[circuit], patch, own);
            bool isKnown = measured.TryGetValue((one.Image, number), out MeasuredCircuitRun? there);
            if (isKnown && !there!.Run.Inputs.AsSpan().SequenceEqual(own))
                throw new InvalidOperationException($"Run {number} of image {one.Image} was measured at other inputs.");
            for (int r = 0; r < circuit.ReadOuts.Count; r++)
                readOuts[r * Tensor.Samples + s] = isKnown ? (float)there!.Means[r] : unknown(one, r);
        }
    };

    (float[] X0, float[] Epsilon) Call(CircuitReader? reader)
    {
        (int count, int pixels) = (images.Count(run.Network), run.Network.Image.Count);
        (float[] x0, float[] epsilon) = (new float[count * pixels], new float[count * pixels]);
        float[] xt = new float[pixels * Tensor.Samples], estimate = new float[xt.Length], noise = new float[xt.Length];
        var tilePrediction = new TilePrediction(run.Network, run.Weights);
        CircuitMeasurement? measurement = reader is null ? null : new() { Reader = reader };
        new TileWorkers(1).Run(run.Weights, TileWorkers.TilesOf(count), (space, tile) =>
        {
            int start = tile * Tensor.Samples, members = Math.Min(Tensor.Samples, count - start);
            for (int i = 0; i < members; i++)
                for (int e = 0; e < pixels; e++) xt[e * Tensor.Samples + i] = images.Values[(start + i) * pixels + e];
            int[] labels = images.Labels.Length == 0 ? [] : images.Labels[start..(start + members)];
            MeasuredPass pass = space.Tool<MeasuredPass>();
            if (measurement is not null)
                pass.Begin(measurement, 0, [.. Enumerable.Range(start, members).Select(image => (long)image)], 0);
            try
            {
                tilePrediction.Predict(space, xt, images.Timestep, labels, members, noise);
            }
            finally
            {
                pass.End();
            }

            run.Prediction.Split(run.Schedule.AlphaBar[images.Timestep], xt, noise, estimate, noise);
            for (int i = 0; i < members; i++)
                for (int e = 0; e < pixels; e++)
                    (x0[(start + i) * pixels + e], epsilon[(start + i) * pixels + e]) =
                        (estimate[e * Tensor.Samples + i], noise[e * Tensor.Samples + i]);
        });
        return (x0, epsilon);
    }
}
