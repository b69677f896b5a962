using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What all tiles of a step share: the matrices of runs that depend on weights alone, and how their gradients reach the weights.
/// </summary>
sealed class PreparedProgram
{
    /// <summary>8 vectors a run, each number repeated for the 16 samples.</summary>
    readonly float[] matrices;
    readonly int offset;

    public unsafe PreparedProgram(ProgramLayout layout)
    {
        Layout = layout;
        // Pinned, because kernels hold pointers; 16 floats more, to begin at a cache line.
        matrices = GC.AllocateArray<float>(8 * Tile.Samples * layout.Program.Runs.Length + Tile.Samples, pinned: true);
        fixed (float* start = matrices) offset = (int)((64 - (long)start % 64) % 64 / sizeof(float));
        Axes = [.. layout.Program.Runs.Select(run => new List<(int Weight, double N0, double NX, double NY, double NZ)>())];
    }

    public ProgramLayout Layout { get; }

    /// <summary>Per run: dL/dweight += N·t for each trainable member.</summary>
    public List<(int Weight, double N0, double NX, double NY, double NZ)>[] Axes { get; }

    /// <summary>For angles that mix inputs and weights.</summary>
    public double[] WeightValues { get; private set; } = [];

    public unsafe float* Matrix(int run)
    {
        fixed (float* start = matrices) return start + offset + run * 8 * Tile.Samples;
    }

    public void Set(ReadOnlySpan<float> weights)
    {
        if (WeightValues.Length != weights.Length) WeightValues = new double[weights.Length];
        for (int i = 0; i < weights.Length; i++) WeightValues[i] = weights[i];
        for (int r = 0; r < Axes.Length; r++)
        {
            GateRun run = Layout.Program.Runs[r];
            if (run.PerSample) continue;
            (Complex[,] matrix, double[][] axes) = run.Evaluate(WeightValues);
            for (int k = 0; k < 8; k++)
            {
                Complex entry = matrix[k / 4, k / 2 % 2];
                double part = k % 2 == 0 ? entry.Real : entry.Imaginary;
                matrices.AsSpan(offset + (r * 8 + k) * Tile.Samples, Tile.Samples).Fill((float)part);
            }

            Axes[r].Clear();
            for (int i = 0; i < axes.Length; i++)
            {
                Angle angle = run.Members[i].Angle;
                double[] n = axes[i];
                if (angle.Source == AngleSource.Weight)
                    Axes[r].Add((angle.Index, n[0] * angle.Scale, n[1] * angle.Scale, n[2] * angle.Scale, n[3] * angle.Scale));
                if (angle.Formula is not { } formula) continue;
                var slopes = new double[weights.Length];
                formula.AddGradient(1, new SampleNumbers([], WeightValues, default, slopes));
                foreach (int w in angle.WeightIndices)
                    Axes[r].Add((w, n[0] * slopes[w], n[1] * slopes[w], n[2] * slopes[w], n[3] * slopes[w]));
            }
        }
    }
}
