using System.Text.Json;
using System.Text.Json.Serialization;
using Qdiff.Quantum;

namespace Qdiff;

/// <summary>
/// What a training whose circuits are measured asks of a quantum computer: for each image of each step every run of a circuit in
/// the network, and the runs with moved angles that its gradient is estimated from.
/// </summary>
public sealed record MeasurementCost
{
    /// <summary>Where gradients come from.</summary>
    [JsonConverter(typeof(RuleName))]
    public required GradientRule Gradient { get; init; }

    /// <summary>Measurements of each run; null for the limit of many.</summary>
    public int? Shots { get; init; }

    /// <summary>The noise by its name; null for none.</summary>
    public string? Noise { get; init; }

    /// <summary>Circuit runs of one pass of the network, for one image.</summary>
    public required long ForwardRuns { get; init; }

    /// <summary>Circuit runs that its gradient takes, for one image.</summary>
    public required long GradientRuns { get; init; }

    /// <summary>Images a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Steps of the training.</summary>
    public required int Steps { get; init; }

    /// <summary>Circuit runs of a step.</summary>
    public long RunsPerStep => (ForwardRuns + GradientRuns) * Batch;

    /// <summary>Circuit runs of the training; as many as fit 53 bits exactly.</summary>
    public double Runs => (double)RunsPerStep * Steps;

    /// <summary>Measurements of the training; null in the limit of many.</summary>
    public double? AllShots => Runs * Shots;

    /// <summary>Counts.</summary>
    /// <exception cref="InputException">The network cannot be trained so.</exception>
    public static MeasurementCost Of(Network network, CircuitMeasurement measurement, int batch, int steps)
    {
        measurement.RequireGradients(network);
        var circuits = network.Circuits
            .Select(layer => (Images: (long)layer.RunsPerImage, Circuit: measurement.Measured(layer.Lowered))).ToArray();
        return new()
        {
            Gradient = measurement.Gradient,
            Shots = measurement.Shots,
            ForwardRuns = circuits.Sum(layer => layer.Images * layer.Circuit.Runs),
            GradientRuns = circuits.Sum(layer => layer.Images * layer.Circuit.RunsOf(measurement.Gradient)),
            Batch = batch,
            Steps = steps,
        };
    }

    /// <summary>As settings call it.</summary>
    sealed class RuleName() : JsonStringEnumConverter<GradientRule>(JsonNamingPolicy.KebabCaseLower);

    /// <summary>A sentence for people.</summary>
    public override string ToString()
    {
        string how = (Shots is { } shots ? Invariant($"by {shots:N0} shots") : "without shots")
            + (Noise is null ? "" : $" under {Noise}");
        string rule = Gradient == GradientRule.ParameterShift ? "parameter shift" : "simultaneous perturbation";
        string all = AllShots is { } measurements ? Invariant($", {measurements:N0} shots") : "";
        return Invariant($"circuits are read {how}, their gradients taken by {rule}: {ForwardRuns:N0} + {GradientRuns:N0} ")
            + Invariant($"circuit runs an image (forward + gradient), {RunsPerStep:N0} a step, {Runs:N0} in {Steps:N0} steps")
            + all;
    }
}
