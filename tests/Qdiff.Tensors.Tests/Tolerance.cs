/// <summary>
/// How far the engine's float may be from the definition in double, with where each number comes from. Errors are the worst of a
/// tensor relative to its largest element, as in a parity file.
/// </summary>
static class Tolerance
{
    /// <summary>Half the distance from 1 to the next float: one rounding.</summary>
    public const double Rounding = 1.0 / (1 << 24);

    /// <summary>The exponential, element by element: four roundings for the polynomial, its argument and its result.</summary>
    public const double Exp = 2.5e-7;

    /// <summary>An element-wise formula of a few roundings around an exponential.</summary>
    public const double Elementwise = 10 * Rounding;

    /// <summary>Sums of up to a few thousand products: their roundings add up like a random walk of some hundred steps.</summary>
    public const double Sum = 16 * Rounding;

    /// <summary>Normalisations, softmaxes and several sums after one another.</summary>
    public const double Chain = 2 * Sum;

    /// <summary>
    /// The engine's gradient against central differences of the definition in double, whose own error is below 1e-8: what is left
    /// are the roundings of a forward and a backward pass.
    /// </summary>
    public const double Gradient = 5e-6;
}
