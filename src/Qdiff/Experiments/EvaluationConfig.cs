namespace Qdiff;

/// <summary>How samples are measured.</summary>
public sealed record EvaluationConfig
{
    /// <summary>A name of <see cref="Catalog.PresetNames"/>: features, metrics, reference and numbers of samples.</summary>
    public string Preset { get; init; } = "domain";

    /// <summary>Samples to generate; null for as many as the preset asks for.</summary>
    public int? Samples { get; init; }
}
