using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What a model is made of, besides its run.</summary>
public sealed record PretrainedOptions
{
    /// <summary>The checkpoint; null for the latest.</summary>
    public long? Step { get; init; }

    /// <summary>The weights as the optimiser left them instead of their running average.</summary>
    public bool Raw { get; init; }

    /// <summary>How the weights are kept: <see cref="ElementType.F32"/>, or <see cref="ElementType.F16"/> in half the
    /// room.</summary>
    public ElementType Numbers { get; init; } = ElementType.F32;

    /// <summary>What the weights may be used under.</summary>
    public string License { get; init; } = "mit";

    /// <summary>The sampler of the image.</summary>
    public string Sampler { get; init; } = "dpm++2m";

    /// <summary>Its timesteps.</summary>
    public int SamplingSteps { get; init; } = 20;

    /// <summary>The seed of the image's samples.</summary>
    public long Seed { get; init; } = 7;

    /// <summary>How many samples the image shows, of each network.</summary>
    public int Count { get; init; } = 16;

    /// <summary>The commit that the run was trained with, instead of what its manifest says.</summary>
    public string? Commit { get; init; }

    /// <summary>The command that trains it again; null for none.</summary>
    public string? Repeat { get; init; }

    /// <summary>Further commands for the card, what they do and how they are typed, given the model's name.</summary>
    public Func<string, IReadOnlyList<(string What, string Command)>>? Commands { get; init; }

    /// <summary>Is told if the model goes without its mean image, and why.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>What was measured.</summary>
    public IReadOnlyList<PretrainedMetric> Measured { get; init; } = [];
}
