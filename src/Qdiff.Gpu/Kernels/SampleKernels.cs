using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>What goes by sample: rows of tables, and losses.</summary>
static class SampleKernels
{
    /// <summary>Each sample's row of a table; a row below 0 is all zero.</summary>
    public static void Rows(Index1D index, int batch, int dimension, ArrayView<int> rows, ArrayView<float> table,
        [Out] ArrayView<float> y)
    {
        int s = index % batch, i = index / batch, row = rows[s];
        y[index] = row < 0 ? 0f : table[row * dimension + i];
    }

    /// <summary>The gradient of a table: a thread for each of its numbers looks for the samples that read its row.</summary>
    public static void RowsGradient(Index1D index, int batch, int dimension, ArrayView<int> rows, ArrayView<float> dy,
        [Out] ArrayView<float> partial)
    {
        int row = index / dimension, i = index % dimension;
        float sum = 0;
        for (int s = 0; s < batch; s++)
            if (rows[s] == row) sum += dy[i * batch + s];
        partial[index] = sum;
    }

    /// <summary>Each sample's mean of (prediction − target)². A group for 32 samples.</summary>
    public static void SquaredError(int batch, int count, ArrayView<float> prediction, ArrayView<float> target,
        [Out] ArrayView<float> loss)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int s = Grid.IdxX * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes;
        float sum = 0;
        for (int e = Group.IdxX / GroupSum.Lanes; s < batch && e < count; e += Group.DimX / GroupSum.Lanes)
        {
            float d = prediction[e * batch + s] - target[e * batch + s];
            sum += d * d;
        }

        sum = GroupSum.OverWarps(shared, sum);
        if (Group.IdxX < GroupSum.Lanes && s < batch) loss[s] = sum / count;
    }

    public static void SquaredErrorGradient(Index1D index, int batch, float factor, ArrayView<float> prediction,
        ArrayView<float> target, ArrayView<float> dloss, [Out] ArrayView<float> dx) =>
        dx[index] = factor * (prediction[index] - target[index]) * dloss[index % batch];

    /// <summary>Each sample's −log softmax(logits)[label]; its gradient before the loss's own is kept in
    /// <paramref name="slope"/>. A sample that is idle has a label below 0, and no loss.</summary>
    public static void CrossEntropy(Index1D s, int batch, int classes, ArrayView<int> labels, ArrayView<float> logits,
        [Out] ArrayView<float> slope, [Out] ArrayView<float> loss)
    {
        int label = labels[s], at = label < 0 ? 0 : label;
        float max = logits[s], sum = 0;
        for (int i = 1; i < classes; i++) max = logits[i * batch + s] > max ? logits[i * batch + s] : max;
        for (int i = 0; i < classes; i++) sum += DeviceMath.Exp(logits[i * batch + s] - max);
        for (int i = 0; i < classes; i++)
            slope[i * batch + s] = label < 0 ? 0f : DeviceMath.Exp(logits[i * batch + s] - max) / sum - (label == i ? 1f : 0f);
        loss[s] = label < 0 ? 0f : (float)DeviceMath.Log(sum) + (max - logits[at * batch + s]);
    }
}
