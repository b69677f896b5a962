using System.Globalization;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>
/// An angle made of several numbers: Σ coefficient · Π factor^power, where a factor is an input, a weight or a function of
/// another such sum. Products are multiplied out and equal terms merged, so that what cancels is gone and two expressions are
/// equal when their terms are.
/// </summary>
public sealed class AngleExpression : IEquatable<AngleExpression>
{
    /// <summary>More terms than any encoding has; products of sums would grow without end.</summary>
    const int MaxTerms = 256;

    /// <summary>Functions of functions: f = sin(f) + cos(f) doubles its text, and f = sin(f) is walked by recursion.</summary>
    const int MaxKey = 1 << 16, MaxDepth = 200;

    readonly Term[] terms;

    AngleExpression(Term[] terms)
    {
        this.terms = terms;
        Depth = 1 + terms.SelectMany(term => term.Factors).Max(factor => factor.Argument?.Depth) ?? 0;
        Key = string.Join('+', terms.Select(term => $"{term.Coefficient.ToString("R", CultureInfo.InvariantCulture)}{term.Key}"));
        if (Key.Length > MaxKey || Depth > MaxDepth) throw TooLong();
        Parameters = [.. terms.SelectMany(term => term.Factors).SelectMany(factor => factor.Parameters).Distinct().Order()];
        DependsOnInputs = Parameters.Any(parameter => parameter.Source == AngleSource.Input);
    }

    /// <summary>The number <paramref name="value"/>.</summary>
    public static AngleExpression Constant(double value) => new(value == 0 ? [] : [new(value, [])]);

    /// <summary>input[<paramref name="index"/>].</summary>
    public static AngleExpression Input(int index) => new([new(1, [new(AngleSource.Input, index)])]);

    /// <summary>weight[<paramref name="index"/>].</summary>
    public static AngleExpression Weight(int index) => new([new(1, [new(AngleSource.Weight, index)])]);

    /// <summary>Whether the value differs from sample to sample.</summary>
    public bool DependsOnInputs { get; }

    /// <summary>Whether the value is a number.</summary>
    public bool IsConstant => Parameters.Count == 0;

    /// <summary>The inputs and weights in it, each once, inputs first.</summary>
    internal IReadOnlyList<(AngleSource Source, int Index)> Parameters { get; }

    /// <summary>The inputs and weights that stand alone in a term and are in no other, and their factors.</summary>
    internal IEnumerable<(AngleSource Source, int Index, double Factor)> LinearFactors
    {
        get
        {
            foreach (Term term in terms)
                if (term.Factors is [{ Power: 1, Parameter: { } own }]
                    && terms.Count(other => other.Factors.Any(factor => factor.Parameters.Contains(own))) == 1)
                    yield return (own.Source, own.Index, term.Coefficient);
        }
    }

    internal string Key { get; }

    int Depth { get; }

    /// <summary>The terms, for whoever computes them elsewhere.</summary>
    internal IEnumerable<(double Coefficient, AngleFactor[] Factors)> Terms =>
        terms.Select(term => (term.Coefficient, term.Factors));

    /// <summary>The number, of an expression that is one.</summary>
    internal double ConstantValue => Value(new SampleNumbers([], []));

    /// <summary>The sum of two.</summary>
    public static AngleExpression operator +(AngleExpression a, AngleExpression b) => Sum(a.terms.Concat(b.terms));

    /// <summary>The difference of two.</summary>
    public static AngleExpression operator -(AngleExpression a, AngleExpression b) => a + b * -1;

    /// <summary>A multiple.</summary>
    public static AngleExpression operator *(AngleExpression a, double factor) =>
        Sum(a.terms.Select(term => term with { Coefficient = term.Coefficient * factor }));

    /// <summary>The product of two.</summary>
    public static AngleExpression operator *(AngleExpression a, AngleExpression b) =>
        a.terms.Length * b.terms.Length <= 4 * MaxTerms
            ? Sum(a.terms.SelectMany(_ => b.terms, (left, right) => Product(left, right)))
            : throw TooLong();

    /// <summary>This to a power.</summary>
    /// <exception cref="ArgumentException">The expression has too many terms.</exception>
    public AngleExpression ToThe(double power)
    {
        if (power == 0) return Constant(1);
        if (power == 1) return this;
        if (IsConstant) return Constant(Math.Pow(ConstantValue, power));
        if (power is > 0 and <= 8 && power == Math.Floor(power) && Math.Pow(terms.Length, power) <= MaxTerms)
            return this * ToThe(power - 1);
        // (x²)^½ is |x|: only whole powers may be multiplied into others.
        if (terms is [{ Factors: [var single] } only] && power == Math.Floor(power))
            return new([new(Math.Pow(only.Coefficient, power), [single.ToThe(single.Power * power)])]);
        AngleFactor factor = terms is [{ Coefficient: 1, Factors: [{ Power: 1 } alone] }] ? alone : new(AngleFunction.Sum, this);
        return new([new(1, [factor.ToThe(power)])]);
    }

    /// <summary>A function of this.</summary>
    internal AngleExpression Apply(AngleFunction function) => IsConstant
        ? Constant(function.Value(ConstantValue))
        : new([new(1, [new(function, this)])]);

    /// <summary>The value for these numbers.</summary>
    public double Value(ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights) => Value(new SampleNumbers(inputs, weights));

    internal double Value<T>(scoped in T numbers)
        where T : IAngleNumbers, allows ref struct
    {
        double sum = 0;
        foreach (Term term in terms)
        {
            double product = term.Coefficient;
            foreach (AngleFactor factor in term.Factors) product *= factor.Value(numbers);
            sum += product;
        }

        return sum;
    }

