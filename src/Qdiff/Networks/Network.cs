using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A denoiser's structure: layers that know their parameters' names and shapes but hold no numbers. One network serves any number
/// of <see cref="Weights"/>.
/// </summary>
/// <example>
/// <code>
/// Network network = PublishedModels.Named("qvunet-1hq").Build();
/// var state = new TrainingState(network, seed: 42);   // weights and their running average: two values of one network
/// Console.WriteLine(network.Parameters.Count);
/// </code>
/// </example>
public abstract class Network
{
    /// <summary>The images that go in and come out: [channels, height, width].</summary>
    public abstract Shape Image { get; }

    /// <summary>How many class labels it takes; 0 if it takes none.</summary>
    public virtual int Classes => 0;

    /// <summary>The label that means "no class", or null if the network was not made for it. It stands behind the
    /// classes.</summary>
    public virtual int? NullLabel => null;

    /// <summary>How many label values it takes: the classes and the null label.</summary>
    public int Labels => Classes + (NullLabel is null ? 0 : 1);

    /// <summary>Names, shapes and initial values of all trainable numbers.</summary>
    public ParameterTable Parameters { get; } = new();

    /// <summary>The table of layers, in the order of the computation; empty if nobody wrote one.</summary>
    public virtual IReadOnlyList<LayerRow> Layers => [];

    /// <summary>The layers that are circuits, in the order of the computation; unless a network says which, all that were made
    /// with its <see cref="Parameters"/>, in the order in which they were.</summary>
    public virtual IReadOnlyList<QuantumLayer> Circuits => [.. Parameters.Layers.OfType<QuantumLayer>()];

    /// <summary>Parameters that training leaves at their initial values, for a control.</summary>
    public virtual IReadOnlyList<Parameter> Frozen => [];

    /// <summary>
    /// What its documentation calls a defect, if this is a published network as its code has it (that wiring, those sizes, no
    /// control); else null.
    /// </summary>
    internal Func<Defect, string?>? Divergences { get; set; }

    /// <summary>How many circuits one image runs in one pass.</summary>
    public int CircuitRuns => Circuits.Sum(circuit => circuit.RunsPerImage);

    /// <summary>
    /// The network's output for a tile of noisy images <paramref name="xt"/> [channels, height, width], each sample with its own
    /// timestep and, for a conditional network, label.
    /// </summary>
    public abstract Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default);
}
