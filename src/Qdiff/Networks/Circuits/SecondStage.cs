namespace Qdiff;

/// <summary>Where the circuits of a block's second stage get their inputs.</summary>
public enum SecondStage
{
    /// <summary>From the hidden state.</summary>
    Hidden,

    /// <summary>From the block's input again.</summary>
    Input,

    /// <summary>Nowhere: the outputs of the first stage are used again, and the second circuits act on nothing.</summary>
    Reused,
}
