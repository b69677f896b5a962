namespace Qdiff.Quantum;

/// <summary>What an <see cref="AngleExpression"/> is rebuilt in: numbers of another kind, such as values of a graph.</summary>
interface IAngleAlgebra<T>
{
    T Constant(double value);

    T Input(int index);

    T Weight(int index);

    T Sum(T a, T b);

    T Product(T a, T b);

    T Power(T x, double power);

    T Apply(AngleFunction function, T x);
}
