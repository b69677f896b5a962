namespace Qdiff.Tensors;

/// <summary>What networks compute from their weights once a step, before the tiles, instead of once a tile.</summary>
public static class Derive
{
    /// <summary>
    /// Weight standardisation: each output channel's kernel [in, kh, kw] with mean 0 and variance 1, (w − mean)/√(variance + ε),
    /// the variance that of the population.
    /// </summary>
    /// <remarks>Qiao et al., arXiv 1903.10520.</remarks>
    public static Parameter Standardised(ParameterTable table, Parameter weight, double epsilon = 1e-5)
    {
        int outputs = weight.Shape[0], size = weight.Count / outputs;
        return table.Derive(weight.Name + " (standardised)", weight.Shape,
            new Standardisation(epsilon, [weight], Compute, Propagate, w => NormalisationOracle.StandardisedKernel(w[0], outputs,
            epsilon)));

        void Compute(Weights weights, Span<float> result)
        {
            for (int o = 0; o < outputs; o++)
            {
                ReadOnlySpan<float> w = weights[weight].Slice(o * size, size);
                (double mean, double inverse) = Statistics(w);
                for (int i = 0; i < size; i++) result[o * size + i] = (float)((w[i] - mean) * inverse);
            }
        }

        void Propagate(Weights weights, ReadOnlySpan<float> gradient, WeightGradient sources)
        {
            Span<float> target = sources[weight];
            for (int o = 0; o < outputs; o++)
            {
                ReadOnlySpan<float> w = weights[weight].Slice(o * size, size), g = gradient.Slice(o * size, size);
                (double mean, double inverse) = Statistics(w);
                double sum = 0, product = 0;
                for (int i = 0; i < size; i++)
                {
                    sum += g[i];
                    product += g[i] * (w[i] - mean) * inverse;
                }

                for (int i = 0; i < size; i++)
                    target[o * size + i] += (float)(inverse * (g[i] - sum / size - (w[i] - mean) * inverse * product / size));
            }
        }

        (double Mean, double Inverse) Statistics(ReadOnlySpan<float> w)
        {
            double mean = 0, variance = 0;
            foreach (float value in w) mean += value;
            mean /= w.Length;
            foreach (float value in w) variance += (value - mean) * (value - mean);
            return (mean, 1 / Math.Sqrt(variance / w.Length + epsilon));
        }
    }

    /// <summary>
    /// [heads, C, C]: the output projection [C, heads·features, 1, 1] of each head times v's rows of <paramref name="qkv"/>
    /// [3·heads·features, C, 1, 1], for <see cref="Operation.LinearAttention"/>.
    /// </summary>
    public static Parameter ValueThroughOutput(ParameterTable table, Parameter qkv, Parameter output, int heads)
    {
        int channels = output.Shape[0], inner = output.Shape[1], features = inner / heads;
        return table.Derive(output.Name + " (through values)", [heads, channels, channels],
            new ValueThroughOutput(heads, [qkv, output], Compute, Propagate, w => AttentionOracle.ValueThroughOutput(w[0], w[1],
            channels, heads)));

        void Compute(Weights weights, Span<float> result)
        {
            ReadOnlySpan<float> o = weights[output], v = weights[qkv][(2 * inner * channels)..];
            for (int h = 0; h < heads; h++)
                for (int row = 0; row < channels; row++)
                    for (int column = 0; column < channels; column++)
                    {
                        double sum = 0;
                        for (int f = h * features; f < (h + 1) * features; f++)
                            sum += (double)o[row * inner + f] * v[f * channels + column];
                        result[(h * channels + row) * channels + column] = (float)sum;
                    }
        }

        void Propagate(Weights weights, ReadOnlySpan<float> gradient, WeightGradient sources)
        {
            ReadOnlySpan<float> o = weights[output], v = weights[qkv][(2 * inner * channels)..];
            Span<float> dOutput = sources[output], dValue = sources[qkv][(2 * inner * channels)..];
            for (int h = 0; h < heads; h++)
                for (int row = 0; row < channels; row++)
                    for (int column = 0; column < channels; column++)
                    {
                        float g = gradient[(h * channels + row) * channels + column];
                        for (int f = h * features; f < (h + 1) * features; f++)
                        {
                            dOutput[row * inner + f] += g * v[f * channels + column];
                            dValue[f * channels + column] += g * o[row * inner + f];
                        }
                    }
        }
    }
}
