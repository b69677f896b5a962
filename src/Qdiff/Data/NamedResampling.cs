using Qdiff.Imaging;

namespace Qdiff;

/// <summary>A way of resampling of the <see cref="Catalog"/>.</summary>
public sealed record NamedResampling(Resampling Resampling) : IPart
{
    /// <inheritdoc/>
    public string Name => Resampling.Name;

    static string IPart.Kind => "resampling";
}
