using System.Runtime.InteropServices;
using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>What a weight is to the optimiser.</summary>
static class WeightKind
{
    /// <summary>It is trained.</summary>
    public const int Trained = 0;

    /// <summary>It is an angle of a circuit, and trained.</summary>
    public const int Angle = 1;

    /// <summary>It stays as it is.</summary>
    public const int Frozen = 2;
}

/// <summary>What does not change from step to step.</summary>
/// <param name="Count">Samples of the batch; those beyond it are idle.</param>
/// <param name="Batch">Samples of an element.</param>
/// <param name="Elements">Numbers of an image.</param>
/// <param name="NoiseKey">What seed and purpose contribute to the key of the noise.</param>
readonly record struct DrawSizes(int Count, int Batch, int Elements, ulong NoiseKey);

/// <summary>Adam's settings, and the norm to which gradients are shortened.</summary>
readonly record struct UpdateSettings(float Memory1, float Share1, float Memory2, float Share2, float Epsilon, double ClipNorm);

/// <summary>What is around the network in a training step: noise before it; clipping, update and average after it.</summary>
static class TrainingKernels
{
    /// <summary>Numbers of a step for <see cref="Update"/>: rate, root, decay.</summary>
    public const int Rate = 0, Root = 1, Decay = 2;

    /// <summary>Threads of <see cref="Draw"/>.</summary>
    public static int DrawThreads(DrawSizes z) => (z.Elements + 1) / 2 * z.Batch;

    /// <summary>
    /// x_t and the target from images and noise, two elements of a sample: one block of Philox gives two normal numbers, the
    /// same that <see cref="RandomStream"/> gives. <paramref name="coefficients"/> has for each timestep the parts
    /// of image and noise in x_t, their parts in the target, and the weight in the loss, which idle samples do not have.
    /// </summary>
    public static void Draw(Index1D index, DrawSizes z, ArrayView<ulong> stepKey, ArrayView<int> members,
        ArrayView<int> timesteps, ArrayView<byte> pixels, ArrayView<float> levels, ArrayView<float> coefficients,
        [Out] ArrayView<float> xt, [Out] ArrayView<float> target, [Out] ArrayView<float> lossWeights)
    {
        int s = index % z.Batch, pair = index / z.Batch, c = timesteps[s] * 5;
        if (pair == 0) lossWeights[s] = s < z.Count ? coefficients[c + 4] / z.Count : 0;
        Normals(z.NoiseKey ^ RandomStream.Mix((ulong)s), stepKey[0], pair, out double first, out double second);
        for (int i = 0; i < 2; i++)
        {
            int e = 2 * pair + i, at = e * z.Batch + s;
            if (e >= z.Elements) continue;
            float noise = (float)(i == 0 ? first : second);
            float image = levels[(int)pixels[(long)members[s] * z.Elements + e]];
            xt[at] = coefficients[c] * image + coefficients[c + 1] * noise;
            target[at] = coefficients[c + 2] * image + coefficients[c + 3] * noise;
        }
    }

    /// <summary>Σ g² of each group's weights that are trained, those of circuits apart: sums[2·group],
    /// sums[2·group + 1].</summary>
    public static void SquaresOfGradient(int count, int chunk, ArrayView<float> gradient, ArrayView<int> kinds,
        [Out] ArrayView<double> sums)
    {
        int warp = (Grid.IdxX * Group.DimX + Group.IdxX) / GroupSum.Lanes, end = (warp + 1) * chunk;
        double all = 0, angles = 0;
        for (int i = warp * chunk + Group.IdxX % GroupSum.Lanes; i < end && i < count; i += GroupSum.Lanes)
        {
            double square = kinds[i] == WeightKind.Frozen ? 0 : (double)gradient[i] * gradient[i];
            all += square;
            if (kinds[i] == WeightKind.Angle) angles += square;
        }

        all = GroupSum.OfWarp(all);
        angles = GroupSum.OfWarp(angles);
        if (Group.IdxX % GroupSum.Lanes > 0) return;
        sums[2 * warp] = all;
        sums[2 * warp + 1] = angles;
    }

