using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>
/// What a gate receives, in radians: <c>Scale</c> (fixed), <c>Scale · input[Index]</c>, <c>Scale · weight[Index]</c>
/// or <c>Scale · input[Index] · input[SecondIndex]</c>. The default value is the fixed angle 0.
/// </summary>
public readonly record struct Angle
{
    Angle(AngleSource source, int index, int secondIndex, double scale)
    {
        if (!double.IsFinite(scale))
            throw new ArgumentException(
                $"An angle must be a finite number of radians, got {scale.ToString(CultureInfo.InvariantCulture)}.",
                nameof(scale));
        if (index < 0 || secondIndex < 0)
            throw new ArgumentOutOfRangeException(nameof(index), Math.Min(index, secondIndex),
                "Inputs and weights are counted from 0.");
        (Source, Index, SecondIndex, Scale) = (source, index, secondIndex, scale);
    }

    /// <summary>Fixed, input, weight or product of two inputs.</summary>
    public AngleSource Source { get; }

    /// <summary>Which input or weight; 0 for a fixed angle.</summary>
    public int Index { get; }

    /// <summary>The other factor of a product of inputs; else 0.</summary>
    public int SecondIndex { get; }

    /// <summary>The factor in front; for a fixed angle the angle itself.</summary>
    public double Scale { get; }

    /// <summary>Whether the angle differs from sample to sample.</summary>
    public bool DependsOnInputs => Source is AngleSource.Input or AngleSource.InputProduct;

    /// <summary>The angle <paramref name="radians"/>.</summary>
    public static Angle Fixed(double radians) => new(AngleSource.Fixed, 0, 0, radians);

    /// <summary><paramref name="scale"/> · input[<paramref name="index"/>].</summary>
    public static Angle Input(int index, double scale = 1) => new(AngleSource.Input, index, 0, scale);

    /// <summary><paramref name="scale"/> · weight[<paramref name="index"/>].</summary>
    public static Angle Weight(int index, double scale = 1) => new(AngleSource.Weight, index, 0, scale);

    /// <summary><paramref name="scale"/> · input[<paramref name="first"/>] · input[<paramref name="second"/>].</summary>
    public static Angle InputProduct(int first, int second, double scale = 1) =>
        new(AngleSource.InputProduct, first, second, scale);

    /// <summary>The same angle times <paramref name="factor"/>.</summary>
    public Angle Times(double factor) => new(Source, Index, SecondIndex, Scale * factor);

    /// <summary>The angle in radians for these numbers.</summary>
    public double Value(ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights) => Source switch
    {
        AngleSource.Fixed => Scale,
        AngleSource.Input => Scale * inputs[Index],
        AngleSource.Weight => Scale * weights[Index],
        AngleSource.InputProduct => Scale * inputs[Index] * inputs[SecondIndex],
        _ => throw new InvalidOperationException($"Unknown source {Source} of an angle."),
    };

    /// <summary><c>0.5</c>, <c>x3</c>, <c>2·w7</c> or <c>x0·x1</c>.</summary>
    public override string ToString()
    {
        string scale = Scale.ToString("0.####", CultureInfo.InvariantCulture);
        string prefix = Scale == 1 ? "" : Scale == -1 ? "-" : scale + "·";
        return Source switch
        {
            AngleSource.Fixed => scale,
            AngleSource.Input => $"{prefix}x{Index}",
            AngleSource.Weight => $"{prefix}w{Index}",
            _ => $"{prefix}x{Index}·x{SecondIndex}",
        };
    }
}
