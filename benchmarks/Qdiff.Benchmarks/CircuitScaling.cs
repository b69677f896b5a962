using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>
/// How the cost of a circuit that does not fall apart grows, beside what the caches would allow if every gate took one pass: the
/// state is read and written once a gate on the way forward, and both states of the adjoint method once a gate on the way back.
/// </summary>
static class CircuitScaling
{
    const int BytesPerAmplitude = 2 * sizeof(float);

    public static void Run(string? plot)
    {
        var rows = CircuitBenchmarks.Scaling().ToList();
        Console.WriteLine($"{"qubits",7} {"layers",7} {"us/sample",12} {"pass limit",12} {"GB/s of the state",18}");
        var limits = new List<double>();
        foreach ((int qubits, int layers, double microseconds) in rows)
        {
            double bandwidth = Bandwidth((long)(BytesPerAmplitude * Tensor.Samples) << qubits);
            // A layer has, on each wire, three rotations that become one matrix, and one CNOT.
            double passes = 3.0 * 2 * qubits * layers, bytes = 2.0 * BytesPerAmplitude * Math.Pow(2, qubits);
            limits.Add(passes * bytes / bandwidth * 1e6);
            Console.WriteLine($"{qubits,7} {layers,7} {microseconds,12:F2} {limits[^1],12:F2} {bandwidth / 1e9,18:F0}");
        }

        if (plot is null) return;
        ChartSeries[] series = [.. rows.Select(r => r.Layers).Distinct().Select(layers =>
        {
            var own = rows.Where(r => r.Layers == layers).ToArray();
            return new ChartSeries($"{layers} layer{(layers > 1 ? "s" : "")}", [.. own.Select(r => (double)r.Qubits)],
                [.. own.Select(r => r.Microseconds)]);
        }), new("10 layers, one pass a gate at the bandwidth of the caches",
            [.. rows.Where(r => r.Layers == 10).Select(r => (double)r.Qubits)],
            [.. limits.Where((_, i) => rows[i].Layers == 10)])];
        new LineChart
        {
            Title = "Strongly entangling circuit, forward and gradient, one core",
            XLabel = "qubits",
            YLabel = "microseconds a sample",
            LogY = true,
            Series = series,
        }.Save(plot);
    }

    /// <summary>Bytes a second of reading and writing a buffer of this size again and again.</summary>
    static unsafe double Bandwidth(long bytes)
    {
        var buffer = new AlignedBuffer((int)(bytes / sizeof(float)));
        int repeats = (int)Math.Clamp((32L << 20) / bytes, 1, 100_000);
        Measurement time = Measurement.Take(() => Sweep(buffer.Pointer, buffer.Length, repeats), 0.1);
        return 2.0 * bytes * repeats / time.Min;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Sweep(float* values, int length, int repeats)
    {
        var factor = Vector512.Create(1.0000001f);
        for (int r = 0; r < repeats; r++)
            for (float* p = values; p < values + length; p += 16) (factor * Vector512.Load(p)).Store(p);
    }
}
