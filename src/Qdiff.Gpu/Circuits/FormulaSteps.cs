using ILGPU;
using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>
/// Formulas of angles on the device, in double: values in <c>Registers</c>, and behind them as many derivatives. Register r of a
/// thread is at First + r·Stride.
/// </summary>
/// <param name="Code">The registers of formulas: see <see cref="DeviceFormula"/>.</param>
/// <param name="Registers">Memory.</param>
/// <param name="Weights">The weights.</param>
/// <param name="First">Where this thread's first register is.</param>
/// <param name="Stride">From one register of a thread to its next.</param>
readonly record struct FormulaWork(ArrayView<int> Code, ArrayView<double> Registers, ArrayView<float> Weights, long First,
    int Stride);

/// <summary>Steps for angles that are neither fixed nor a multiple of one number or product.</summary>
static class FormulaSteps
{
    /// <summary>The matrix of a gate: formula, its registers, where they are kept, cosine and sine, is a half turn.</summary>
    public static void Formula(CircuitWork w, int pc)
    {
        if (StateSteps.Thread(w, pc) >> w.Log != 0) return;
        int to = StateSteps.At(w, StateSteps.Argument(w, pc, 3));
        double angle = Value(w, WorkOf(w, pc), StateSteps.Argument(w, pc, 0), StateSteps.Argument(w, pc, 1));
        // Zero times what is no number is none: idle samples, whose cotangents are zero, would spoil the gradients of all.
        if (!CircuitMath.IsFinite(angle) && IsIdle(w)) angle = 0;
        CircuitMath.SinCos(StateSteps.Argument(w, pc, 4) != 0 ? angle * 0.5 : angle, out double sin, out double cos);
        w.Memory[to] = (float)cos;
        w.Memory[to + (1 << w.Log)] = (float)sin;
    }

    /// <summary>
    /// From the overlaps of a gate to what its inputs and weights get: formula, its registers, where they are kept, overlaps,
    /// their warps, inputs, where their gradients go, weights, their first row of sums.
    /// </summary>
    public static void FormulaBack(CircuitWork w, int pc)
    {
        if (StateSteps.Thread(w, pc) >> w.Log != 0) return;
        float gradient = 0;
        for (int warp = 0; warp < StateSteps.Argument(w, pc, 4); warp++)
            gradient += w.Memory[StateSteps.At(w, StateSteps.Argument(w, pc, 3) + warp)];
        FormulaWork f = WorkOf(w, pc);
        int count = StateSteps.Argument(w, pc, 1), inputs = StateSteps.Argument(w, pc, 5);
        int weights = StateSteps.Argument(w, pc, 7);
        // Idle samples may hold numbers for which the formula has no slope.
        if (gradient != 0)
        {
            Value(w, f, StateSteps.Argument(w, pc, 0), count);
            Gradient(f, StateSteps.Argument(w, pc, 0), count, gradient);
        }

        for (int i = 0; i < inputs; i++)
            w.Memory[StateSteps.At(w, StateSteps.Argument(w, pc, 6) + i)] = gradient != 0 ? (float)Slope(f, count, i) : 0f;
        for (int i = 0; i < weights; i++)
            w.Sums[(StateSteps.Argument(w, pc, 8) + i) * 4 * w.Slots + w.FirstSlot + w.Lane] =
                gradient != 0 ? (float)Slope(f, count, inputs + i) : 0f;
    }

    /// <summary>Whether there are cotangents, all of which are zero for the sample.</summary>
    static bool IsIdle(CircuitWork w)
    {
        int others = w.DY.Length > 0 ? 0 : 1;
        for (int i = 0; i < w.OutputCount && others == 0; i++)
            if (w.DY[w.Outputs[w.FirstOutput + i] * w.Batch + w.Sample] != 0) others++;
        return others == 0;
    }

    /// <summary>The derivative by register <paramref name="i"/>, after <see cref="Gradient"/>.</summary>
    public static double Slope(FormulaWork f, int count, int i) => f.Registers[f.First + (long)(count + i) * f.Stride];

    static FormulaWork WorkOf(CircuitWork w, int pc)
    {
        int lanes = Grid.DimX << w.Log;
        return new(w.Code, w.Registers, w.Weights, (long)StateSteps.Argument(w, pc, 2) * lanes + (Grid.IdxX << w.Log) + w.Lane,
            lanes);
    }

