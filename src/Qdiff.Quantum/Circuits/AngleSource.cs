namespace Qdiff.Quantum;

/// <summary>Where an angle comes from.</summary>
public enum AngleSource
{
    /// <summary>A number written in the circuit.</summary>
    Fixed,

    /// <summary>One of the features fed in: differs from sample to sample.</summary>
    Input,

    /// <summary>One of the trainable numbers: the same for all samples.</summary>
    Weight,

    /// <summary>The product of two features, as the IQP encoding needs it.</summary>
    InputProduct,

    /// <summary>Anything else made of inputs and weights: an <see cref="AngleExpression"/>.</summary>
    Expression,
}
