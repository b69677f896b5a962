namespace Qdiff;

/// <summary>Which part of a data set: the one to train on or the one kept back.</summary>
public enum Split
{
    /// <summary>The images to learn from.</summary>
    Train,

    /// <summary>The images kept back.</summary>
    Test,
}
