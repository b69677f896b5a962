using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// The amplitudes of some wires of a circuit in double precision, one sample. The first wire is the most significant bit.
/// </summary>
sealed class WireState
{
    /// <summary>2²⁴ amplitudes are 256 MiB.</summary>
    public const int MaxWires = 24;

    readonly int[] bits;

    /// <summary>All wires of the set in |0⟩.</summary>
    public WireState(ulong wires)
    {
        int[] list = [.. WireGraph.Bits(wires)];
        if (list.Length > MaxWires)
            throw new ArgumentException(
                $"{list.Length} wires have to be simulated together; the limit in double precision is {MaxWires}.");
        bits = new int[Circuit.MaxQubits + 1];
        for (int i = 0; i < list.Length; i++) bits[list[i]] = list.Length - 1 - i;
        Amplitudes = new Complex[1 << list.Length];
        Amplitudes[0] = 1;
    }

    WireState(Complex[] amplitudes, int[] bits) => (Amplitudes, this.bits) = (amplitudes, bits);

    public Complex[] Amplitudes { get; }

    /// <summary>Applies the gate, turned by <paramref name="angle"/>, or undoes it.</summary>
    public void Apply(Elementary gate, double angle, bool inverse = false)
    {
        Complex[,] u = gate.Matrix(angle);
        if (inverse)
            (u[0, 0], u[0, 1], u[1, 0], u[1, 1]) = (Complex.Conjugate(u[0, 0]), Complex.Conjugate(u[1, 0]),
                Complex.Conjugate(u[0, 1]), Complex.Conjugate(u[1, 1]));
        (Complex a, Complex b, Complex c, Complex d) = (u[0, 0], u[0, 1], u[1, 0], u[1, 1]);
        Complex[] psi = Amplitudes;
        int half = 1 << bits[gate.Target], control = gate.Control < 0 ? 0 : 1 << bits[gate.Control];
        for (int block = 0; block < psi.Length; block += 2 * half)
        {
            for (int i = block; i < block + half; i++)
            {
                if ((i & control) != control) continue;
                (Complex zero, Complex one) = (psi[i], psi[i + half]);
                psi[i] = a * zero + b * one;
                psi[i + half] = c * zero + d * one;
            }
        }
    }

    /// <summary>2 Im⟨this|G|ψ⟩ with the generator G of the gate: the derivative by its angle if this is the observable's image
    /// of ψ, both taken behind the gate.</summary>
    public double Derivative(Elementary gate, WireState psi)
    {
        (Complex[] l, Complex[] p) = (Amplitudes, psi.Amplitudes);
        double sum = 0;
        int half = 1 << bits[gate.Target], control = gate.Control < 0 ? 0 : 1 << bits[gate.Control];
        for (int block = 0; block < p.Length; block += 2 * half)
        {
            for (int i = block; i < block + half; i++)
            {
                if ((i & control) != control) continue;
                int k = i + half;
                sum += gate.Kind switch
                {
                    GateKind.RX => Imaginary(l[i], p[k]) + Imaginary(l[k], p[i]),
                    GateKind.RY => Real(l[k], p[i]) - Real(l[i], p[k]),
                    GateKind.RZ => Imaginary(l[i], p[i]) - Imaginary(l[k], p[k]),
                    _ => -2 * Imaginary(l[k], p[k]),
                };
            }
        }

        return sum;

        static double Real(Complex bra, Complex ket) => bra.Real * ket.Real + bra.Imaginary * ket.Imaginary;
        static double Imaginary(Complex bra, Complex ket) => bra.Real * ket.Imaginary - bra.Imaginary * ket.Real;
    }

    /// <summary>Adds <paramref name="factor"/> · (−iG)ψ with the generator G of the gate: of ψ behind the gate this is the
    /// derivative by its angle.</summary>
    public void AddDerivative(Elementary gate, WireState psi, double factor)
    {
        (Complex[] to, Complex[] p) = (Amplitudes, psi.Amplitudes);
        (double real, Complex turned) = (factor / 2, new(0, -factor / 2));
        int half = 1 << bits[gate.Target], control = gate.Control < 0 ? 0 : 1 << bits[gate.Control];
        for (int block = 0; block < p.Length; block += 2 * half)
        {
            for (int i = block; i < block + half; i++)
            {
                if ((i & control) != control) continue;
                int k = i + half;
                switch (gate.Kind)
                {
                    case GateKind.RX:
                        (to[i], to[k]) = (to[i] + turned * p[k], to[k] + turned * p[i]);
                        break;
                    case GateKind.RY:
                        (to[i], to[k]) = (to[i] - real * p[k], to[k] + real * p[i]);
                        break;
                    case GateKind.RZ:
                        (to[i], to[k]) = (to[i] + turned * p[i], to[k] - turned * p[k]);
                        break;
                    default:
                        to[k] += new Complex(0, factor) * p[k];
                        break;
                }
            }
        }
    }

    /// <summary>A Pauli string times this.</summary>
    public WireState Times(PauliString pauli)
    {
        int x = 0, z = 0;
        foreach (int wire in WireGraph.Bits(pauli.XBits)) x |= 1 << bits[wire];
        foreach (int wire in WireGraph.Bits(pauli.ZBits)) z |= 1 << bits[wire];
        // Y|0⟩ = i|1⟩ and Y|1⟩ = −i|0⟩.
        Complex phase = Complex.Pow(Complex.ImaginaryOne, pauli.YCount);
        var image = new Complex[Amplitudes.Length];
        for (int k = 0; k < image.Length; k++)
            image[k ^ x] = (BitOperations.PopCount((uint)(k & z)) % 2 == 0 ? phase : -phase) * Amplitudes[k];
        return new(image, bits);
    }

    /// <summary>Re⟨this|other⟩.</summary>
    public double Overlap(WireState other)
    {
        double sum = 0;
        for (int k = 0; k < Amplitudes.Length; k++)
            sum += Amplitudes[k].Real * other.Amplitudes[k].Real + Amplitudes[k].Imaginary * other.Amplitudes[k].Imaginary;
        return sum;
    }
}
