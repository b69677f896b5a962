namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension)
    {
        int half = dimension / 2;
        Tensor y = space.Input([dimension]);
        for (int j = 0; j < half; j++)
        {
            double frequency = Sinusoids.Frequency(j, half);
            for (int s = 0; s < timesteps.Length; s++)
            {
                (double sin, double cos) = Math.SinCos(timesteps[s] * frequency);
                y.Values[j * Tensor.Samples + s] = (float)sin;
                y.Values[(half + j) * Tensor.Samples + s] = (float)cos;
            }
        }

        return y;
    }

    public override Tensor Embedding(Workspace space, int[] row, Parameter table)
    {
        int dimension = table.Shape[1];
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
}
