using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Qdiff.Quantum;

/// <summary>
/// Sixteen states of the same wires side by side in single precision, one a lane: what trajectories and samples have in common is
/// done for all at once. Wires that no gate has joined yet are kept apart. What a lane holds does not depend on the others.
/// </summary>
sealed class TrajectoryTile : IDisposable
{
    public const int Lanes = Tile.Samples;

    /// <summary>2¹⁶ amplitudes of sixteen lanes are 8 MiB.</summary>
    public const int MaxWires = 16;

    readonly Piece?[] home = new Piece?[Circuit.MaxQubits + 1];
    readonly ulong wires;

    /// <summary>All lanes in |0⟩.</summary>
    public TrajectoryTile(ulong wires)
    {
        this.wires = wires;
        Restart();
    }

    /// <summary>All lanes in |0⟩ again.</summary>
    public void Restart()
    {
        Dispose();
        foreach (int wire in WireGraph.Bits(wires))
        {
            Piece piece = home[wire] = new([wire]);
            piece.Real.AsSpan(0, 2 * Lanes).Clear();
            piece.Imaginary.AsSpan(0, 2 * Lanes).Clear();
            piece.Real.AsSpan(0, Lanes).Fill(1);
        }
    }

    /// <summary>Each lane in amplitudes of its own, the first wire the most significant bit.</summary>
    public void Start(IReadOnlyList<Complex[]> amplitudes)
    {
        Piece piece = Joined([.. WireGraph.Bits(wires)]);
        for (int lane = 0; lane < amplitudes.Count; lane++)
            for (int k = 0; k < amplitudes[lane].Length; k++)
            {
                piece.Real[k * Lanes + lane] = (float)amplitudes[lane][k].Real;
                piece.Imaginary[k * Lanes + lane] = (float)amplitudes[lane][k].Imaginary;
            }
    }

    /// <summary>Lane j becomes lane <paramref name="lanes"/>[j] of another tile.</summary>
    public void CopyLanes(TrajectoryTile from, ReadOnlySpan<int> lanes)
    {
        Dispose();
        Vector512<int> places = Vector512.Create(lanes);
        foreach (Piece source in from.Pieces)
        {
            var copy = new Piece(source.Wires);
            foreach (int wire in source.Wires) home[wire] = copy;
            for (int k = 0; k < copy.Count; k++)
            {
                Shuffled(source.Real, copy.Real, k, places);
                Shuffled(source.Imaginary, copy.Imaginary, k, places);
            }
        }

        static void Shuffled(float[] from, float[] to, int k, Vector512<int> places) =>
            Vector512.Shuffle(Vector512.Create(from.AsSpan(k * Lanes, Lanes)), places).CopyTo(to.AsSpan(k * Lanes, Lanes));
    }

    /// <summary>Applies a matrix, of each lane its own, to one or two wires.</summary>
    public void Apply(LaneMatrix matrix, ReadOnlySpan<int> on)
    {
        Piece piece = Joined(on);
        if (matrix.Size == 2) TileKernels.Apply(piece, piece.BitOf(on[0]), 0, matrix.Block());
        else if (matrix.IsControlled) TileKernels.Apply(piece, piece.BitOf(on[1]), piece.BitOf(on[0]), matrix.Block());
        else TileKernels.Apply(piece, matrix, piece.BitOf(on[0]), piece.BitOf(on[1]));
    }

    /// <summary>Applies a Pauli string, numbered as in <see cref="PauliMatrix"/>, to one lane, up to a global phase.</summary>
    public void Flip(int lane, int pauli, ReadOnlySpan<int> on)
    {
        Piece piece = Joined(on);
        int x = 0, z = 0;
        for (int i = 0; i < on.Length; i++)
        {
            int letter = pauli >> (2 * (on.Length - 1 - i)) & 3, bit = piece.BitOf(on[i]);
            if (letter is 1 or 2) x |= bit;
            if (letter >= 2) z |= bit;
        }

        (float[] re, float[] im) = (piece.Real, piece.Imaginary);
        for (int k = 0; k < piece.Count; k++)
        {
            if ((k ^ x) < k) continue;
            (int a, int b) = (k * Lanes + lane, (k ^ x) * Lanes + lane);
            float signA = BitOperations.PopCount((uint)(k & z)) % 2 == 0 ? 1 : -1;
            float signB = BitOperations.PopCount((uint)((k ^ x) & z)) % 2 == 0 ? 1 : -1;
            (re[a], re[b]) = (signB * re[b], signA * re[a]);
            (im[a], im[b]) = (signB * im[b], signA * im[a]);
        }
    }