    /// <summary>The expression in another algebra.</summary>
    internal T In<T>(IAngleAlgebra<T> algebra) => terms.Length == 0 ? algebra.Constant(0)
        : terms.Select(term => term.Factors.Select(factor => factor.In(algebra))
            .Aggregate(algebra.Constant(term.Coefficient), algebra.Product)).Aggregate(algebra.Sum);

    /// <summary>Adds <paramref name="gradient"/> times the derivative by every input and weight: the product rule.</summary>
    internal void AddGradient<T>(double gradient, scoped in T numbers)
        where T : IAngleNumbers, allows ref struct
    {
        foreach (Term term in terms)
        {
            for (int i = 0; i < term.Factors.Length; i++)
            {
                double product = gradient * term.Coefficient;
                for (int k = 0; k < term.Factors.Length; k++)
                    if (k != i) product *= term.Factors[k].Value(numbers);
                term.Factors[i].AddGradient(product, numbers);
            }
        }
    }

    /// <summary>The simplest angle that is this: a fixed angle, a multiple of one number, or the expression.</summary>
    public Angle ToAngle() => terms switch
    {
        [] => Angle.Fixed(0),
        [{ Factors: [] } constant] => Angle.Fixed(constant.Coefficient),
        [{ Factors: [{ Power: 1, Parameter: (AngleSource.Input, int i) }] } term] => Angle.Input(i, term.Coefficient),
        [{ Factors: [{ Power: 1, Parameter: (AngleSource.Weight, int w) }] } term] => Angle.Weight(w, term.Coefficient),
        [{ Factors: [{ Power: 2, Parameter: (AngleSource.Input, int i) }] } term] => Angle.InputProduct(i, i, term.Coefficient),
        [{ Factors: [{ Power: 1, Parameter: (AngleSource.Input, int a) }, { Power: 1, Parameter: (var source, int b) }] } term]
            when source == AngleSource.Input => Angle.InputProduct(a, b, term.Coefficient),
        _ => Angle.Expression(this),
    };

    /// <inheritdoc/>
    public bool Equals(AngleExpression? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AngleExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary><c>x0 + 2*w1 - 1.5708</c>.</summary>
    public override string ToString() =>
        ToString(AngleText.Number, (source, index) => (source == AngleSource.Input ? "x" : "w") + index);

    /// <summary>The expression as OpenQASM writes it, with numbers written so and these names.</summary>
    internal string ToString(Func<double, string> number, Func<AngleSource, int, string> name)
    {
        if (terms.Length == 0) return "0";
        var text = new StringBuilder();
        foreach (Term term in terms)
        {
            bool isNegative = term.Coefficient < 0;
            text.Append(text.Length == 0 ? isNegative ? "-" : "" : isNegative ? " - " : " + ");
            string size = number(Math.Abs(term.Coefficient));
            bool isPlain = term.Factors.Length > 0 && Math.Abs(term.Coefficient) == 1;
            text.AppendJoin('*',
                term.Factors.Select(factor => factor.ToString(number, name)).Prepend(size).Skip(isPlain ? 1 : 0));
        }

        return text.ToString();
    }

    /// <summary>What is left without weights: terms without inputs are gone, and other weights are 1.</summary>
    internal AngleExpression WithoutWeights() => Sum(terms
        .Where(term => term.Factors.Any(factor => factor.DependsOnInputs))
        .Select(term => term with
        {
            Factors = [.. term.Factors.Where(factor => factor.DependsOnInputs).Select(factor => factor.WithoutWeights())],
        }));

    /// <summary>The same of weights that so many others stand before.</summary>
    internal AngleExpression BehindWeights(int count) => Sum(terms.Select(term => term with
    {
        Factors = [.. term.Factors.Select(factor => factor.BehindWeights(count))],
    }));

    static AngleExpression Sum(IEnumerable<Term> terms)
    {
        var merged = new SortedDictionary<string, (double Sum, double Size, AngleFactor[] Factors)>(StringComparer.Ordinal);
        foreach (Term term in terms)
        {
            merged.TryGetValue(term.Key, out var sum);
            merged[term.Key] = (sum.Sum + term.Coefficient, sum.Size + Math.Abs(term.Coefficient), term.Factors);
        }

        // What is left of a − a after rounding is nothing.
        AngleExpression result = new([.. merged.Values.Where(sum => Math.Abs(sum.Sum) > 1e-15 * sum.Size || double.IsNaN(sum.Sum))
            .Select(sum => new Term(sum.Sum, sum.Factors))]);
        return result.terms.Length <= MaxTerms ? result : throw TooLong();
    }

    static Term Product(Term a, Term b)
    {
        var factors = new SortedDictionary<string, AngleFactor>(StringComparer.Ordinal);
        foreach (AngleFactor factor in a.Factors.Concat(b.Factors))
            factors[factor.Key] = factors.TryGetValue(factor.Key, out AngleFactor? same)
                ? factor.ToThe(same.Power + factor.Power)
                : factor;
        return new(a.Coefficient * b.Coefficient, [.. factors.Values.Where(factor => factor.Power != 0)]);
    }

    static ArgumentException TooLong() => new($"An angle has more than {MaxTerms} terms, or too deep or too long ones.");

    readonly record struct Term(double Coefficient, AngleFactor[] Factors)
    {
        /// <summary>Constants sort last.</summary>
        public string Key => Factors.Length == 0 ? "~" : string.Concat(Factors.Select(factor => factor.Key
            + (factor.Power == 1 ? "" : "^" + factor.Power.ToString("R", CultureInfo.InvariantCulture))));
    }
}
