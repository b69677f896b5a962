using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>What a register of a formula is.</summary>
enum FormulaOp
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>Input a.</summary>
    Input,

    /// <summary>Weight a.</summary>
    Weight,

    /// <summary>Register a plus register b.</summary>
    Add,

    /// <summary>Register a times register b.</summary>
    Multiply,

    /// <summary>Register a to the power of a number.</summary>
    Power,

    /// <summary>The <see cref="AngleFunction"/> of this number of register a: behind all others.</summary>
    Function,
}

/// <summary>
/// An angle's formula as registers, each computed from earlier ones: first its inputs, then its weights, each once, at last the
/// angle. Going through them backward gives the derivatives by the first.
/// </summary>
sealed class DeviceFormula
{
    /// <summary>Numbers of a register: what, a, b, and a number of 64 bits.</summary>
    public const int Length = 5;

    readonly List<int> words = [];
    readonly IReadOnlyList<(AngleSource Source, int Index)> leaves;

    public DeviceFormula(AngleExpression formula)
    {
        leaves = formula.Parameters;
        foreach ((AngleSource source, int index) in leaves)
            Add(source == AngleSource.Input ? FormulaOp.Input : FormulaOp.Weight, index);
        int result = Sum(formula);
        if (result != Count - 1) Add(FormulaOp.Add, result, Add(FormulaOp.Constant, value: 0));
    }

    public int[] Words => [.. words];

    public int Count => words.Count / Length;

    /// <summary>The inputs in it: its first registers.</summary>
    public int[] Inputs => [.. leaves.Where(leaf => leaf.Source == AngleSource.Input).Select(leaf => leaf.Index)];

    /// <summary>The weights in it: the registers behind.</summary>
    public int[] Weights => [.. leaves.Where(leaf => leaf.Source == AngleSource.Weight).Select(leaf => leaf.Index)];

    int Add(FormulaOp op, int a = 0, int b = 0, double value = 0) => Add((int)op, a, b, value);

    int Add(int op, int a, int b, double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        words.AddRange([op, a, b, (int)bits, (int)(bits >> 32)]);
        return Count - 1;
    }

    int Sum(AngleExpression expression)
    {
        int sum = -1;
        foreach ((double coefficient, AngleFactor[] factors) in expression.Terms)
        {
            int product = coefficient == 1 && factors.Length > 0 ? -1 : Add(FormulaOp.Constant, value: coefficient);
            foreach (AngleFactor factor in factors)
            {
                int next = Factor(factor);
                product = product < 0 ? next : Add(FormulaOp.Multiply, product, next);
            }

            sum = sum < 0 ? product : Add(FormulaOp.Add, sum, product);
        }

        return sum < 0 ? Add(FormulaOp.Constant, value: 0) : sum;
    }

    int Factor(AngleFactor factor)
    {
        int value = factor.Argument is null ? Leaf(factor.Parameter!.Value) : Sum(factor.Argument);
        if (factor.Argument is not null && factor.Function != AngleFunction.Sum)
            value = Add((int)FormulaOp.Function + (int)factor.Function, value, 0, 0);
        return factor.Power == 1 ? value : Add(FormulaOp.Power, value, value: factor.Power);
    }

    int Leaf((AngleSource, int) leaf)
    {
        int at = 0;
        while (leaves[at] != leaf) at++;
        return at;
    }
}
