using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Qdiff.Tensors;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff;

/// <summary>
/// The classical control of a circuit: outputs in (−1, 1), like expectations, from a given number of weights.
/// y_i = tanh(b_i + Σ_k w_ik·x_(i+k)), indices around the ring of inputs. Weights are given out in rounds over the outputs until
/// they are spent: first w_i0, then b_i, then w_i1, w_i2, …; an output left without w_i0 has 1 there, any other missing weight
/// is 0.
/// </summary>
sealed class ClassicalPatchOperation(int width, int results, Parameter? parameter, int[][] inputs, Shape output, int[][] outputs)
    : TileOperation(output, parameter)
{
    /// <summary>A row for each run: which element of the tile is input i.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Inputs => inputs;

    /// <summary>A row for each run: which element of the result is output i.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Outputs => outputs;

    /// <summary>The matrix [outputs, inputs] and the bias of which tanh is taken.</summary>
    public (double[,] Matrix, double[] Bias) Affine(double[] weights)
    {
        (double[,] matrix, double[] bias) = (new double[results, width], new double[results]);
        for (int i = 0; i < results; i++)
        {
            if (Bias(i) is >= 0 and var b) bias[i] = weights[b];
            for (int k = 0; k < width; k++)
                matrix[i, (i + k) % width] = Weight(i, k) is >= 0 and var at ? weights[at] : k == 0 ? 1 : 0;
        }

        return (matrix, bias);
    }

    public override void Forward(Workspace space, ReadOnlySpan<float> from, Span<float> to)
    {
        ReadOnlySpan<float> weights = Values(space);
        for (int patch = 0; patch < inputs.Length; patch++)
        {
            for (int i = 0; i < results; i++)
            {
                Value(from, inputs[patch], i, weights, Samples(to, outputs[patch][i]));
            }
        }
    }

    public override void Backward(Workspace space, ReadOnlySpan<float> from, ReadOnlySpan<float> dy, Span<float> dx,
        Span<float> dweights)
    {
        ReadOnlySpan<float> weights = Values(space);
        Span<float> slope = stackalloc float[Tensor.Samples];
        for (int patch = 0; patch < inputs.Length; patch++)
        {
            for (int i = 0; i < results; i++)
            {
                // d tanh = 1 − tanh².
                Value(from, inputs[patch], i, weights, slope);
                ReadOnlySpan<float> cotangent = Samples(dy, outputs[patch][i]);
                for (int s = 0; s < slope.Length; s++) slope[s] = cotangent[s] * (1 - slope[s] * slope[s]);

                for (int k = 0; k < width; k++)
                {
                    int at = Weight(i, k), element = inputs[patch][(i + k) % width];
                    if (at < 0 && k > 0) break;
                    TensorPrimitives.MultiplyAdd(slope, at < 0 ? 1 : weights[at], Samples(dx, element), Samples(dx, element));
                    if (at >= 0 && !dweights.IsEmpty) dweights[at] += Sum(Vector(slope) * Vector(Samples(from, element)));
                }

                if (Bias(i) is >= 0 and var bias && !dweights.IsEmpty) dweights[bias] += Sum(Vector(slope));
            }
        }
    }

    public override double[] Define(double[] from, double[] weights)
    {
        (double[,] matrix, double[] bias) = Affine(weights);
        var to = new double[Output.Count];
        for (int patch = 0; patch < inputs.Length; patch++)
        {
            for (int i = 0; i < results; i++)
            {
                double sum = bias[i];
                for (int k = 0; k < width; k++) sum += matrix[i, k] * from[inputs[patch][k]];
                to[outputs[patch][i]] = Math.Tanh(sum);
            }
        }

        return to;
    }

    void Value(ReadOnlySpan<float> from, int[] elements, int i, ReadOnlySpan<float> weights, Span<float> y)
    {
        y.Fill(Bias(i) is >= 0 and var bias ? weights[bias] : 0);
        for (int k = 0; k < width; k++)
        {
            int at = Weight(i, k);
            if (at < 0 && k > 0) break;
            TensorPrimitives.MultiplyAdd(Samples(from, elements[(i + k) % width]), at < 0 ? 1 : weights[at], y, y);
        }

        TensorPrimitives.Tanh(y, y);
    }

    /// <summary>Where w_ik stands, or −1 if it was not given out.</summary>
    int Weight(int i, int k) => Given((k == 0 ? 0 : k + 1) * results + i);

    /// <summary>Where b_i stands, or −1.</summary>
    int Bias(int i) => Given(results + i);

    int Given(int place) => place < (Parameter?.Count ?? 0) ? place : -1;

    ReadOnlySpan<float> Values(Workspace space) => Parameter is null ? default : space.Weights[Parameter];

    static Vector512<float> Vector(ReadOnlySpan<float> samples) => Vector512.Create(samples);

    /// <summary>The sum of a tile's samples, in the same order on every machine, which TensorPrimitives does not
    /// promise.</summary>
    static float Sum(Vector512<float> samples) => Vector512.Sum(samples);

    static Span<float> Samples(Span<float> tile, int element) => tile.Slice(element * Tensor.Samples, Tensor.Samples);

    static ReadOnlySpan<float> Samples(ReadOnlySpan<float> tile, int element) =>
        tile.Slice(element * Tensor.Samples, Tensor.Samples);
}
