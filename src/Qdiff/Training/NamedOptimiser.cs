using Qdiff.Tensors;

namespace Qdiff;

/// <summary>An optimiser of the <see cref="Catalog"/>.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Create">The optimiser with the settings of a configuration.</param>
public sealed record NamedOptimiser(string Name, Func<TrainingConfig, Optimiser> Create) : IPart
{
    static string IPart.Kind => "optimiser";
}
