using System.Numerics.Tensors;
using Qdiff.Tensors;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff;

/// <summary>
/// The classical control of a circuit: outputs in (−1, 1), like expectations, from a given number of weights.
/// y_i = tanh(b_i + Σ_k w_ik·x_(i+k)), indices around the ring of inputs. Weights are given out in rounds over the outputs until
/// they are spent: first w_i0, then b_i, then w_i1, w_i2, …; an output left without w_i0 has 1 there, any other missing weight
/// is 0.
/// </summary>
sealed class ClassicalPatchLayer : IPatchLayer
{
    /// <summary>What stands behind the layer's name in its parameter's.</summary>
    internal const string Weights = ".weights";

    readonly int width, results, count;
    readonly Parameter? parameter;

    /// <summary>Declares <c>name.weights</c> [<paramref name="weights"/>], uniform in ±1/√(inputs of an output).</summary>
    ClassicalPatchLayer(ParameterTable table, string name, int inputs, int outputs, int weights)
    {
        (width, results, count) = (inputs, outputs, weights);
        double fanIn = Math.Max(1, Math.Ceiling((double)weights / outputs) - 1);
        if (weights > 0)
            parameter = table.Add(name + Weights, [weights], Initialisers.Uniform(-1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn)));
    }

    /// <summary>The layer with so many weights; with more than one has room for, several of them in a row.</summary>
    public static IPatchLayer Create(ParameterTable table, string name, int inputs, int outputs, int weights)
    {
        int room = outputs * (inputs + 1), each = inputs * (inputs + 1);
        if (weights <= room) return new ClassicalPatchLayer(table, name, inputs, outputs, weights);
        var hidden = new List<ClassicalPatchLayer>();
        for (int left = weights - room; left > 0; left -= each)
            hidden.Add(new(table, $"{name}.hidden{hidden.Count}", inputs, inputs, Math.Min(left, each)));
        return new PatchLayerChain(hidden, inputs, new ClassicalPatchLayer(table, name, inputs, outputs, room));
    }

    public Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs)
    {
        Workspace space = x.Workspace;
        return Operation.Apply(x, output, parameter, Forward, Backward, Define);

        void Forward(ReadOnlySpan<float> from, Span<float> to)
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

        void Backward(ReadOnlySpan<float> from, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dweights)
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
                        if (at >= 0 && !dweights.IsEmpty) dweights[at] += TensorPrimitives.Dot(slope, Samples(from, element));
                    }

                    if (Bias(i) is >= 0 and var bias && !dweights.IsEmpty) dweights[bias] += TensorPrimitives.Sum<float>(slope);
                }
            }
        }

        double[] Define(double[] from, double[] weights)
        {
            var to = new double[output.Count];
            for (int patch = 0; patch < inputs.Length; patch++)
            {
                for (int i = 0; i < results; i++)
                {
                    double sum = Bias(i) >= 0 ? weights[Bias(i)] : 0;
                    for (int k = 0; k < width; k++)
                        sum += (Weight(i, k) is >= 0 and var at ? weights[at] : k == 0 ? 1
                            : 0) * from[inputs[patch][(i + k) % width]];
                    to[outputs[patch][i]] = Math.Tanh(sum);
                }
            }

            return to;
        }
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

    int Given(int place) => place < count ? place : -1;

    ReadOnlySpan<float> Values(Workspace space) => parameter is null ? default : space.Weights[parameter];

    static Span<float> Samples(Span<float> tile, int element) => tile.Slice(element * Tensor.Samples, Tensor.Samples);

    static ReadOnlySpan<float> Samples(ReadOnlySpan<float> tile, int element) =>
        tile.Slice(element * Tensor.Samples, Tensor.Samples);
}
