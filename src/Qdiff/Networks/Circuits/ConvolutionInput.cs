namespace Qdiff;

/// <summary>What the convolution of a hybrid block is given, which makes the channels that circuits leave.</summary>
public enum ConvolutionInput
{
    /// <summary>The channels that circuits leave.</summary>
    Rest,

    /// <summary>All channels.</summary>
    All,
}
