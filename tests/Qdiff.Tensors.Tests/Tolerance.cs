/// <summary>
/// How far the engine's float may be from the definition in double, with where each number comes from. Errors are the worst of a tensor
/// relative to its largest element, as in a parity file.
/// </summary>
static class Tolerance
{
    /// <summary>VectorMath.Exp: the polynomial's error (about 1e-7) plus the rounding of its result and of 2ᶠ's argument.</summary>
    public const double Exp = 2.5e-7;

    /// <summary>An element-wise formula of a few roundings (6e-8 each) around an exponential.</summary>
    public const double Elementwise = 6e-7;

    /// <summary>Sums of up to a few thousand products: roundings of 6e-8 that add up like a random walk of some tens of steps.</summary>
    public const double Sum = 2e-6;

    /// <summary>Normalisations, softmaxes and chains of sums: a few of the above after one another.</summary>
    public const double Chain = 8e-6;

    /// <summary>
    /// The engine's gradient against central differences of the definition in double, whose own error is below 1e-8: what is left is the
    /// float rounding of a forward and a backward pass.
    /// </summary>
    public const double Gradient = 2e-5;
}
