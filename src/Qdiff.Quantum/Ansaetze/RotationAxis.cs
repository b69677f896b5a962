namespace Qdiff.Quantum;

/// <summary>The axis of a rotation.</summary>
public enum RotationAxis
{
    /// <summary>RX.</summary>
    X,

    /// <summary>RY.</summary>
    Y,

    /// <summary>RZ.</summary>
    Z,
}
