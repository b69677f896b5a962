namespace Qdiff;

/// <summary>A kind of objective of the <see cref="Catalog"/>.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Create">The objective on a noise schedule for what is predicted and how timesteps count.</param>
public sealed record NamedObjective(string Name, Func<NoiseSchedule, Prediction, Weighting, Objective> Create) : IPart
{
    static string IPart.Kind => "objective";
}
