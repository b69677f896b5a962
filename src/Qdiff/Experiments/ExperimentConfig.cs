using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// One experiment, a record per stage; each stage's function receives only its own. The defaults are those of the quantum-vertex
/// paper (arXiv 2402.16147 and its released code). <see cref="ResolvedExperiment"/> reads it from YAML.
/// </summary>
public sealed record ExperimentConfig
{
    /// <summary>The version of this layout that a file may name as <c>schema</c>.</summary>
    public const int Schema = 1;

    /// <summary>What the run folder is called, followed by the seed.</summary>
    public string Name { get; init; } = "experiment";

    /// <summary>What is learned.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The network.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>Noise and loss.</summary>
    public DiffusionConfig Diffusion { get; init; } = new();

    /// <summary>Optimiser, length, what is kept.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>What is taken over from another run.</summary>
    public TransferConfig Transfer { get; init; } = new();

    /// <summary>How images are drawn.</summary>
    public SamplingConfig Sampling { get; init; } = new();

    /// <summary>How they are measured.</summary>
    public EvaluationConfig Evaluation { get; init; } = new();

    /// <summary>The network for images of shape [channels, height, width]; with a null label if training drops labels.</summary>
    /// <exception cref="InputException">It cannot be built for such images.</exception>
    public Network BuildNetwork(Shape image, Catalog catalog)
    {
        try
        {
            return Model.Build(image, catalog, Training.LabelDropout > 0);
        }
        catch (ArgumentException e)
        {
            throw InputException.Because($"The model {Model.Name} cannot be built for images of {image}", e);
        }
    }
}
