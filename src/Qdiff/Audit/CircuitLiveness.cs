using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// What the read-outs of one circuit were seen to feel. The adjoint gradient in single precision says what may be unfelt; each
/// such claim is then tested by the literal simulator in double, many parameters at a time.
/// </summary>
sealed class CircuitLiveness
{
    /// <summary>Tiles of random inputs and weights.</summary>
    const int Draws = 2;

    /// <summary>A derivative below this share of the read-out's largest is a suspect.</summary>
    const float Weak = 1e-4f;

    /// <summary>Expectations are within ±1 and their rounding, over hundreds of gates, is far below this.</summary>
    const double Rounding = 1e-12;

    readonly LoweredCircuit lowered;
    readonly int weights;

    /// <summary>[read-out, number]: the weights first, then the inputs.</summary>
    readonly bool[,] feels;

    /// <summary>Looks at a circuit.</summary>
    public CircuitLiveness(LoweredCircuit lowered, long seed)
    {
        this.lowered = lowered;
        weights = lowered.Circuit.Weights;
        feels = new bool[lowered.ReadOuts.Count, weights + lowered.Circuit.Inputs];
        for (int draw = 0; draw < Draws; draw++) Differentiate(new(seed, "audit circuit", draw));
        double[] start = Numbers(new(seed, "audit circuit point")), move = Numbers(new(seed, "audit circuit move"));
        double[] before = Expectations(start);
        IGrouping<string, int>[] groups = [.. Enumerable.Range(0, feels.GetLength(1)).GroupBy(Unfelt)];
        Parallel.ForEach(groups, group => Test(start, move, before, [.. group]));
    }

    /// <summary>Whether the read-out feels the weight.</summary>
    public bool FeelsWeight(int readOut, int weight) => feels[readOut, weight];

    /// <summary>Whether the read-out feels the input.</summary>
    public bool FeelsInput(int readOut, int input) => feels[readOut, weights + input];

    void Differentiate(RandomStream random)
    {
        (Circuit circuit, int readOuts) = (lowered.Circuit, lowered.ReadOuts.Count);
        var angles = new float[weights];
        foreach (ref float angle in angles.AsSpan()) angle = (float)random.NextDouble();
        var inputs = new float[circuit.Inputs * Tensor.Samples];
        random.FillNormal(inputs);
        PreparedCircuit prepared = lowered.Prepare(angles);
        var workspace = new CircuitWorkspace();
        for (int r = 0; r < readOuts; r++)
        {
            var cotangent = new float[readOuts * Tensor.Samples];
            random.FillNormal(cotangent.AsSpan(r * Tensor.Samples, Tensor.Samples));
            (float[] byInput, float[] byWeight) = (new float[inputs.Length], new float[weights]);
            prepared.Gradient(inputs, cotangent, new float[cotangent.Length], byInput, byWeight, workspace);
            float[] derivatives = [.. byWeight.Select(MathF.Abs),
                .. byInput.Chunk(Tensor.Samples).Select(samples => samples.Max(MathF.Abs))];
            float largest = derivatives.DefaultIfEmpty(0).Max();
            for (int i = 0; i < derivatives.Length; i++) feels[r, i] |= derivatives[i] > Weak * largest;
        }
    }

    /// <summary>The read-outs that are suspected not to feel a number: parameters with the same ones are tested
    /// together.</summary>
    string Unfelt(int number) => string.Concat(Enumerable.Range(0, feels.GetLength(0)).Select(r => feels[r, number] ? '1' : '0'));

    void Test(double[] start, double[] move, double[] before, int[] indices)
    {
        int[] suspects = [.. Enumerable.Range(0, before.Length).Where(r => !feels[r, indices[0]])];
        if (suspects.Length == 0) return;
        double[] point = [.. start];
        foreach (int i in indices) point[i] += move[i];
        double[] after = Expectations(point);
        int[] moved = [.. suspects.Where(r => Math.Abs(after[r] - before[r]) > Rounding)];
        if (moved.Length == 0) return;
        if (indices.Length == 1)
            foreach (int r in moved) feels[r, indices[0]] = true;
        else
            foreach (int i in indices) Test(start, move, before, [i]);
    }

    double[] Expectations(double[] indices) =>
        LiteralSimulator.Expectations(lowered.Circuit, lowered.ReadOuts, indices.AsSpan(weights), indices.AsSpan(0, weights));

    double[] Numbers(RandomStream random) => [.. Enumerable.Range(0, feels.GetLength(1)).Select(_ => random.NextNormal())];
}