    /// <summary>
    /// In each lane one Kraus operator acts, that with which the sum of probabilities passes the lane's number in [0, 1).
    /// </summary>
    public void Draw(NoiseChannel channel, ReadOnlySpan<int> on, ReadOnlySpan<double> uniform)
    {
        Piece piece = Joined(on);
        int d = 1 << on.Length;
        var reduced = new float[2 * d * d * Lanes];
        TileKernels.Reduce(piece, piece.BitOf(on[0]), on.Length == 1 ? 0 : piece.BitOf(on[1]), reduced);
        var matrix = new LaneMatrix(d);
        var rho = new Complex[d, d];
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int e = 0; e < d * d; e++)
                rho[e / d, e % d] = new(reduced[2 * e * Lanes + lane], reduced[(2 * e + 1) * Lanes + lane]);
            (int chosen, double weight) = channel.Choose(rho, lane < uniform.Length ? uniform[lane] : 0);
            matrix.Set(lane, channel.Operator(chosen), weight > 0 ? 1 / Math.Sqrt(weight) : 0);
        }

        TileKernels.Apply(piece, matrix, piece.BitOf(on[0]), on.Length == 1 ? 0 : piece.BitOf(on[1]));
    }

    /// <summary>The probabilities of all outcomes of a lane, the first wire the most significant bit.</summary>
    public double[] Probabilities(int lane)
    {
        Piece piece = Joined([.. WireGraph.Bits(wires)]);
        var result = new double[piece.Count];
        int[] bits = [.. WireGraph.Bits(wires).Select(piece.BitOf)];
        bool isInOrder = piece.Wires.Zip(piece.Wires.Skip(1)).All(pair => pair.First < pair.Second);
        for (int k = 0; k < result.Length; k++)
        {
            (float a, float b) = (piece.Real[k * Lanes + lane], piece.Imaginary[k * Lanes + lane]);
            result[isInOrder ? k : Number(k)] = (double)a * a + (double)b * b;
        }

        return result;

        int Number(int k)
        {
            int number = 0;
            foreach (int bit in bits) number = number << 1 | ((k & bit) != 0 ? 1 : 0);
            return number;
        }
    }

    /// <summary>⟨P⟩ of a lane.</summary>
    public double Expectation(int lane, PauliString pauli)
    {
        Piece piece = Joined([.. WireGraph.Bits(wires)]);
        int x = 0, z = 0;
        foreach (int wire in WireGraph.Bits(pauli.XBits)) x |= piece.BitOf(wire);
        foreach (int wire in WireGraph.Bits(pauli.ZBits)) z |= piece.BitOf(wire);
        Complex sum = 0;
        for (int k = 0; k < piece.Count; k++)
        {
            (int a, int b) = (k * Lanes + lane, (k ^ x) * Lanes + lane);
            Complex product = new Complex(piece.Real[b], -piece.Imaginary[b]) * new Complex(piece.Real[a], piece.Imaginary[a]);
            sum += BitOperations.PopCount((uint)(k & z)) % 2 == 0 ? product : -product;
        }

        return (Complex.Pow(Complex.ImaginaryOne, pauli.YCount) * sum).Real;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (Piece piece in Pieces.ToArray()) piece.Dispose();
        Array.Clear(home);
    }

    IEnumerable<Piece> Pieces => home.OfType<Piece>().Distinct();

    /// <summary>The state of all these wires together.</summary>
    Piece Joined(ReadOnlySpan<int> on)
    {
        Piece piece = home[on[0]]!;
        foreach (int wire in on[1..])
        {
            Piece other = home[wire]!;
            if (other == piece) continue;
            Piece product = new([.. piece.Wires, .. other.Wires]);
            TileKernels.Multiply(piece, other, product);
            foreach (int joined in product.Wires) home[joined] = product;
            piece.Dispose();
            other.Dispose();
            piece = product;
        }

        return piece;
    }

    /// <summary>The state of some wires, the first the most significant bit; amplitude k of a lane is at 16·k + lane.</summary>
    internal sealed class Piece(int[] wires) : IDisposable
    {
        public int[] Wires { get; } = wires;

        public int Count { get; } = 1 << wires.Length;

        public float[] Real { get; } = ArrayPool<float>.Shared.Rent(Lanes << wires.Length);

        public float[] Imaginary { get; } = ArrayPool<float>.Shared.Rent(Lanes << wires.Length);

        public int BitOf(int wire) => 1 << (Wires.Length - 1 - Array.IndexOf(Wires, wire));

        public void Dispose()
        {
            ArrayPool<float>.Shared.Return(Real);
            ArrayPool<float>.Shared.Return(Imaginary);
        }
    }
}
