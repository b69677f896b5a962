using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// The definition: one sample, double precision, every gate applied as its matrix from the table, nothing left out or fused.
/// Kept as the oracle for <see cref="LoweredCircuit"/>; slow.
/// </summary>
public static class LiteralSimulator
{
    /// <summary>The most qubits that it runs: the 2²⁶ amplitudes of 26 take 1 GiB.</summary>
    public const int MaxQubits = 26;

    /// <summary>The 2^n amplitudes after the last gate; wire 0 is the most significant bit of the index.</summary>
    public static Complex[] State(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        Complex[] state = Start(circuit, inputs, weights);
        foreach (Gate gate in BoundCircuit.Bind(circuit, inputs, weights).Gates)
            Apply(gate, gate.Spec.Matrix(Values(gate)), state, circuit.Qubits);
        return state;
    }

    /// <summary>The expectation of each observable.</summary>
    public static double[] Expectations(
        Circuit circuit, IReadOnlyList<Observable> readOuts, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        Complex[] state = State(circuit, inputs, weights);
        return [.. readOuts.Select(readOut => Overlap(state, Times(readOut, state, circuit.Qubits)).Real)];
    }

    /// <summary>
    /// The gradient of Σ cotangent[r]·⟨readOut r⟩ by every input and weight: un-apply gate after gate from the state ψ and the
    /// co-state λ = Oψ, and sum 2·Re⟨λ|dU|ψ⟩.
    /// </summary>
    /// <remarks>Jones and Gacon 2020, arXiv 2009.02823.</remarks>
    public static (double[] Inputs, double[] Weights) Gradient(
        Circuit circuit, IReadOnlyList<Observable> readOuts, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights,
        ReadOnlySpan<double> cotangent)
    {
        (double[] inputGradient, double[] weightGradient) = (new double[circuit.Inputs], new double[circuit.Weights]);
        Complex[] psi = State(circuit, inputs, weights);
        var lambda = new Complex[psi.Length];
        for (int r = 0; r < readOuts.Count; r++)
        {
            Complex[] image = Times(readOuts[r], psi, circuit.Qubits);
            for (int k = 0; k < lambda.Length; k++) lambda[k] += cotangent[r] * image[k];
        }

        IReadOnlyList<Gate> bound = BoundCircuit.Bind(circuit, inputs, weights).Gates;
        for (int i = bound.Count - 1; i >= 0; i--)
        {
            Gate gate = bound[i];
            Complex[,] inverse = ConjugateTranspose(gate.Spec.Matrix(Values(gate)));
            Apply(gate, inverse, psi, circuit.Qubits);
            for (int k = 0; k < gate.Spec.Angles; k++)
            {
                Complex[] moved = [.. psi];
                Apply(gate, Derivative(gate, k), moved, circuit.Qubits);
                double gradient = 2 * Overlap(lambda, moved).Real;
                BoundCircuit.AddChainRule(circuit.Gates[i].Angles[k], gradient, inputs, weights, inputGradient, weightGradient);
            }

            Apply(gate, inverse, lambda, circuit.Qubits);
        }

        if (circuit.Start == CircuitStart.Amplitudes) AddStartGradient(inputs, psi, lambda, inputGradient);
        return (inputGradient, weightGradient);
    }

