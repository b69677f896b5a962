using Qdiff.Tensors;

/// <summary>
/// An engine as an accelerator's would be, in what anybody may use of the library: tensors in memory of its own and in an order
/// of
/// its own, a copy of the weights, a gradient that is handed over after the backward pass. It computes by copying to the
/// processor and back.
/// </summary>
class CopyingEngine : ComputeEngine
{
    public override string Name => "copying";

    /// <summary>Primitives that were computed.</summary>
    public int Primitives { get; private set; }

    /// <summary>How often the pipeline wrote into this memory and read from it.</summary>
    public int CopiesIn { get; set; }

    public int CopiesOut { get; set; }

    public override TileMemory CreateMemory(Workspace space) => new OwnMemory(this, space);

    public override Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry) =>
        Relay([x], c => Cpu.Convolution(c[0], weight, bias, geometry));

    public override Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry) =>
        Relay([x], c => Cpu.TransposedConvolution(c[0], weight, bias, geometry));

    public override Tensor Dense(Tensor x, Parameter weight, Parameter? bias) => Relay([x], c => Cpu.Dense(c[0], weight, bias));

    public override Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads) =>
        Relay([x], c => Cpu.LinearAttention(c[0], qkv, mix, bias, heads));

    public override Tensor FullAttention(Tensor qkv, int heads, float scale) =>
        Relay([qkv], c => Cpu.FullAttention(c[0], heads, scale));

    public override Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film, bool silu,
        float epsilon, Tensor? addend) => Plus(film is null
        ? Relay([x], c => Cpu.GroupNorm(c[0], groups, scale, bias, null, silu, epsilon, null))
        : Relay([x, film], c => Cpu.GroupNorm(c[0], groups, scale, bias, c[1], silu, epsilon, null)), addend);

    public override Tensor LayerNorm(Tensor x, Parameter scale, float epsilon, Tensor? addend) =>
        Plus(Relay([x], c => Cpu.LayerNorm(c[0], scale, epsilon, null)), addend);

    public override Tensor Activate(Tensor x, ActivationFunction function) => Relay([x], c => Cpu.Activate(c[0], function));

    public override Tensor Add(Tensor a, Tensor b) => Relay([a, b], c => Cpu.Add(c[0], c[1]));

    public override Tensor Scale(Tensor x, float factor) => Relay([x], c => Cpu.Scale(c[0], factor));

    public override Tensor ScaleChannels(Tensor x, Tensor gate) => Relay([x, gate], c => Cpu.ScaleChannels(c[0], c[1]));

    public override Tensor AddChannels(Tensor x, Tensor shift) => Relay([x, shift], c => Cpu.AddChannels(c[0], c[1]));

    public override Tensor Affine(Tensor x, Parameter scale, Parameter shift) => Relay([x], c => Cpu.Affine(c[0], scale, shift));

    public override Tensor Concatenate(Tensor[] parts, Shape shape) => Relay(parts, c => Cpu.Concatenate(c, shape));

    public override Tensor Channels(Tensor x, int first, Shape shape) => Relay([x], c => Cpu.Channels(c[0], first, shape));

    public override Tensor ResizeNearest(Tensor x, int height, int width) =>
        Relay([x], c => Cpu.ResizeNearest(c[0], height, width));

    public override Tensor GlobalAveragePool(Tensor x) => Relay([x], c => Cpu.GlobalAveragePool(c[0]));

    public override Tensor AveragePool(Tensor x, SpatialGeometry geometry, bool countPadding) =>
        Relay([x], c => Cpu.AveragePool(c[0], geometry, countPadding));

    public override Tensor MaxPool(Tensor x, SpatialGeometry geometry) => Relay([x], c => Cpu.MaxPool(c[0], geometry));

    public override Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension)
    {
        int[] each = [.. timesteps];
        return Relay(space, [], inner => Cpu.SinusoidalEmbedding(inner, each, dimension));
    }

    public override Tensor Embedding(Workspace space, int[] rows, Parameter table) =>
        Relay(space, [], inner => Cpu.Embedding(inner, rows, table));

    public override Tensor SquaredError(Tensor prediction, Tensor target) =>
        Relay([prediction, target], c => Cpu.SquaredError(c[0], c[1]));

    public override Tensor CrossEntropy(Tensor logits, int[] labels) => Relay([logits], c => Cpu.CrossEntropy(c[0], labels));

    Tensor Relay(Tensor[] inputs, Func<Tensor[], Tensor> compute)
    {
        Tensor[] copies = new Tensor[inputs.Length];
        return Relay(inputs[0].Workspace, inputs, inner =>
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                copies[i] = inner.Input(inputs[i].Shape, inputs[i].RequiresGradient);
                OwnMemory.Transpose(Of(inputs[0].Workspace).Own(Memory(inputs[0].Workspace, inputs[i])), copies[i].Values);
            }

            return compute(copies);
        }, copies);
    }

    Tensor Relay(Workspace space, Tensor[] inputs, Func<Workspace, Tensor> compute, Tensor[]? copies = null)
    {
        Primitives++;
        OwnMemory memory = Of(space);
        var inner = new Workspace(memory.Weights, space.Gradient is null ? null : memory.WeightGradient);
        Tensor y = compute(inner), result = Result(space, y.Shape, y.RequiresGradient);
        memory.Set(Memory(space, result), y.Values);
        if (result.RequiresGradient) Record(result, () =>
        {
            var cotangent = new float[y.Values.Length];
            OwnMemory.Transpose(memory.Own(Gradient(result)), cotangent);
            inner.Backward(y, cotangent);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (copies![i].Gradient.IsEmpty) continue;
                nint contribution = BeginGradient(inputs[i]);
                memory.Set(contribution, copies[i].Gradient);
                EndGradient(inputs[i], contribution);
            }
        });
        return result;
    }

    static OwnMemory Of(Workspace space) => (OwnMemory)space.Memory;

    /// <summary>All numbers of a sample before those of the next.</summary>
    sealed class OwnMemory(CopyingEngine engine, Workspace space) : DeviceMemory
    {
        readonly List<float[]> tensors = [];
        WeightGradient? gradient;
        (Weights Source, long Version, Weights Copy)? weights;

        public override long Bytes => tensors.Sum(tensor => (long)tensor.Length * sizeof(float));

        /// <summary>A copy, made anew when they have changed.</summary>
        public Weights Weights
        {
            get
            {
                if (weights is not { } own || own.Source != space.Weights || own.Version != space.Weights.Version)
                    weights = own = (space.Weights, space.Weights.Version, space.Weights.Copy());
                return own.Copy;
            }
        }

        public WeightGradient WeightGradient => gradient ??= new(Weights.Table);

        public override nint Take(int elements)
        {
            tensors.Add(new float[elements * Tensor.Samples]);
            return tensors.Count;
        }

        public override void Reset()
        {
            base.Reset();
            tensors.Clear();
            gradient = null;
        }

        public float[] Own(nint at) => tensors[(int)at - 1];

        public void Set(nint at, ReadOnlySpan<float> tile)
        {
            float[] own = Own(at);
            int elements = own.Length / Tensor.Samples;
            for (int i = 0; i < own.Length; i++) own[i % Tensor.Samples * elements + i / Tensor.Samples] = tile[i];
        }

        public static void Transpose(float[] own, Span<float> tile)
        {
            int elements = own.Length / Tensor.Samples;
            for (int i = 0; i < own.Length; i++) tile[i] = own[i % Tensor.Samples * elements + i / Tensor.Samples];
        }

        public override void Write(nint to, ReadOnlySpan<float> tile)
        {
            engine.CopiesIn++;
            Set(to, tile);
        }

        public override void Read(nint from, Span<float> tile)
        {
            engine.CopiesOut++;
            Transpose(Own(from), tile);
        }

        public override nint Add(nint sum, nint other, int elements)
        {
            (float[] total, float[] part) = (Own(sum), Own(other));
            for (int i = 0; i < total.Length; i++) total[i] += part[i];
            return sum;
        }

        public override void EndBackward()
        {
            if (space.Gradient is null || gradient is null) return;
            space.Gradient.Add(gradient);
            gradient.Clear();
        }
    }
}
