using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// The state of some wires in double precision, run through a noisy circuit: after each gate one Kraus operator of each channel
/// is drawn with its probability. The mean over many runs is the density matrix.
/// </summary>
/// <remarks>Dalibard, Castin and Mølmer 1992, "Wave-function approach to dissipative processes in quantum optics".</remarks>
sealed class Trajectory
{
    readonly WireState state;
    readonly int[] bits;
    readonly Complex[] start;

    /// <summary>Wires that begin in |0⟩, or in these amplitudes.</summary>
    public Trajectory(ulong wires, Complex[]? amplitudes = null)
    {
        state = new(wires);
        int[] list = [.. WireGraph.Bits(wires)];
        bits = new int[Circuit.MaxQubits + 1];
        for (int i = 0; i < list.Length; i++) bits[list[i]] = 1 << (list.Length - 1 - i);
        start = [.. amplitudes ?? state.Amplitudes];
    }

    /// <summary>The state now, the first wire the most significant bit.</summary>
    public WireState State => state;

    /// <summary>Runs the steps from the start.</summary>
    public void Run(IEnumerable<CompiledStep> steps, Random random)
    {
        start.CopyTo(state.Amplitudes, 0);
        foreach (CompiledStep step in steps)
        {
            Apply(step.Matrix, step.Wires);
            foreach ((NoiseChannel channel, int[] wires) in step.Channels)
            {
                if (channel.Mixture is { } mixture) ApplyPauli(Drawn(mixture, random), wires);
                else ApplyKraus(channel, wires, random);
            }
        }
    }

    public static int Drawn(IReadOnlyList<double> probabilities, Random random)
    {
        double u = random.NextDouble();
        for (int i = 0; i < probabilities.Count - 1; i++)
            if ((u -= probabilities[i]) < 0) return i;
        return probabilities.Count - 1;
    }

    void ApplyPauli(int pauli, int[] wires)
    {
        if (pauli != 0) Apply(PauliMatrix.Of(pauli, wires.Length), wires);
    }

    void ApplyKraus(NoiseChannel channel, int[] wires, Random random)
    {
        Apply(channel.Operator(channel.Choose(Reduced(wires), random.NextDouble()).Operator), wires);
        double scale = 1 / Math.Sqrt(state.Overlap(state));
        for (int i = 0; i < state.Amplitudes.Length; i++) state.Amplitudes[i] *= scale;
    }

    /// <summary>The density matrix of one or two wires.</summary>
    Complex[,] Reduced(ReadOnlySpan<int> wires)
    {
        Complex[] psi = state.Amplitudes;
        int first = bits[wires[0]], second = wires.Length == 1 ? 0 : bits[wires[1]];
        int[] offsets = wires.Length == 1 ? [0, first] : [0, second, first, first | second];
        var rho = new Complex[offsets.Length, offsets.Length];
        for (int i = 0; i < psi.Length; i++)
        {
            if ((i & offsets[^1]) != 0) continue;
            for (int row = 0; row < offsets.Length; row++)
                for (int column = 0; column < offsets.Length; column++)
                    rho[row, column] += psi[i | offsets[row]] * Complex.Conjugate(psi[i | offsets[column]]);
        }

        return rho;
    }

    /// <summary>Applies a 2×2 or 4×4 matrix.</summary>
    void Apply(Complex[,] m, ReadOnlySpan<int> wires)
    {
        Complex[] psi = state.Amplitudes;
        if (wires.Length == 1)
        {
            (Complex a, Complex b, Complex c, Complex d) = (m[0, 0], m[0, 1], m[1, 0], m[1, 1]);
            int half = bits[wires[0]];
            for (int block = 0; block < psi.Length; block += 2 * half)
            {
                for (int i = block; i < block + half; i++)
                {
                    (Complex zero, Complex one) = (psi[i], psi[i + half]);
                    psi[i] = a * zero + b * one;
                    psi[i + half] = c * zero + d * one;
                }
            }

            return;
        }

        (int first, int second) = (bits[wires[0]], bits[wires[1]]);
        Span<Complex> old = stackalloc Complex[4];
        for (int i = 0; i < psi.Length; i++)
        {
            if ((i & (first | second)) != 0) continue;
            (old[0], old[1], old[2], old[3]) = (psi[i], psi[i | second], psi[i | first], psi[i | first | second]);
            for (int row = 0; row < 4; row++)
            {
                Complex sum = 0;
                for (int column = 0; column < 4; column++)
                    if (m[row, column] != Complex.Zero) sum += m[row, column] * old[column];
                psi[i | (row & 1) * second | (row >> 1) * first] = sum;
            }
        }
    }
}

/// <summary>A gate of one or two wires as a matrix, and what acts after it.</summary>
sealed record CompiledStep(Complex[,] Matrix, int[] Wires, IReadOnlyList<(NoiseChannel Channel, int[] Wires)> Channels)
{
    /// <summary>The gates of these steps, whose angles are numbers; channels follow the last gate of their step.</summary>
    public static IEnumerable<CompiledStep> Of(IEnumerable<NoisyCircuit.Step> steps)
    {
        foreach (NoisyCircuit.Step step in steps)
            for (int i = 0; i < step.Gates.Count; i++)
            {
                Gate gate = step.Gates[i];
                yield return new(gate.Spec.Matrix([.. gate.Angles.Select(angle => angle.Scale)]), gate.Wires,
                    i == step.Gates.Count - 1 ? step.Channels : []);
            }
    }
}