    /// <summary>
    /// One warp: loss, norm of the gradient and of the circuits' part to <paramref name="measured"/>, and the factor that clips
    /// the gradient behind them; a factor below 0 says that the step must not be done.
    /// </summary>
    public static void Measure(int batch, int parts, double clipNorm, ArrayView<float> losses, ArrayView<float> lossWeights,
        ArrayView<double> sums, [Out] ArrayView<double> measured)
    {
        int lane = Group.IdxX % GroupSum.Lanes;
        double loss = 0, all = 0, angles = 0;
        for (int s = lane; s < batch; s += GroupSum.Lanes)
            loss += lossWeights[s] > 0 || lossWeights[s] < 0 ? (double)lossWeights[s] * losses[s] : 0;
        for (int i = lane; i < parts; i += GroupSum.Lanes)
        {
            all += sums[2 * i];
            angles += sums[2 * i + 1];
        }

        loss = GroupSum.OfWarp(loss);
        all = GroupSum.OfWarp(all);
        angles = GroupSum.OfWarp(angles);
        if (lane > 0) return;
        double norm = Math.Sqrt(all);
        measured[0] = loss;
        measured[1] = norm;
        measured[2] = Math.Sqrt(angles);
        bool canBeDone = loss - loss == 0 && norm - norm == 0
            && (norm <= GradientClipping.LongestNorm || clipNorm <= GradientClipping.LongestNorm);
        measured[3] = !canBeDone ? -1 : norm > clipNorm ? clipNorm / norm : 1;
    }

    /// <summary>Adam, and the running average; a thread for each weight.</summary>
    /// <remarks>Kingma and Ba 2015, arXiv 1412.6980, algorithm 1, with the factors as the processors' optimiser has
    /// them.</remarks>
    public static void Update(Index1D i, UpdateSettings z, ArrayView<float> numbers, ArrayView<double> measured,
        ArrayView<int> kinds,
        ArrayView<float> gradient, [In, Out] ArrayView<float> values, [In, Out] ArrayView<float> m,
        [In, Out] ArrayView<float> v, [In, Out] ArrayView<float> average)
    {
        float factor = (float)measured[3];
        if (factor < 0) return;
        if (kinds[i] != WeightKind.Frozen)
        {
            float g = gradient[i] * factor, m1 = m[i] * z.Memory1 + g * z.Share1, v1 = v[i] * z.Memory2 + g * g * z.Share2;
            m[i] = m1;
            v[i] = v1;
            values[i] -= m1 * numbers[Rate] / (MathF.Sqrt(v1) * numbers[Root] + z.Epsilon);
        }

        float decay = numbers[Decay];
        if (decay == 0) average[i] = values[i];
        else if (decay < 1) average[i] = average[i] * decay + values[i] * (1 - decay);
    }

    /// <summary>
    /// Standardised kernels, a warp for each output channel: <paramref name="rows"/> has where a row's numbers are, where their
    /// standardised ones are, and how many they are.
    /// </summary>
    public static void Standardise(int count, double epsilon, ArrayView<int> rows, [In, Out] ArrayView<float> values)
    {
        int warp = (Grid.IdxX * Group.DimX + Group.IdxX) / GroupSum.Lanes, lane = Group.IdxX % GroupSum.Lanes;
        if (warp >= count) return;
        int from = rows[3 * warp], to = rows[3 * warp + 1], size = rows[3 * warp + 2];
        Standard(values, from, size, epsilon, lane, out double mean, out double inverse);
        for (int i = lane; i < size; i += GroupSum.Lanes) values[to + i] = (float)((values[from + i] - mean) * inverse);
    }

