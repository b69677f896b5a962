using System.Globalization;
using System.Text.Json;
using Qdiff.Tensors;

namespace Qdiff.Onnx;

/// <summary>
/// A trained network as an ONNX model: one denoising call, for any program that runs ONNX. Circuits are in it as real arithmetic,
/// exact but for rounding, so nobody needs a quantum library.
/// </summary>
/// <remarks>
/// Inputs are <c>image</c> [batch, channels, height, width], noisy images where clean ones are in [−1, 1]; <c>timestep</c>
/// [batch], 0 to the schedule's steps − 1; and, of a network that takes labels, <c>label</c> [batch]. The output is
/// <c>prediction</c>, of the image's shape. The batch is free. What a sampler needs is in the model's metadata: see
/// <see cref="Metadata"/>. Format: github.com/onnx/onnx, operator set 17.
/// </remarks>
/// <example>
/// <code>
/// TrainedRun run = TrainedRun.Open(RunFolder.Open("runs/mnist-qvunet-1hq-42", Papers.Catalog));
/// OnnxModel.Of(run).Save("model.onnx");
/// </code>
/// </example>
public sealed class OnnxModel
{
    readonly OnnxGraph graph;
    readonly string name;

    OnnxModel(OnnxGraph graph, string name, IReadOnlyDictionary<string, string> metadata) =>
        (this.graph, this.name, Metadata) = (graph, name, metadata);

    /// <summary>
    /// What is written beside the graph: <c>qdiff.prediction</c> (epsilon, x0 or v), <c>qdiff.alpha_bar</c> (ᾱ of each timestep,
    /// a JSON array), <c>qdiff.classes</c> and <c>qdiff.null_label</c> of a network with labels; of a run also its model, wiring,
    /// data set, class names, training step and configuration.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Operators of the graph.</summary>
    public int Operators => graph.Nodes.Count;

    /// <summary>Numbers in its constants.</summary>
    public long Constants => graph.Constants.Sum(constant => constant.Shape.Aggregate(1L, (count, size) => count * size));

    /// <summary>The network of a run with the weights of a checkpoint.</summary>
    /// <exception cref="InputException">It computes something that a graph cannot follow.</exception>
    public static OnnxModel Of(TrainedRun run)
    {
        (ExperimentConfig config, RunManifest manifest) = (run.Folder.Experiment.Config, run.Folder.Manifest);
        var more = new Dictionary<string, string>
        {
            ["qdiff.model"] = manifest.Model.Name,
            ["qdiff.wiring"] = manifest.Model.Wiring,
            ["qdiff.dataset"] = manifest.Data.Name,
            ["qdiff.class_names"] = JsonSerializer.Serialize(manifest.Data.ClassNames),
            ["qdiff.schedule"] = config.Diffusion.Schedule,
            ["qdiff.step"] = run.Step.ToString(CultureInfo.InvariantCulture),
            ["qdiff.config"] = run.Folder.Experiment.ToYaml(),
        };
        return Of(run.Network, run.Weights, run.Schedule, run.Prediction, manifest.Model.Name, more);
    }

    /// <summary>A network with these weights.</summary>
    /// <param name="name">What the graph is called.</param>
    /// <param name="metadata">Entries beside those of <see cref="Metadata"/>.</param>
    /// <exception cref="InputException">The network computes something that a graph cannot follow: an operation of its own, or
    /// numbers that it reads out of a tensor.</exception>
    public static OnnxModel Of(Network network, Weights weights, NoiseSchedule schedule, Prediction prediction,
        string name = "denoiser", IReadOnlyDictionary<string, string>? metadata = null)
    {
        var engine = new GraphEngine(network, schedule.Steps);
        engine.Write(weights);
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>())
        {
            ["qdiff.prediction"] = prediction.Name,
            ["qdiff.alpha_bar"] = JsonSerializer.Serialize(schedule.AlphaBar.ToArray()),
        };
        if (network.Labels > 0) all["qdiff.classes"] = network.Classes.ToString(CultureInfo.InvariantCulture);
        if (network.NullLabel is { } none) all["qdiff.null_label"] = none.ToString(CultureInfo.InvariantCulture);
        return new(engine.Graph, name, all);
    }

    /// <summary>The content of the file.</summary>
    public byte[] ToBytes() => OnnxFile.Bytes(graph, name, Metadata);

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Save(string path) => WholeFile.Write(path, ToBytes());
}
