using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>
    /// Sines and cosines of each sample's timestep: [dimension], the sines first, frequencies e^(−j·ln(10000)/(dimension/2 − 1)).
    /// </summary>
    /// <remarks>Vaswani et al., arXiv 1706.03762, in the form that diffusion models use: Ho et al., arXiv 2006.11239.</remarks>
    public static Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension)
    {
        Require.That(dimension >= 4 && dimension % 2 == 0,
            $"The embedding dimension must be even and at least 4, got {dimension}.");
        Require.That(timesteps.Length <= space.Samples, $"A tile has {space.Samples} samples, got {timesteps.Length} timesteps.");
        int half = dimension / 2;
        if (space.IsReference)
        {
            int[] each = [.. timesteps];
            return space.Define([dimension],
                s => s < each.Length ? ElementwiseOracle.SinusoidalEmbedding(each[s], dimension) : new double[dimension]);
        }

        Tensor y = space.Input([dimension]);
        for (int j = 0; j < half; j++)
        {
            double frequency = Math.Exp(-j * Math.Log(10000) / (half - 1));
            for (int s = 0; s < timesteps.Length; s++)
            {
                (double sin, double cos) = Math.SinCos(timesteps[s] * frequency);
                y.Values[j * Tensor.Samples + s] = (float)sin;
                y.Values[(half + j) * Tensor.Samples + s] = (float)cos;
            }
        }

        return y;
    }

    /// <summary>Each sample's row of a table [rows, dimension]: its label's embedding [dimension].</summary>
    public static Tensor Embedding(Workspace space, ReadOnlySpan<int> labels, Parameter table)
    {
        Require.That(table.Shape.Rank == 2, $"Embedding '{table.Name}' must have shape rows×dimension, it has {table.Shape}.");
        Require.That(labels.Length <= space.Samples, $"A tile has {space.Samples} samples, got {labels.Length} labels.");
        int rows = table.Shape[0], dimension = table.Shape[1];
        int[] row = new int[labels.Length];
        labels.CopyTo(row);
        foreach (int r in row) Require.That((uint)r < (uint)rows, $"Label {r} is outside 0 … {rows - 1}.");
        if (space.IsReference)
        {
            double[] w = space.Definition(table);
            return space.Define([dimension],
                s => s < row.Length ? w[(row[s] * dimension)..((row[s] + 1) * dimension)] : new double[dimension]);
        }

        Tensor y = space.Output([dimension], space.Gradient is not null);
        y.Values.Clear();
        for (int s = 0; s < row.Length; s++)
        {
            for (int i = 0; i < dimension; i++) y.Pointer[i * Tensor.Samples + s] = space.Values(table)[row[s] * dimension + i];
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* gradient = space.GradientOf(table);
            for (int s = 0; s < row.Length; s++)
                for (int i = 0; i < dimension; i++) gradient[row[s] * dimension + i] += y.GradientPointer[i * Tensor.Samples + s];
        });
        return y;
    }

    /// <summary>Each sample's mean of (prediction − target)²: a scalar a sample.</summary>
    public static Tensor SquaredError(Tensor prediction, Tensor target)
    {
        Require.SameShape(prediction, target);
        Workspace space = prediction.Workspace;
        if (space.IsReference)
            return space.Define(Shape.Scalar,
                s => ElementwiseOracle.SquaredError(prediction.Definition[s], target.Definition[s]));
        Tensor loss = space.Output(Shape.Scalar, prediction.RequiresGradient);
        Vector512<float> a = default, b = default;
        for (int i = 0; i < prediction.Count; i += 2)
        {
            Vector512<float> d = Lane.Load(prediction.Pointer, i) - Lane.Load(target.Pointer, i);
            a = Lane.Fma(d, d, a);
            if (i + 1 == prediction.Count) break;
            d = Lane.Load(prediction.Pointer, i + 1) - Lane.Load(target.Pointer, i + 1);
            b = Lane.Fma(d, d, b);
        }

        var scale = Vector512.Create(1f / prediction.Count);
        (scale * (a + b)).Store(loss.Pointer);
        if (loss.RequiresGradient) space.Record(loss, () =>
        {
            float* d = space.BeginGradient(prediction);
            Vector512<float> factor = (scale + scale) * Lane.Load(loss.GradientPointer);
            for (nint i = 0; i < prediction.Count; i++)
                (factor * (Lane.Load(prediction.Pointer, i) - Lane.Load(target.Pointer, i))).Store(d + i * Lane.Width);
            space.EndGradient(prediction, d);
        });
        return loss;
    }

    /// <summary>Each sample's −log softmax(logits)[label]: a scalar a sample. Samples beyond the labels are idle.</summary>
    public static Tensor CrossEntropy(Tensor logits, ReadOnlySpan<int> labels)
    {
        Require.Rank(logits, 1);
        Require.That(labels.Length <= logits.Workspace.Samples,
            $"A tile has {logits.Workspace.Samples} samples, got {labels.Length} labels.");
        int classes = logits.Shape[0];
        int[] label = new int[Tensor.Samples];
        labels.CopyTo(label);
        foreach (int l in label) Require.That((uint)l < (uint)classes, $"Label {l} is outside 0 … {classes - 1}.");
        Workspace space = logits.Workspace;
        if (space.IsReference)
            return space.Define(Shape.Scalar, s => ElementwiseOracle.CrossEntropy(logits.Definition[s], label[s]));
        Tensor loss = space.Output(Shape.Scalar, logits.RequiresGradient);
        Vector512<float> max = LaneReduction.Max(logits.Pointer, classes), sum = default;
        for (int i = 0; i < classes; i++) sum += VectorMath.Exp(Lane.Load(logits.Pointer, i) - max);
        for (int s = 0; s < Tensor.Samples; s++)
            loss.Pointer[s] = MathF.Log(sum[s]) + max[s] - logits.Pointer[label[s] * Tensor.Samples + s];
        if (loss.RequiresGradient) space.Record(loss, () =>
        {
            float* d = space.BeginGradient(logits);
            Vector512<float> g = Lane.Load(loss.GradientPointer), inverse = Vector512<float>.One / sum;
            for (int i = 0; i < classes; i++)
                (g * inverse * VectorMath.Exp(Lane.Load(logits.Pointer, i) - max)).Store(d + i * Lane.Width);
            for (int s = 0; s < Tensor.Samples; s++) d[label[s] * Tensor.Samples + s] -= g[s];
            space.EndGradient(logits, d);
        });
        return loss;
    }
}
