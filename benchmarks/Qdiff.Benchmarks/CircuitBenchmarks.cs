using System.Diagnostics;
using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>
/// Times of circuits on one core, in microseconds a sample, beside their goals; and how they grow with qubits and layers.
/// </summary>
static class CircuitBenchmarks
{
    /// <summary>The circuits of the published systems. A call runs one tile of 16 samples; times are of one sample.</summary>
    public static IEnumerable<(string Name, double MedianMicroseconds, double MinMicroseconds, double? GoalMicroseconds)> Run()
    {
        yield return Time("HQConv 12×3 forward", PublishedCircuits.HQConv(), gradient: false, 15);
        yield return Time("HQConv 12×3 forward + gradient", PublishedCircuits.HQConv(), gradient: true, 60);
        yield return Time("FQConv 12×3 forward + gradient", PublishedCircuits.FQConv(), gradient: true, 3);
        yield return Time("System B trainable 16×3 forward + gradient", PublishedCircuits.QuantumAttention(), gradient: true,
            1200);
        yield return Time("HQConv released 12×3 forward + gradient", PublishedCircuits.HQConv(wiring: Wiring.Released),
            gradient: true, null);
        yield return Time("System B released 16×3 forward + gradient",
            PublishedCircuits.QuantumAttention(wiring: Wiring.Released), gradient: true, null);
        yield return Time("Basic 4×4 forward + gradient", PublishedCircuits.Basic(), gradient: true, null);
        yield return Time("Strongly entangling 12×3 forward + gradient", StronglyEntangling(12, 3), gradient: true, null);
    }

    /// <summary>
    /// Forward and gradient of a circuit that does not fall apart (RX encoding, strongly entangling layers, Z of every wire), in
    /// microseconds a sample.
    /// </summary>
    public static IEnumerable<(int Qubits, int Layers, double Microseconds)> Scaling(int maxQubits = 20, int maxLayers = 10)
    {
        for (int qubits = 4; qubits <= maxQubits; qubits += 4)
        {
            foreach (int layers in (int[])[1, 2, 4, 10])
            {
                if (layers > maxLayers) continue;
                yield return (qubits, layers, Time("", StronglyEntangling(qubits, layers), gradient: true, null).Min);
            }
        }
    }

    static Circuit StronglyEntangling(int qubits, int layers) =>
        new(qubits, [.. Embedding.Angles(qubits), .. Ansatz.StronglyEntangling(qubits, layers)]);

    static (string Name, double Median, double Min, double? Goal) Time(string name, Circuit circuit, bool gradient, double? goal)
    {
        var random = new Random(1);
        var lowered = new LoweredCircuit(circuit);
        float[] inputs = Numbers(16 * circuit.Inputs), weights = Numbers(circuit.Weights),
            cotangent = Numbers(16 * circuit.Qubits);
        (float[] expectations, float[] inputGradient, float[] weightGradient) =
            (new float[16 * circuit.Qubits], new float[16 * circuit.Inputs], new float[circuit.Weights]);
        PreparedCircuit prepared = lowered.Prepare(weights);
        var workspace = new CircuitWorkspace();

        // A repetition lasts about 5 ms, or one call if that is longer; warm-up first, so that the optimised code is timed.
        var clock = Stopwatch.StartNew();
        int warm = 0;
        do Tile();
        while (clock.ElapsedMilliseconds < 600 || ++warm < 3);
        clock.Restart();
        Tile();
        int calls = Math.Clamp((int)(5_000 / Math.Max(0.1, clock.Elapsed.TotalMicroseconds)), 1, 10_000);
        var times = new List<double>();
        var total = Stopwatch.StartNew();
        while (times.Count < 3 || times.Count < 40 && total.ElapsedMilliseconds < 1000)
        {
            clock.Restart();
            for (int call = 0; call < calls; call++) Tile();
            times.Add(clock.Elapsed.TotalMicroseconds / calls / 16);
        }

        times.Sort();
        return (name, times[times.Count / 2], times[0], goal);

        void Tile()
        {
            if (gradient) prepared.Gradient(inputs, cotangent, expectations, inputGradient, weightGradient, workspace);
            else prepared.Forward(inputs, expectations, workspace);
        }

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }
}