    /// <summary>Adds the gradient of standardised kernels to that of the kernels.</summary>
    public static void StandardiseGradient(int count, double epsilon, ArrayView<int> rows, ArrayView<float> values,
        [In, Out] ArrayView<float> gradient)
    {
        int warp = (Grid.IdxX * Group.DimX + Group.IdxX) / GroupSum.Lanes, lane = Group.IdxX % GroupSum.Lanes;
        if (warp >= count) return;
        int from = rows[3 * warp], to = rows[3 * warp + 1], size = rows[3 * warp + 2];
        Standard(values, from, size, epsilon, lane, out double mean, out double inverse);
        double sum = 0, product = 0;
        for (int i = lane; i < size; i += GroupSum.Lanes)
        {
            sum += gradient[to + i];
            product += gradient[to + i] * (values[from + i] - mean) * inverse;
        }

        sum = GroupSum.OfWarp(sum);
        product = GroupSum.OfWarp(product);
        for (int i = lane; i < size; i += GroupSum.Lanes)
            gradient[from + i] += (float)(inverse * (gradient[to + i] - sum / size - (values[from
            + i] - mean) * inverse * product / size));
    }

    /// <summary>[heads, C, C]: the output projection [C, heads·features] of each head times v's rows [heads·features,
    /// C].</summary>
    public static void Mix(Index1D index, int channels, int features, int inner, ArrayView<float> output, ArrayView<float> v,
        [Out] ArrayView<float> mix)
    {
        int column = index % channels, row = index / channels % channels, first = index / (channels * channels) * features;
        float sum = 0;
        for (int f = first; f < first + features; f++) sum += output[row * inner + f] * v[f * channels + column];
        mix[index] = sum;
    }

    /// <summary>Adds the gradient of a mix to those of v's rows and of the output projection: a thread for each of their
    /// numbers.</summary>
    public static void MixGradient(Index1D index, int channels, int features, int inner, ArrayView<float> output,
        ArrayView<float> v,
        ArrayView<float> dmix, [In, Out] ArrayView<float> doutput, [In, Out] ArrayView<float> dv)
    {
        int f = index / channels, channel = index % channels, head = f / features * channels * channels;
        float ofOutput = 0, ofValue = 0;
        for (int c = 0; c < channels; c++)
        {
            ofOutput += dmix[head + channel * channels + c] * v[f * channels + c];
            ofValue += dmix[head + c * channels + channel] * output[c * inner + f];
        }

        doutput[channel * inner + f] += ofOutput;
        dv[f * channels + channel] += ofValue;
    }

    static void Standard(ArrayView<float> values, int from, int size, double epsilon, int lane, out double mean,
        out double inverse)
    {
        double sum = 0;
        for (int i = lane; i < size; i += GroupSum.Lanes) sum += values[from + i];
        mean = GroupSum.OfWarp(sum) / size;
        double variance = 0;
        for (int i = lane; i < size; i += GroupSum.Lanes) variance += (values[from + i] - mean) * (values[from + i] - mean);
        inverse = 1 / Math.Sqrt(GroupSum.OfWarp(variance) / size + epsilon);
    }

    /// <summary>Two standard normal numbers of a stream: Box and Muller's method on one block.</summary>
    /// <remarks>Philox4x32-10: Salmon et al. 2011; as <see cref="RandomStream"/> has it for the processors, whose block is a type
    /// that no kernel can have.</remarks>
    static void Normals(ulong key, ulong high, int counter, out double first, out double second)
    {
        uint c0 = (uint)counter, c1 = 0, c2 = (uint)high, c3 = (uint)(high >> 32), key0 = (uint)key, key1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53UL * c0, product1 = 0xCD9E8D57UL * c2;
            uint n0 = (uint)(product1 >> 32) ^ c1 ^ key0, n2 = (uint)(product0 >> 32) ^ c3 ^ key1;
            c1 = (uint)product1;
            c3 = (uint)product0;
            c0 = n0;
            c2 = n2;
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        const double unit = 1.0 / (1UL << 53);
        double radius = Math.Sqrt(-2 * DeviceMath.Log(1 - ((ulong)c0 << 21 ^ c1 >> 11) * unit));
        DeviceMath.SinCosOfTurn(((ulong)c2 << 21 ^ c3 >> 11) * unit, out double sin, out double cos);
        first = radius * cos;
        second = radius * sin;
    }
}
