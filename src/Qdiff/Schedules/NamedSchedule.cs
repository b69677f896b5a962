namespace Qdiff;

/// <summary>A noise schedule of the <see cref="Catalog"/>.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Create">The schedule of so many timesteps.</param>
public sealed record NamedSchedule(string Name, Func<int, NoiseSchedule> Create) : IPart
{
    static string IPart.Kind => "noise schedule";
}
