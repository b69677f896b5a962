using Qdiff.Tensors;

/// <summary>
/// A row of the table taken forward and backward over one tile of random numbers, of which the last samples are idle.
/// </summary>
sealed class OperationRun
{
    public const int Live = 13;
    readonly OperationCase row;
    readonly ApplyOperation apply;
    readonly Workspace space;

    public OperationRun(OperationCase row, ComputeEngine? engine = null)
    {
        this.row = row;
        Table = new();
        apply = row.Declare(Table);
        Weights = new Weights(Table).Initialise(1);
        new RandomStream(1, "weights " + row.Name).FillNormal(Weights.Values);
        foreach (ref float weight in Weights.Values) weight *= 0.5f;
        Weights.Refresh();
        Gradient = new(Table);
        space = new(Weights, Gradient, engine);
        Compute();
    }

    public ParameterTable Table { get; }

    public Weights Weights { get; }

    public WeightGradient Gradient { get; }

    public Tensor[] Inputs { get; private set; } = [];

    public Tensor Output { get; private set; } = null!;

    public float[] Cotangent { get; private set; } = [];

    public double[][] WeightValues => [.. Table.Select(p => Tile.Widen(Weights[p]))];

    /// <summary>
    /// Forgets what it computed and does it again: inputs of their own random streams, changed by <paramref name="change"/>;
    /// those that <paramref name="asks"/> names (all, if it is null) ask for a gradient, and so do the weights if
    /// <paramref name="withWeights"/>. Equal <paramref name="tiles"/> add up their weight gradients.
    /// </summary>
    public void Compute(Func<int, bool>? asks = null, bool withWeights = true, Action<Tensor[]>? change = null, int tiles = 1)
    {
        Gradient.Clear();
        for (int i = 0; i < tiles; i++) ComputeTile(asks, withWeights, change);
        if (withWeights) Gradient.Propagate(Weights);
    }

    void ComputeTile(Func<int, bool>? asks, bool withWeights, Action<Tensor[]>? change)
    {
        space.Reset(Weights, withWeights ? Gradient : null);
        Inputs = [.. row.Inputs.Select((shape, i) =>
        {
            Tensor x = space.Input(shape, asks?.Invoke(i) ?? true);
            new RandomStream(1, "input " + row.Name, i).FillNormal(x.Values);
            return x;
        })];
        change?.Invoke(Inputs);
        Output = apply(space, Inputs);
        Cotangent = Tile.Cotangent(Output, new(1, "cotangent " + row.Name), Live);
        if (Output.RequiresGradient) space.Backward(Output, Cotangent);
    }

    /// <summary>Output, input gradients and weight gradients, to compare runs bit by bit.</summary>
    public float[][] Everything() =>
        [Output.Values.ToArray(), .. Inputs.Select(x => x.Gradient.ToArray()), Gradient.Values.ToArray()];
}