    /// <summary>
    /// dU/dθ = −iGU; U3 has no single generator: a rotation's derivative is half the gate turned by π, a phase's (U(φ) −
    /// U(φ+π))·i/2.
    /// </summary>
    static Complex[,] Derivative(Gate gate, int angle)
    {
        double[] values = Values(gate);
        Complex[,] matrix = gate.Spec.Matrix(values);
        int size = matrix.GetLength(0);
        var result = new Complex[size, size];
        Complex[,]? generator = gate.Spec.Generator;
        Complex[,]? turned = null;
        if (generator is null)
        {
            values[angle] += Math.PI;
            turned = gate.Spec.Matrix(values);
        }

        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                if (turned is not null)
                {
                    result[row, column] = angle == 0
                        ? turned[row, column] / 2
                        : Complex.ImaginaryOne / 2 * (matrix[row, column] - turned[row, column]);
                }
                else
                {
                    for (int k = 0; k < size; k++)
                        result[row, column] -= Complex.ImaginaryOne * generator![row, k] * matrix[k, column];
                }
            }
        }

        return result;
    }

    static Complex[] Start(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> weights)
    {
        BoundCircuit.CheckCounts(circuit, inputs.Length, weights.Length);
        if (circuit.Qubits > MaxQubits)
        {
            throw new ArgumentException(Invariant(
                $"{circuit.Qubits} qubits take {16.0 * Math.Pow(2, circuit.Qubits - 30):0.#} GiB ")
                + $"in the literal simulator, which stops at {MaxQubits} qubits.", nameof(circuit));
        }

        return StartAmplitudes(circuit, inputs);
    }

    /// <summary>|0…0⟩, or the inputs as amplitudes.</summary>
    internal static Complex[] StartAmplitudes(Circuit circuit, ReadOnlySpan<double> inputs)
    {
        var state = new Complex[1 << circuit.Qubits];
        state[0] = 1;
        if (circuit.Start == CircuitStart.Zero) return state;
        double length = Length(inputs);
        for (int k = 0; k < inputs.Length && length > 0; k++) state[k] = inputs[k] / length;
        return state;
    }

    /// <summary>a = x/|x|, so dL/dx = (2·Re λ − a (a·2·Re λ))/|x|.</summary>
    internal static void AddStartGradient(ReadOnlySpan<double> inputs, Complex[] start, Complex[] lambda, double[] inputGradient)
    {
        double length = Length(inputs), along = 0;
        if (length == 0) return;
        for (int k = 0; k < inputs.Length; k++) along += start[k].Real * 2 * lambda[k].Real;
        for (int k = 0; k < inputs.Length; k++) inputGradient[k] += (2 * lambda[k].Real - along * start[k].Real) / length;
    }

    internal static double Length(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value * value;
        return Math.Sqrt(sum);
    }

    static double[] Values(Gate gate) => [.. gate.Angles.Select(angle => angle.Scale)];

    static void Apply(Gate gate, Complex[,] matrix, Complex[] state, int qubits)
    {
        int[] wires = gate.Wires;
        int size = 1 << wires.Length;
        var offsets = new int[size];
        for (int row = 0; row < size; row++)
        {
            for (int k = 0; k < wires.Length; k++)
                if ((row >> (wires.Length - 1 - k) & 1) != 0) offsets[row] |= 1 << (qubits - 1 - wires[k]);
        }

        var old = new Complex[size];
        for (int index = 0; index < state.Length; index++)
        {
            if ((index & offsets[size - 1]) != 0) continue;
            for (int row = 0; row < size; row++) old[row] = state[index | offsets[row]];
            for (int row = 0; row < size; row++)
            {
                Complex sum = 0;
                for (int column = 0; column < size; column++) sum += matrix[row, column] * old[column];
                state[index | offsets[row]] = sum;
            }
        }
    }

    static Complex[] Times(Observable observable, Complex[] state, int qubits)
    {
        var sum = new Complex[state.Length];
        foreach ((double coefficient, PauliString pauli) in observable.Terms)
        {
            if (pauli.Support >> qubits != 0)
                throw new ArgumentException($"{pauli} acts on a wire that a circuit of {qubits} qubits does not have.");
            Complex[] image = [.. state];
            for (int wire = 0; wire < qubits; wire++)
            {
                bool x = (pauli.XBits >> wire & 1) != 0, z = (pauli.ZBits >> wire & 1) != 0;
                if (!x && !z) continue;
                Gate gate = new(x ? z ? GateKind.Y : GateKind.X : GateKind.Z, wire);
                Apply(gate, gate.Spec.Matrix(), image, qubits);
            }

            for (int k = 0; k < sum.Length; k++) sum[k] += coefficient * image[k];
        }

        return sum;
    }

    static Complex Overlap(Complex[] bra, Complex[] ket)
    {
        Complex sum = 0;
        for (int k = 0; k < bra.Length; k++) sum += Complex.Conjugate(bra[k]) * ket[k];
        return sum;
    }

    static Complex[,] ConjugateTranspose(Complex[,] matrix)
    {
        var result = new Complex[matrix.GetLength(1), matrix.GetLength(0)];
        for (int row = 0; row < matrix.GetLength(0); row++)
            for (int column = 0; column < matrix.GetLength(1); column++)
                result[column, row] = Complex.Conjugate(matrix[row, column]);
        return result;
    }
}
