namespace Qdiff;

/// <summary>Which part of a data set: the one to train on, the one kept back, or the one to choose settings by.</summary>
public enum Split
{
    /// <summary>The images to learn from.</summary>
    Train,

    /// <summary>The images kept back.</summary>
    Test,

    /// <summary>The images to choose settings by, where a data set has such a part.</summary>
    Validation,
}
