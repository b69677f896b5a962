using System.Numerics.Tensors;

namespace Qdiff;

/// <summary>
/// What the network is asked for: the noise ε, the image x₀ or the velocity v. It gives the training target, and turns an output
/// at (x_t, t) back into x₀ and ε. Sound at every ᾱ from 0 to below 1, except that ε alone says nothing of x₀ where ᾱ is 0.
/// </summary>
public abstract class Prediction : IPart
{
    /// <summary>A prediction of this name.</summary>
    protected Prediction(string name) => Name = name;

    /// <summary>The noise: x₀ = (x_t − √(1 − ᾱ)·ε) / √ᾱ.</summary>
    /// <remarks>Ho et al. 2020, arXiv 2006.11239, equation 14.</remarks>
    public static Prediction Epsilon { get; } = new OfEpsilon();

    /// <summary>The image: ε = (x_t − √ᾱ·x₀) / √(1 − ᾱ).</summary>
    public static Prediction X0 { get; } = new OfX0();

    /// <summary>The velocity v = √ᾱ·ε − √(1 − ᾱ)·x₀: x₀ = √ᾱ·x_t − √(1 − ᾱ)·v, ε = √(1 − ᾱ)·x_t + √ᾱ·v.</summary>
    /// <remarks>Salimans and Ho 2022, arXiv 2202.00512, section 4 and appendix D.</remarks>
    public static Prediction V { get; } = new OfV();

    /// <summary>The name used in configs: <c>epsilon</c>, <c>x0</c>, <c>v</c>.</summary>
    public string Name { get; }

    static string IPart.Kind => "prediction";

    /// <summary>The target is <c>X0</c>·x₀ + <c>Epsilon</c>·ε.</summary>
    public abstract (double X0, double Epsilon) Target(double alphaBar);

    /// <summary>
    /// How often the squared error of ε fits into the squared error of the output, as a factor: ‖Δε‖² = factor · ‖Δoutput‖².
    /// </summary>
    public abstract double EpsilonErrorFactor(double snr);

    /// <summary>
    /// The x₀ and ε that this output at x_t means. <paramref name="epsilon"/> may be the same memory as
    /// <paramref name="output"/>.
    /// </summary>
    public void Split(double alphaBar, ReadOnlySpan<float> xt, ReadOnlySpan<float> output, Span<float> x0, Span<float> epsilon)
    {
        if (!(alphaBar >= 0 && alphaBar < 1))
            throw new ArgumentOutOfRangeException(
                nameof(alphaBar), alphaBar, Invariant($"alphaBar must be at least 0 and below 1, got {alphaBar}."));
        Tile.Require(xt, nameof(xt));
        Tile.Require(output, nameof(output), xt.Length);
        Tile.Require(x0, nameof(x0), xt.Length);
        Tile.Require(epsilon, nameof(epsilon), xt.Length);
        Split(Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar), xt, output, x0, epsilon);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// The x₀ and ε that an output at x_t means, where x_t = <paramref name="signal"/>·x₀ + <paramref name="noise"/>·ε. Element e
    /// of sample s is at e·16 + s. <paramref name="epsilon"/> may be the memory of <paramref name="output"/>, so write x₀ first.
    /// </summary>
    protected abstract void Split(
        double signal, double noise, ReadOnlySpan<float> xt, ReadOnlySpan<float> output, Span<float> x0, Span<float> epsilon);

    sealed class OfEpsilon() : Prediction("epsilon")
    {
        public override (double X0, double Epsilon) Target(double alphaBar) => (0, 1);

        public override double EpsilonErrorFactor(double snr) => 1;

        protected override void Split(
            double signal, double noise, ReadOnlySpan<float> xt, ReadOnlySpan<float> output, Span<float> x0, Span<float> epsilon)
        {
            if (signal == 0)
                throw new InvalidOperationException(
                    "A network that predicts epsilon cannot tell x0 where alphaBar is 0 (zero terminal SNR): "
                    + "predict v or x0, or leave that timestep out.");
            // Subtract before dividing: √ᾱ may be 5e-5, and a difference of two numbers near 20,000 would keep three digits.
            Tile.Combine(1, xt, -noise, output, x0);
            // Below √ᾱ of 3e-39 an infinite factor would make NaN of a difference that is 0.
            TensorPrimitives.Multiply(x0, (float)Math.Min(1 / signal, float.MaxValue), x0);
            output.CopyTo(epsilon);
        }
    }

    sealed class OfX0() : Prediction("x0")
    {
        public override (double X0, double Epsilon) Target(double alphaBar) => (1, 0);

        public override double EpsilonErrorFactor(double snr) => snr;

        protected override void Split(
            double signal, double noise, ReadOnlySpan<float> xt, ReadOnlySpan<float> output, Span<float> x0, Span<float> epsilon)
        {
            output.CopyTo(x0);
            Tile.Combine(1 / noise, xt, -signal / noise, x0, epsilon);
        }
    }

    sealed class OfV() : Prediction("v")
    {
        public override (double X0, double Epsilon) Target(double alphaBar) => (-Math.Sqrt(1 - alphaBar), Math.Sqrt(alphaBar));

        public override double EpsilonErrorFactor(double snr) => snr / (1 + snr);

        protected override void Split(
            double signal, double noise, ReadOnlySpan<float> xt, ReadOnlySpan<float> output, Span<float> x0, Span<float> epsilon)
        {
            Tile.Combine(signal, xt, -noise, output, x0);
            Tile.Combine(noise, xt, signal, output, epsilon);
        }
    }
}
