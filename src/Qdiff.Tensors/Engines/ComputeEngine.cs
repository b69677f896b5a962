namespace Qdiff.Tensors;

/// <summary>
/// What computes the operations of a <see cref="Workspace"/>: a method for each primitive. <see cref="Operation"/> checks the
/// arguments and hands its work to the engine of its first tensor; nothing else asks which engine runs.
/// </summary>
/// <remarks>
/// A method gives the result as a new tensor of the same workspace and, if the result asks for a gradient, records with
/// <see cref="Record"/> how the gradient goes back. Shapes have been found to fit when it is called. An engine is shared by all
/// workspaces and threads; what belongs to one workspace is in its <see cref="TileMemory"/>. An engine with memory of its own
/// gives its workspaces a <see cref="DeviceMemory"/> and finds tensors there by <see cref="Memory"/>.
/// </remarks>
public abstract class ComputeEngine
{
    /// <summary>This machine's processors in single precision, the engine that networks are trained with.</summary>
    public static ComputeEngine Cpu { get; } = CpuEngine.Create();

    /// <summary>Every operation by its definition in double, forward only: see <see cref="ReferenceEngine"/>.</summary>
    public static ComputeEngine Reference { get; } = new ReferenceEngine();

    /// <summary>The name by which it is chosen, such as <c>cpu</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How many samples of a tile it computes; those above are idle.</summary>
    public virtual int Samples => Tensor.Samples;

    /// <summary>Whether it can carry gradients back.</summary>
    public virtual bool HasGradients => true;

    /// <summary>Memory for a workspace.</summary>
    public abstract TileMemory CreateMemory(Workspace space);