    static double Value(CircuitWork w, FormulaWork f, int at, int count)
    {
        for (int r = 0; r < count; r++)
        {
            int word = at + DeviceFormula.Length * r;
            f.Registers[f.First + (long)r * f.Stride] = f.Code[word] == (int)FormulaOp.Input
                ? StateSteps.Input(w, f.Code[word + 1]) : Register(f, word);
        }

        return f.Registers[f.First + (long)(count - 1) * f.Stride];
    }

    /// <summary>The value of a formula without inputs; its registers are computed.</summary>
    public static double Value(FormulaWork f, int at, int count)
    {
        for (int r = 0; r < count; r++) f.Registers[f.First + (long)r * f.Stride] = Register(f, at + DeviceFormula.Length * r);
        return f.Registers[f.First + (long)(count - 1) * f.Stride];
    }

    static double Register(FormulaWork f, int word)
    {
        int op = f.Code[word], a = f.Code[word + 1];
        if (op == (int)FormulaOp.Constant) return Number(f, word);
        if (op == (int)FormulaOp.Weight) return f.Weights[a];
        double x = f.Registers[f.First + (long)a * f.Stride];
        if (op == (int)FormulaOp.Power) return CircuitMath.Power(x, Number(f, word));
        if (op >= (int)FormulaOp.Function) return Function(op - (int)FormulaOp.Function, x);
        double y = f.Registers[f.First + (long)f.Code[word + 2] * f.Stride];
        return op == (int)FormulaOp.Add ? x + y : x * y;
    }

    static double Number(FormulaWork f, int word) =>
        Interop.IntAsFloat((ulong)(uint)f.Code[word + 3] | (ulong)(uint)f.Code[word + 4] << 32);

    static double Function(int function, double x)
    {
        CircuitMath.SinCos(x, out double sin, out double cos);
        return function == (int)AngleFunction.Sin ? sin
            : function == (int)AngleFunction.Cos ? cos
            : function == (int)AngleFunction.Tan ? sin / cos
            : function == (int)AngleFunction.ArcSin ? CircuitMath.Arctan(x / Math.Sqrt(1 - x * x))
            : function == (int)AngleFunction.ArcCos ? CircuitMath.HalfPi - CircuitMath.Arctan(x / Math.Sqrt(1 - x * x))
            : function == (int)AngleFunction.ArcTan ? CircuitMath.Arctan(x)
            : function == (int)AngleFunction.Exp ? CircuitMath.Exp(x)
            : CircuitMath.Log(x);
    }

    static double Derivative(int function, double x, double value)
    {
        CircuitMath.SinCos(x, out double sin, out double cos);
        return function == (int)AngleFunction.Sin ? cos
            : function == (int)AngleFunction.Cos ? -sin
            : function == (int)AngleFunction.Tan ? 1 + value * value
            : function == (int)AngleFunction.ArcSin ? 1 / Math.Sqrt(1 - x * x)
            : function == (int)AngleFunction.ArcCos ? -1 / Math.Sqrt(1 - x * x)
            : function == (int)AngleFunction.ArcTan ? 1 / (1 + x * x)
            : function == (int)AngleFunction.Exp ? value
            : 1 / x;
    }

    /// <summary>The derivatives of gradient · value by all registers, once their values are there.</summary>
    public static void Gradient(FormulaWork f, int at, int count, double gradient)
    {
        for (int r = 0; r < count; r++) f.Registers[f.First + (long)(count + r) * f.Stride] = r == count - 1 ? gradient : 0;
        for (int r = count - 1; r >= 0; r--)
        {
            int word = at + DeviceFormula.Length * r, op = f.Code[word];
            if (op == (int)FormulaOp.Constant || op == (int)FormulaOp.Input || op == (int)FormulaOp.Weight) continue;
            double g = f.Registers[f.First + (long)(count + r) * f.Stride];
            long a = f.First + (long)f.Code[word + 1] * f.Stride, b = f.First + (long)f.Code[word + 2] * f.Stride;
            long behind = (long)count * f.Stride;
            double x = f.Registers[a], y = f.Registers[b];
            double by = op == (int)FormulaOp.Add ? 1
                : op == (int)FormulaOp.Multiply ? y
                : op == (int)FormulaOp.Power ? Number(f, word) * CircuitMath.Power(x, Number(f, word) - 1)
                : Derivative(op - (int)FormulaOp.Function, x, f.Registers[f.First + (long)r * f.Stride]);
            f.Registers[a + behind] += g * by;
            if (op == (int)FormulaOp.Add) f.Registers[b + behind] += g;
            if (op == (int)FormulaOp.Multiply) f.Registers[b + behind] += g * x;
        }
    }
}
