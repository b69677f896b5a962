using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// How a machine computes, as far as results show it. Equal bits do not hang on the width of the vectors (512 and 256 bits give
/// the same) but on the fused multiply-add, on elementary functions and on the order in which a vector is summed, which come
/// from processor, operating system and runtime. So it is not their names that are compared but a result.
/// </summary>
/// <param name="VectorBits">The widest accelerated vector. It decides the speed.</param>
/// <param name="Fingerprint">Eight hexadecimal digits of what a small fixed training and sampling gave: equal ones promise equal
/// bits. Null where it was not recorded.</param>
public sealed record Arithmetic(int VectorBits, string? Fingerprint)
{
    /// <summary>That of processors with AVX2 or AVX-512 under Linux: what results without a record were computed with.</summary>
    internal const string Usual = "fb0ede46";

    static readonly Lazy<Arithmetic> s_here = new(() => new(Width, Measure()));

    /// <summary>The <see cref="Device.Arithmetic"/> of the device that computes beside the processors, or null. It alone decides
    /// the bits then, as far as they are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Device { get; init; }

    /// <summary>This machine's.</summary>
    public static Arithmetic Here => s_here.Value;

    /// <summary>Why this machine will be slow, or null if it has what a fast one needs.</summary>
    public static string? Slowness
    {
        get
        {
            if (Width >= 256) return null;
            string vectors = Width == 0 ? "no vectors" : $"vectors of {Width} bits only";
            // Measured with AVX2 switched off, which takes the fused multiply-add with it: docs/benchmarks.
            return Fma.IsSupported || AdvSimd.IsSupported
                ? $"This machine offers {vectors}; training and sampling are slower than with 256 or 512 bits."
                : $"This machine offers {vectors} and no fused multiply-add (AVX2 is missing or switched off); training and "
                    + "sampling take 4 to 5 times as long as with 512 bits.";
        }
    }

    /// <summary>What keys and recipes add where the arithmetic is not the usual one, so that results of two kinds are not
    /// mixed; empty where it is.</summary>
    internal static string Key => Here.Fingerprint == Usual ? "" : $" arithmetic {Here.Fingerprint}";

    static int Width => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>This machine's, with this device if there is one.</summary>
    public static Arithmetic With(Device? device) => device is null ? Here : Here with { Device = device.Arithmetic };

    /// <summary>Whether results of both have equal bits.</summary>
    public bool Agrees(Arithmetic other) => Device is not null || other.Device is not null ? Device == other.Device
        : Fingerprint is not null && other.Fingerprint is not null
        ? Fingerprint == other.Fingerprint
        // Earlier runs recorded the width alone.
        : VectorBits >= 256 == other.VectorBits >= 256;

    /// <inheritdoc/>
    public override string ToString() => Device ?? string.Create(CultureInfo.InvariantCulture,
        $"{VectorBits}-bit vectors, arithmetic {Fingerprint ?? "not recorded"}");

    /// <summary>Three registers of four wires, each controlling the next around a ring.</summary>
    static Circuit JoinedRegisters()
    {
        int weight = 0;
        IEnumerable<Gate> ring = Enumerable.Range(0, 3).SelectMany(register => (Gate[])
        [
            .. Enumerable.Range(4 * register, 4).Select(wire => Gate.CRZ(wire, (wire + 4) % 12, Next())),
            .. Enumerable.Range(4 * register, 4).Select(wire => Gate.CRX(wire, (wire + 4) % 12, Next())),
        ]);
        return new(12, [.. Embedding.Angles(12), .. ring]);

        Angle Next() => Angle.Weight(weight++, Ansatz.FullTurn);
    }

    /// <summary>A step of training and samples by every sampler, of the smallest network that has every kind of layer.</summary>
    static string Measure()
    {
        Network network = new UNet
        {
            Image = [1, 4, 4],
            Dimension = 4,
            Multipliers = [1, 2],
            Groups = 2,
            Heads = 1,
            HeadFeatures = 4,
            Vertex = new() { Circuit = JoinedRegisters() },
        }.Build();
        var pixels = new byte[Tensor.Samples * network.Image.Count];
        new RandomStream(1, "arithmetic").NextBytes(pixels);
        NoiseSchedule schedule = NoiseSchedule.Cosine(steps: 4);
        var state = new TrainingState(network, seed: 1);
        var trainer = new Trainer(state, new Objective(schedule, Prediction.Epsilon, Weighting.P2()),
            new ImageSet("arithmetic", network.Image, pixels), new TrainerOptions
            {
                Batch = Tensor.Samples,
                ClipNorm = 0.1,
                Average = ExponentialAverage.Plain(),
                Workers = new(1),
            });
        TrainingStep[] steps = [.. trainer.Run().Take(2)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TrainingStep step in steps) hash.AppendData(BitConverter.GetBytes(step.Loss));
        hash.AppendData(MemoryMarshal.AsBytes<float>(state.Weights.Values));
        hash.AppendData(MemoryMarshal.AsBytes<float>(state.Average.Values));
        foreach (Sampler sampler in (Sampler[])[new DdpmSampler(), new DdimSampler(), new HeunSampler(), new DpmSolverSampler()])
        {
            var generator = new SampleGenerator(network, schedule, Prediction.Epsilon,
                sampler with { Steps = 3 }, threads: 1);
            hash.AppendData(MemoryMarshal.AsBytes<float>(generator.Generate(state.Average, seed: 1, count: 2)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..8];
    }
}
