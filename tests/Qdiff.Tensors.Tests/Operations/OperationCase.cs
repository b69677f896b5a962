using Qdiff.Tensors;

/// <summary>Applies an operation whose parameters were declared before.</summary>
delegate Tensor ApplyOperation(Workspace space, Tensor[] x);

/// <summary>The definition: one sample's output from its inputs and the trainable parameters in order of declaration.</summary>
delegate double[] SampleDefinition(int sample, double[][] x, double[][] w);

/// <summary>A row of <see cref="OperationTable"/>: an operation at some sizes, and its definition.</summary>
sealed record OperationCase(string Name, Shape[] Inputs, Func<ParameterTable, ApplyOperation> Declare,
    SampleDefinition Definition)
{
    public double ValueTolerance { get; init; } = Tolerance.Chain;

    public double GradientTolerance { get; init; } = Tolerance.Gradient;
}
