namespace Qdiff.Quantum;

/// <summary>Where an <see cref="AngleExpression"/> finds inputs and weights, and where their gradients go.</summary>
interface IAngleNumbers
{
    double Input(int index);

    double Weight(int index);

    void AddInputGradient(int index, double gradient);

    void AddWeightGradient(int index, double gradient);
}

/// <summary>One sample in double precision.</summary>
readonly ref struct SampleNumbers(
    ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights, Span<double> inputGradient = default,
    Span<double> weightGradient = default) : IAngleNumbers
{
    readonly ReadOnlySpan<double> inputs = inputs, weights = weights;
    readonly Span<double> inputGradient = inputGradient, weightGradient = weightGradient;

    public double Input(int index) => inputs[index];

    public double Weight(int index) => weights[index];

    public void AddInputGradient(int index, double gradient) => inputGradient[index] += gradient;

    public void AddWeightGradient(int index, double gradient) => weightGradient[index] += gradient;
}

/// <summary>One sample of a tile.</summary>
readonly ref struct TileNumbers(
    int sample, ReadOnlySpan<float> inputs, ReadOnlySpan<double> weights, Span<float> inputGradient = default,
    Span<float> weightGradient = default) : IAngleNumbers
{
    readonly ReadOnlySpan<float> inputs = inputs;
    readonly ReadOnlySpan<double> weights = weights;
    readonly Span<float> inputGradient = inputGradient, weightGradient = weightGradient;

    public double Input(int index) => inputs[index * Tile.Samples + sample];

    public double Weight(int index) => weights[index];

    public void AddInputGradient(int index, double gradient) => inputGradient[index * Tile.Samples + sample] += (float)gradient;

    public void AddWeightGradient(int index, double gradient) => weightGradient[index] += (float)gradient;
}
