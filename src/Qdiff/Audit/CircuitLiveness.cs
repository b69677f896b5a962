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

    /// <summary>Distributions to draw from; the first under which every angle is finite is used (arcsine takes only
    /// [-1, 1]).</summary>
    static readonly Func<RandomStream, double>[] s_laws =
    [
        random => random.NextNormal(), random => random.NextDouble(), random => 2 * random.NextDouble() - 1,
        random => Math.PI * random.NextDouble(),
    ];

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
        foreach (Func<RandomStream, double> law in s_laws)
            if (Look(law, seed)) return;
        // Nothing is claimed of a circuit that no law feeds numbers.
        for (int r = 0; r < feels.GetLength(0); r++)
            for (int i = 0; i < feels.GetLength(1); i++) feels[r, i] = true;
    }

    /// <summary>Looks with numbers of this law, unless some angle would be none.</summary>
    bool Look(Func<RandomStream, double> law, long seed)
    {
        double[] start = Numbers(law, new(seed, "audit circuit point")), other = Numbers(law, new(seed, "audit circuit move"));
        // Normal numbers are moved by normal ones; within bounds another draw takes the place of the first.
        if (law == s_laws[0]) for (int i = 0; i < other.Length; i++) other[i] += start[i];
        (RandomStream Random, float[] Angles, float[] Inputs)[] draws = [.. Enumerable.Range(0, Draws)
            .Select(draw => Drawn(law, new(seed, "audit circuit", draw)))];
        if (!IsDefined(start) || !IsDefined(other) || !draws.All(draw => IsDefined(draw.Angles, draw.Inputs))) return false;
        foreach ((RandomStream random, float[] angles, float[] inputs) in draws) Differentiate(random, angles, inputs);
        double[] before = Expectations(start);
        IGrouping<string, int>[] groups = [.. Enumerable.Range(0, feels.GetLength(1)).GroupBy(Unfelt)];
        Parallel.ForEach(groups, group => Test(start, other, before, [.. group]));
        return true;
    }

    /// <summary>Whether the read-out feels the weight.</summary>
    public bool FeelsWeight(int readOut, int weight) => feels[readOut, weight];

    /// <summary>Whether the read-out feels the input.</summary>
    public bool FeelsInput(int readOut, int input) => feels[readOut, weights + input];

    (RandomStream Random, float[] Angles, float[] Inputs) Drawn(Func<RandomStream, double> law, RandomStream random)
    {
        bool isNormal = law == s_laws[0];
        var angles = new float[weights];
        foreach (ref float angle in angles.AsSpan()) angle = (float)(isNormal ? random.NextDouble() : law(random));
        var inputs = new float[lowered.Circuit.Inputs * Tensor.Samples];
        if (isNormal) random.FillNormal(inputs);
        else foreach (ref float input in inputs.AsSpan()) input = (float)law(random);
        return (random, angles, inputs);
    }

    void Differentiate(RandomStream random, float[] angles, float[] inputs)
    {
        int readOuts = lowered.ReadOuts.Count;
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

    void Test(double[] start, double[] other, double[] before, int[] indices)
    {
        int[] suspects = [.. Enumerable.Range(0, before.Length).Where(r => !feels[r, indices[0]])];
        if (suspects.Length == 0) return;
        double[] point = [.. start];
        foreach (int i in indices) point[i] = other[i];
        if (!IsDefined(point))
        {
            // Of a place where the circuit says nothing, nothing is claimed.
            foreach (int r in suspects)
                foreach (int i in indices) feels[r, i] = true;
            return;
        }

        double[] after = Expectations(point);
        int[] moved = [.. suspects.Where(r => Math.Abs(after[r] - before[r]) > Rounding)];
        if (moved.Length == 0) return;
        if (indices.Length == 1)
            foreach (int r in moved) feels[r, indices[0]] = true;
        else
            foreach (int i in indices) Test(start, other, before, [i]);
    }

    bool IsDefined(ReadOnlySpan<float> angles, ReadOnlySpan<float> inputs)
    {
        var numbers = new double[weights + lowered.Circuit.Inputs];
        for (int i = 0; i < weights; i++) numbers[i] = angles[i];
        for (int s = 0; s < Tensor.Samples; s++)
        {
            for (int i = weights; i < numbers.Length; i++) numbers[i] = inputs[(i - weights) * Tensor.Samples + s];
            if (!IsDefined(numbers)) return false;
        }

        return true;
    }

    /// <summary>Whether every angle is a number.</summary>
    bool IsDefined(double[] numbers) => lowered.Circuit.Gates.All(gate => gate.Angles.All(angle =>
        double.IsFinite(angle.Value(numbers.AsSpan(weights), numbers.AsSpan(0, weights)))));

    double[] Expectations(double[] indices) =>
        LiteralSimulator.Expectations(lowered.Circuit, lowered.ReadOuts, indices.AsSpan(weights), indices.AsSpan(0, weights));

    double[] Numbers(Func<RandomStream, double> law, RandomStream random) =>
        [.. Enumerable.Range(0, feels.GetLength(1)).Select(_ => law(random))];
}
