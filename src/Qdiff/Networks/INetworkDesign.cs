namespace Qdiff;

/// <summary>A network as data, before it is built.</summary>
public interface INetworkDesign
{
    /// <summary>Builds the network.</summary>
    /// <param name="control">What stands in the place of its circuits; null for themselves.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or the design has nothing that the control could
    /// replace.</exception>
    Network Build(Control? control = null);

    /// <summary>The same with a label for "no class", which label dropout trains and guidance needs.</summary>
    /// <exception cref="ArgumentException">It takes no class labels.</exception>
    INetworkDesign WithNullLabel() => throw new ArgumentException("The network takes no class labels, so none can be dropped; "
        + "set training.labelDropout to 0.");
}