    /// <summary>Cross-correlation of [C, H, W] with a kernel [K, C, kernelHeight, kernelWidth], plus a bias [K]:
    /// [K, OutputHeight, OutputWidth].</summary>
    public abstract Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry);

    /// <summary>
    /// The transpose of the convolution whose sizes these are: [C, OutputHeight, OutputWidth] with a kernel
    /// [C, K, kernelHeight, kernelWidth] to [K, InputHeight, InputWidth], plus a bias [K].
    /// </summary>
    public abstract Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry geometry);

    /// <summary>W·x + b for x [in], W [out, in] and b [out].</summary>
    public abstract Tensor Dense(Tensor x, Parameter weight, Parameter? bias);

    /// <summary>max(convolution + bias, 0), for which an engine may keep the layer's weights in an order of its own.</summary>
    public virtual Tensor RectifiedConvolution(Tensor x, RectifiedConvolutionLayer layer, SpatialGeometry geometry) =>
        Operation.Relu(Convolution(x, layer.Weight, layer.Bias, geometry));

    /// <summary>See <see cref="Operation.LinearAttention"/>.</summary>
    public abstract Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads);

    /// <summary>See <see cref="Operation.FullAttention"/>.</summary>
    public abstract Tensor FullAttention(Tensor qkv, int heads, float scale);

    /// <summary>See <see cref="Operation.GroupNorm"/>.</summary>
    public abstract Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film, bool silu,
        float epsilon, Tensor? addend);

    /// <summary>See <see cref="Operation.LayerNorm"/>.</summary>
    public abstract Tensor LayerNorm(Tensor x, Parameter scale, float epsilon, Tensor? addend);

    /// <summary>The sum of both, for an engine that does not add on the way; without an addend the result itself.</summary>
    protected static Tensor Plus(Tensor y, Tensor? addend) => addend is null ? y : Operation.Add(y, addend);

    /// <summary>A function of each element.</summary>
    public abstract Tensor Activate(Tensor x, ActivationFunction function);

    /// <summary>a + b, element by element.</summary>
    public abstract Tensor Add(Tensor a, Tensor b);

    /// <summary>x·factor.</summary>
    public abstract Tensor Scale(Tensor x, float factor);

    /// <summary>Each channel of x [C, H, W] times its own gate [C].</summary>
    public abstract Tensor ScaleChannels(Tensor x, Tensor gate);

    /// <summary>One number a channel added to every pixel: [C, H, W] + [C].</summary>
    public abstract Tensor AddChannels(Tensor x, Tensor shift);

    /// <summary>scale·x + shift, feature by feature, for a vector x [C].</summary>
    public abstract Tensor Affine(Tensor x, Parameter scale, Parameter shift);

    /// <summary>The channels of all parts, one part after another, in this shape.</summary>
    public abstract Tensor Concatenate(Tensor[] parts, Shape shape);

    /// <summary>Channels <paramref name="first"/> … of x, as many as <paramref name="shape"/> has.</summary>
    public abstract Tensor Channels(Tensor x, int first, Shape shape);

    /// <summary>Nearest-neighbour resize of [C, H, W]: output pixel i reads input pixel ⌊(i + ½)·input/output⌋.</summary>
    public abstract Tensor ResizeNearest(Tensor x, int height, int width);

    /// <summary>The mean of each channel: [C, H, W] to [C].</summary>
    public abstract Tensor GlobalAveragePool(Tensor x);

    /// <summary>The mean over windows; without <paramref name="countPadding"/> padded pixels do not count in the
    /// divisor.</summary>
    public abstract Tensor AveragePool(Tensor x, SpatialGeometry geometry, bool countPadding);

    /// <summary>The largest value in windows, of equal ones the first; padding never wins.</summary>
    public abstract Tensor MaxPool(Tensor x, SpatialGeometry geometry);

    /// <summary>See <see cref="Operation.SinusoidalEmbedding"/>.</summary>
    public abstract Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension);

    /// <summary>Each sample's row of a table [rows, dimension]; samples beyond the rows get zeros.</summary>
    public abstract Tensor Embedding(Workspace space, int[] rows, Parameter table);

    /// <summary>Each sample's mean of (prediction − target)²: a scalar a sample.</summary>
    public abstract Tensor SquaredError(Tensor prediction, Tensor target);

    /// <summary>Each sample's −log softmax(logits)[label]: a scalar a sample; one label for each of 16 samples.</summary>
    public abstract Tensor CrossEntropy(Tensor logits, int[] labels);

    /// <summary>
    /// An operation that is computed elsewhere, on spans of this machine's memory: numbers are copied there and back, unless the
    /// engine knows the operation and does better.
    /// </summary>
    public virtual Tensor Apply(Tensor x, TileOperation operation)
    {
        Workspace space = x.Workspace;
        Tensor y = Result(space, operation.Output, Records(x, operation.Parameter));
        var values = new float[y.Count * Tensor.Samples];
        operation.Forward(space, x.Values, values);
        space.Memory.Write(Memory(space, y), values);
        if (y.RequiresGradient) Record(y, () =>
        {
            nint dx = BeginGradient(x);
            var into = new float[x.Count * Tensor.Samples];
            operation.Backward(space, x.Values, y.Gradient, into, operation.GradientIn(space));
            space.Memory.Write(dx, into);
            EndGradient(x, dx);
        });
        return y;
    }

    /// <summary>The same values, through which no gradient passes.</summary>
    public virtual Tensor Detach(Tensor x, string name)
    {
        Workspace space = x.Workspace;
        space.OnDetach?.Invoke(name, 0, default);
        return space.IgnoresDetach ? x : new(space, x.Shape, x.Handle, requiresGradient: false);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A result whose values are not set yet.</summary>
    protected static Tensor Result(Workspace space, Shape shape, bool requiresGradient) => space.Output(shape, requiresGradient);

    /// <summary>Whether the result of an operation on this tensor and parameter asks for a gradient.</summary>
    protected static bool Records(Tensor x, Parameter? parameter = null) => x.Workspace.Records(x, parameter);

    /// <summary>
    /// What to do, in reverse order of recording, once the gradient of a result is complete. It is not called if none came.
    /// </summary>
    protected static void Record(Tensor result, Action backward) => result.Workspace.Record(result, backward);

    /// <summary>Where a tensor of this workspace is kept, as its <see cref="DeviceMemory"/> calls it.</summary>
    /// <exception cref="InvalidOperationException">It belongs to another workspace, or its own was reset.</exception>
    protected static nint Memory(Workspace space, Tensor x) => x.Workspace == space ? x.Handle
        : throw new InvalidOperationException("A tensor of another workspace cannot be read by this engine.");

    /// <summary>The complete gradient of a result, while it is carried back.</summary>
    protected static unsafe nint Gradient(Tensor result) => (nint)result.GradientPointer;

    /// <summary>Memory for one operation's contribution to the gradient of x: to be written, not added to.</summary>
    protected static unsafe nint BeginGradient(Tensor x) => (nint)x.Workspace.BeginGradient(x);

    /// <summary>Counts the contribution in; the memory is no longer the caller's.</summary>
    protected static unsafe void EndGradient(Tensor x, nint contribution) => x.Workspace.EndGradient(x, (float*)contribution);

    /// <summary>What came of the gradient of x so far, 0 if nothing did: whoever takes it counts it in with the contribution
    /// that is written next.</summary>
    protected static nint TakeGradient(Tensor x) => x.Workspace.TakeGradient(x);

    /// <summary>Gives the complete gradient of a result to an input of as many numbers without a copy, as the last thing that is
    /// done with it.</summary>
    protected static void HandOver(Tensor result, Tensor x) => result.Workspace.HandOver(result, x);
}
