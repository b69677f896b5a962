using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>
/// What a gate receives, in radians: <c>Scale</c> (fixed), <c>Scale · input[Index]</c>, <c>Scale · weight[Index]</c>,
/// <c>Scale · input[Index] · input[SecondIndex]</c>, or an expression of inputs and weights. The default value is the fixed
/// angle 0.
/// </summary>
public readonly record struct Angle
{
    Angle(AngleSource source, int index, int secondIndex, double scale, AngleExpression? formula = null)
    {
        if (!double.IsFinite(scale))
            throw new ArgumentException(
                $"An angle must be a finite number of radians, got {scale.ToString(CultureInfo.InvariantCulture)}.",
                nameof(scale));
        if (index < 0 || secondIndex < 0)
            throw new ArgumentOutOfRangeException(nameof(index), Math.Min(index, secondIndex),
                "Inputs and weights are counted from 0.");
        (Source, Index, SecondIndex, Scale, Formula) = (source, index, secondIndex, scale, formula);
    }

    /// <summary>Fixed, input, weight, product of two inputs, or an expression.</summary>
    public AngleSource Source { get; }

    /// <summary>Which input or weight; 0 for a fixed angle and an expression.</summary>
    public int Index { get; }

    /// <summary>The other factor of a product of inputs; else 0.</summary>
    public int SecondIndex { get; }

    /// <summary>The factor in front; for a fixed angle the angle itself; 1 for an expression.</summary>
    public double Scale { get; }

    /// <summary>The expression, of an angle that is neither fixed nor a multiple of one number.</summary>
    public AngleExpression? Formula { get; }

    /// <summary>Whether the angle differs from sample to sample.</summary>
    public bool DependsOnInputs => Source is AngleSource.Input or AngleSource.InputProduct
        || Formula is { DependsOnInputs: true };

    /// <summary>The inputs in the angle, each once.</summary>
    public IEnumerable<int> InputIndices => Indices(AngleSource.Input);

    /// <summary>The weights in the angle, each once.</summary>
    public IEnumerable<int> WeightIndices => Indices(AngleSource.Weight);

    /// <summary>The factors of the weights in which the angle is linear, whatever the inputs and the other weights are.</summary>
    public IEnumerable<double> WeightFactors => LinearFactors(AngleSource.Weight).Select(own => own.Factor);

    /// <summary>The angle <paramref name="radians"/>.</summary>
    public static Angle Fixed(double radians) => new(AngleSource.Fixed, 0, 0, radians);

    /// <summary><paramref name="scale"/> · input[<paramref name="index"/>].</summary>
    public static Angle Input(int index, double scale = 1) => new(AngleSource.Input, index, 0, scale);

    /// <summary><paramref name="scale"/> · weight[<paramref name="index"/>].</summary>
    public static Angle Weight(int index, double scale = 1) => new(AngleSource.Weight, index, 0, scale);

    /// <summary><paramref name="scale"/> · input[<paramref name="first"/>] · input[<paramref name="second"/>].</summary>
    public static Angle InputProduct(int first, int second, double scale = 1) =>
        new(AngleSource.InputProduct, first, second, scale);

    /// <summary>What <paramref name="formula"/> says; for simple ones see <see cref="AngleExpression.ToAngle"/>.</summary>
    public static Angle Expression(AngleExpression formula) => new(AngleSource.Expression, 0, 0, 1, formula);

    /// <summary>The same angle times <paramref name="factor"/>.</summary>
    public Angle Times(double factor) => Formula is null
        ? new(Source, Index, SecondIndex, Scale * factor)
        : (Formula * factor).ToAngle();

    /// <summary>
    /// What the inputs make of the angle alone: terms of weights are left out, and a weight that multiplies an input is 1.
    /// </summary>
    internal Angle WithoutWeights() => Source switch
    {
        AngleSource.Weight => Fixed(0),
        AngleSource.Expression => Formula!.WithoutWeights().ToAngle(),
        _ => this,
    };

    /// <summary>The same angle of weights that so many others stand before.</summary>
    internal Angle BehindWeights(int count) => Source switch
    {
        AngleSource.Weight => Weight(Index + count, Scale),
        AngleSource.Expression => Expression(Formula!.BehindWeights(count)),
        _ => this,
    };

    /// <summary>The angle in radians for these numbers.</summary>
    public double Value(ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights) => Source switch
    {
        AngleSource.Fixed => Scale,
        AngleSource.Input => Scale * inputs[Index],
        AngleSource.Weight => Scale * weights[Index],
        AngleSource.InputProduct => Scale * inputs[Index] * inputs[SecondIndex],
        AngleSource.Expression => Formula!.Value(inputs, weights),
        _ => throw new InvalidOperationException($"Unknown source {Source} of an angle."),
    };

    /// <summary>The inputs or weights in which the angle is linear, whatever the others are, each once, and their
    /// factors.</summary>
    internal IEnumerable<(int Index, double Factor)> LinearFactors(AngleSource wanted) => Source == wanted ? [(Index, Scale)]
        : Formula?.LinearFactors.Where(own => own.Source == wanted).Select(own => (own.Index, own.Factor)) ?? [];

    IEnumerable<int> Indices(AngleSource wanted) => Source switch
    {
        AngleSource.Expression => Formula!.Parameters.Where(p => p.Source == wanted).Select(p => p.Index),
        AngleSource.InputProduct when wanted == AngleSource.Input && Index != SecondIndex => [Index, SecondIndex],
        _ => Source == wanted || Source == AngleSource.InputProduct && wanted == AngleSource.Input ? [Index] : [],
    };

    /// <summary><c>0.5</c>, <c>x3</c>, <c>2π·w7</c>, <c>x0·x1</c> or <c>x0 + w1</c>.</summary>
    public override string ToString()
    {
        string scale = AngleText.Number(Scale);
        string prefix = Scale == 1 ? "" : Scale == -1 ? "-" : scale + "·";
        return Source switch
        {
            AngleSource.Fixed => scale,
            AngleSource.Input => $"{prefix}x{Index}",
            AngleSource.Weight => $"{prefix}w{Index}",
            AngleSource.Expression => Formula!.ToString(),
            _ => $"{prefix}x{Index}·x{SecondIndex}",
        };
    }
}
