using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>
/// One factor of a term: an input, a weight or a function of an expression, to a power. Two factors with the same
/// <see cref="Key"/> have the same base.
/// </summary>
sealed class AngleFactor
{
    readonly AngleSource source;
    readonly int index;
    readonly AngleFunction function;
    readonly AngleExpression? argument;

    AngleFactor(AngleSource source, int index, AngleFunction function, AngleExpression? argument, double power)
    {
        (this.source, this.index, this.function, this.argument, Power) = (source, index, function, argument, power);
        // Inputs before weights before functions, each in order.
        Key = argument is null
            ? (source == AngleSource.Input ? "0x" : "1w") + index.ToString("D9", CultureInfo.InvariantCulture)
            : $"2{function.Name()}({argument.Key})";
    }

    public AngleFactor(AngleSource source, int index)
        : this(source, index, AngleFunction.Sum, null, 1)
    {
    }

    public AngleFactor(AngleFunction function, AngleExpression argument)
        : this(AngleSource.Expression, 0, function, argument, 1)
    {
    }

    public double Power { get; }

    public string Key { get; }

    /// <summary>What is made of <see cref="Argument"/>.</summary>
    public AngleFunction Function => function;

    /// <summary>Null for an input or a weight.</summary>
    public AngleExpression? Argument => argument;

    public AngleFactor ToThe(double power) => new(source, index, function, argument, power);

    /// <summary>The input or weight, if the factor is that and nothing more.</summary>
    public (AngleSource Source, int Index)? Parameter => argument is null ? (source, index) : null;

    public IEnumerable<(AngleSource Source, int Index)> Parameters => argument?.Parameters ?? [(source, index)];

    public double Value<T>(scoped in T numbers)
        where T : IAngleNumbers, allows ref struct
    {
        double value = Base(numbers);
        return Power == 1 ? value : Math.Pow(value, Power);
    }

    /// <summary>The factor in another algebra.</summary>
    public T In<T>(IAngleAlgebra<T> algebra)
    {
        T value = argument is null
            ? source == AngleSource.Input ? algebra.Input(index) : algebra.Weight(index)
            : function == AngleFunction.Sum ? argument.In(algebra) : algebra.Apply(function, argument.In(algebra));
        return Power == 1 ? value : algebra.Power(value, Power);
    }

    /// <summary>Adds <paramref name="gradient"/> times the derivative of the factor.</summary>
    public void AddGradient<T>(double gradient, scoped in T numbers)
        where T : IAngleNumbers, allows ref struct
    {
        if (Power != 1) gradient *= Power * Math.Pow(Base(numbers), Power - 1);
        if (argument is not null) argument.AddGradient(gradient * function.Derivative(argument.Value(numbers)), numbers);
        else if (source == AngleSource.Input) numbers.AddInputGradient(index, gradient);
        else numbers.AddWeightGradient(index, gradient);
    }

    public bool DependsOnInputs => argument?.DependsOnInputs ?? source == AngleSource.Input;

    /// <summary>The factor of an argument without weights.</summary>
    public AngleFactor WithoutWeights() => argument is null ? this
        : new(source, index, function, argument.WithoutWeights(), Power);

    /// <summary>The factor of weights that so many others stand before.</summary>
    public AngleFactor BehindWeights(int count) => argument is null
        ? source == AngleSource.Weight ? new(source, index + count, function, null, Power) : this
        : new(source, index, function, argument.BehindWeights(count), Power);

    public string ToString(Func<double, string> number, Func<AngleSource, int, string> name)
    {
        string text = argument is null ? name(source, index) : $"{function.Name()}({argument.ToString(number, name)})";
        return Power == 1 ? text : $"{text}**{(Power < 0 ? $"({Number(Power)})" : Number(Power))}";
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    double Base<T>(scoped in T numbers)
        where T : IAngleNumbers, allows ref struct =>
        argument is not null ? function.Value(argument.Value(numbers))
        : source == AngleSource.Input ? numbers.Input(index)
        : numbers.Weight(index);
}
