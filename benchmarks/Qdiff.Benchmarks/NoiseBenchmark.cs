using Qdiff.Quantum;

namespace Qdiff.Benchmarks;

/// <summary>HQConv of 12 qubits and 3 layers by shots and under noise, beside the exact run; a sample, one core.</summary>
static class NoiseBenchmark
{
    const int Samples = 16, Shots = 1000;

    public static void Run()
    {
        Circuit circuit = Catalog().Build();
        var random = new Random(1);
        double[][] inputs = [.. Enumerable.Range(0, Samples).Select(_ => Numbers(circuit.Inputs))];
        double[] weights = Numbers(circuit.Weights);
        PreparedCircuit prepared = new LoweredCircuit(circuit).Prepare(Array.ConvertAll(weights, w => (float)w));
        var space = new CircuitWorkspace();
        float[] tile = new float[circuit.Inputs * Samples], read = new float[12 * Samples];
        Report("exact, lowered", () => prepared.Forward(tile, read, space));
        NoiseModel pauli = NoiseFile.Read("superconducting").Model;
        Shot("1,000 shots", NoiseModel.None, Shots);
        Shot("1,000 shots, superconducting", pauli, Shots);
        Shot("1,000 shots, superconducting without read-out errors",
            new() { OneQubit = pauli.OneQubit, TwoQubit = pauli.TwoQubit }, Shots);
        Shot("1,000 shots, amplitude damping of 0.2 % after gates on two wires",
            new() { TwoQubit = [NoiseChannel.AmplitudeDamping(0.002)] }, Shots);
        Shot("superconducting, the mean of 200 trajectories", pauli, null);

        void Shot(string what, NoiseModel noise, int? shots)
        {
            var measured = new MeasuredCircuit(circuit, circuit.StandardReadOuts, noise, shots);
            Report(what, () => measured.Read(inputs, weights, [.. inputs.Select((_, s) => new Random(s))]));
        }

        double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
    }

    static NamedCircuit Catalog() => Papers.Papers.Catalog.Circuits["hqconv"];

    static void Report(string what, Action work) =>
        Console.WriteLine($"{Measurement.Take(work, 0.5, 3, 2).Median / Samples * 1e6,12:N1} us  {what}");
}
