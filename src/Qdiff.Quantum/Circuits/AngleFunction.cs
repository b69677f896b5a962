namespace Qdiff.Quantum;

/// <summary>What a factor of an <see cref="AngleExpression"/> makes of its argument.</summary>
enum AngleFunction
{
    /// <summary>The argument itself: a sum that is raised to a power.</summary>
    Sum,
    Sin,
    Cos,
    Tan,
    ArcSin,
    ArcCos,
    ArcTan,
    Exp,
    Ln,
}

/// <summary>Values and derivatives of <see cref="AngleFunction"/>.</summary>
static class AngleFunctions
{
    /// <summary>As OpenQASM 3 names it.</summary>
    public static string Name(this AngleFunction function) => function switch
    {
        AngleFunction.Sum => "",
        AngleFunction.Ln => "log",
        _ => function.ToString().ToLowerInvariant(),
    };

    public static double Value(this AngleFunction function, double x) => function switch
    {
        AngleFunction.Sum => x,
        AngleFunction.Sin => Math.Sin(x),
        AngleFunction.Cos => Math.Cos(x),
        AngleFunction.Tan => Math.Tan(x),
        AngleFunction.ArcSin => Math.Asin(x),
        AngleFunction.ArcCos => Math.Acos(x),
        AngleFunction.ArcTan => Math.Atan(x),
        AngleFunction.Exp => Math.Exp(x),
        AngleFunction.Ln => Math.Log(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Unknown function of an angle."),
    };

    public static double Derivative(this AngleFunction function, double x) => function switch
    {
        AngleFunction.Sum => 1,
        AngleFunction.Sin => Math.Cos(x),
        AngleFunction.Cos => -Math.Sin(x),
        AngleFunction.Tan => 1 / (Math.Cos(x) * Math.Cos(x)),
        AngleFunction.ArcSin => 1 / Math.Sqrt(1 - x * x),
        AngleFunction.ArcCos => -1 / Math.Sqrt(1 - x * x),
        AngleFunction.ArcTan => 1 / (1 + x * x),
        AngleFunction.Exp => Math.Exp(x),
        AngleFunction.Ln => 1 / x,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Unknown function of an angle."),
    };
}
