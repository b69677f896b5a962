using Qdiff.Evaluation;

namespace Qdiff.Papers;

/// <summary>Everything that Qdiff knows of the three papers that it reproduces, as parts of one catalog.</summary>
public static class Papers
{
    /// <summary>The parts of the library and those of the papers: what <c>qdiff</c> itself runs with.</summary>
    public static EvaluationCatalog Catalog { get; } = EvaluationCatalog.Default with
    {
        Circuits = [.. PaperCircuits.All, .. EvaluationCatalog.Default.Circuits],
        Networks = [.. PublishedModels.All],
        Presets = [.. EvaluationCatalog.Default.Presets, PaperPresets.Vertex, PaperPresets.Attention, PaperPresets.Earth],
        Tables = [.. VertexTables.All, .. AttentionTables.All, .. EarthTables.All],
    };
}
