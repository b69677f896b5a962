using System.Diagnostics;

namespace Qdiff.Tensors;

/// <summary>
/// Where one worker computes one tile: the weights it reads, the gradient it adds to, the engine that computes, the memory of its
/// tensors and the tape of what was computed. It is reset and used again, so that in the steady state nothing is allocated.
/// </summary>
/// <remarks>
/// For one thread at a time: it belongs to the first that uses it, and <see cref="Reset"/> hands it to the thread that calls it.
/// Whoever else computes with it or its tensors is refused with an <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed unsafe class Workspace
{
    readonly Arena arena = new();
    readonly List<(Tensor Output, Action Backward)> tape = [];
    readonly Dictionary<int, Stack<nint>> freeGradients = [];
    readonly Dictionary<Type, object> tools = [];
    int owner;

    /// <summary>
    /// A workspace over these weights; with <paramref name="gradient"/> operations are recorded for it. Without an
    /// <paramref name="engine"/> it is <see cref="ComputeEngine.Cpu"/> that computes.
    /// </summary>
    /// <exception cref="ArgumentException">A gradient is asked for of an engine that has none.</exception>
    public Workspace(Weights weights, WeightGradient? gradient = null, ComputeEngine? engine = null)
    {
        (Weights, Engine) = (weights, engine ?? ComputeEngine.Cpu);
        Gradient = Checked(gradient);
        Memory = Engine.CreateMemory(this);
    }

    /// <summary>What computes.</summary>
    public ComputeEngine Engine { get; }

    /// <summary>Where its tensors are kept.</summary>
    public TileMemory Memory { get; }

    /// <summary>Samples that are computed: 16, or as many as the engine was asked for.</summary>
    public int Samples => Engine.Samples;

    /// <summary>The weights that operations read.</summary>
    public Weights Weights { get; private set; }

    /// <summary>
    /// Called with the name of each <see cref="Operation.Detach"/> of a pass and, by the reference engine, one sample
    /// at a time, the values that go on, which it may change: how an audit learns whether the output depends on them.
    /// </summary>
    public DetachedValues? OnDetach { get; set; }

    /// <summary>Whether gradients go through <see cref="Operation.Detach"/> as if it were not there.</summary>
    public bool IgnoresDetach { get; set; }

    /// <summary>
    /// Whether activations (ReLU, SiLU, GELU, sigmoid) pass on everything as it is, so that no unit is ever closed: how an audit
    /// learns whether anything leads through units that never opened.
    /// </summary>
    public bool OpensActivations { get; set; }

    /// <summary>What <see cref="Backward"/> adds the weights' gradient to, or null if none is wanted.</summary>
    public WeightGradient? Gradient { get; private set; }

    /// <summary>Bytes of memory that it holds.</summary>
    public long MemoryBytes => arena.Bytes + Memory.Bytes;

    /// <summary>This worker's own object of a type, made at the first call and kept: scratch memory of an engine that is not
    /// ours, say.</summary>
    public T Tool<T>() where T : class, new()
    {
        RequireOwner();
        if (!tools.TryGetValue(typeof(T), out object? tool)) tools[typeof(T)] = tool = new T();
        return (T)tool;
    }

    /// <summary>Grows with every reset; a tensor of an earlier epoch is gone.</summary>
    internal int Epoch { get; private set; }

    /// <summary>Forgets every tensor and starts anew with these weights.</summary>
    public void Reset(Weights weights, WeightGradient? gradient = null)
    {
        owner = Environment.CurrentManagedThreadId;
        (Weights, Gradient) = (weights, Checked(gradient));
        tape.Clear();
        arena.Reset();
        Memory.Reset();
        foreach (Stack<nint> free in freeGradients.Values) free.Clear();
        Epoch++;
    }

    /// <summary>A tensor for the caller to fill, before an operation reads it; its values are zero.</summary>
    public Tensor Input(Shape shape, bool requiresGradient = false)
    {
        Require.That(!requiresGradient || Engine.HasGradients, $"The engine '{Engine}' computes no gradients.");
        Tensor input = Output(shape, requiresGradient);
        input.IsInput = true;
        input.Values.Clear();
        return input;
    }

    /// <summary>
    /// Carries gradients from <paramref name="output"/> back to every tensor and weight that it came from. The cotangent is the
    /// gradient of the loss with respect to the output, laid out like its values; idle samples have zeros.
    /// </summary>
    public void Backward(Tensor output, ReadOnlySpan<float> cotangent)
    {
        Require.That(output.Workspace == this, "The output was computed in another workspace: ask that one.");
        output.RequireThere();
        Require.That(cotangent.Length == output.Count * Tensor.Samples,
            $"The cotangent of a tile of shape {output.Shape} has {output.Count * Tensor.Samples} numbers, got "
                + $"{cotangent.Length}.");
        Require.That(output.RequiresGradient, "Nothing that the output came from asks for a gradient.");
        float* seed = BeginGradient(output);
        Memory.Write((nint)seed, cotangent);
        EndGradient(output, seed);

        // In reverse order of time a gradient is complete before it is passed on.
        for (int i = tape.Count - 1; i >= 0; i--)
        {
            (Tensor result, Action backward) = tape[i];
            if (result.GradientPointer is null) continue;
            backward();
            ReleaseGradient(result);
        }

        Memory.EndBackward();
    }

    /// <summary>
    /// Computes a tensor and frees what was allocated on the way to it, so that a deep network needs the memory of its widest
    /// part only. Other tensors made by <paramref name="compute"/> must not be used afterwards; nothing may ask for a gradient.
    /// </summary>
    public Tensor Keep(Func<Tensor> compute)
    {
        long mark = Memory.Mark();
        int recorded = tape.Count;
        Tensor result = compute();
        Require.That(tape.Count == recorded, "What is recorded for gradients cannot be freed before they are computed.");
        return new(this, result.Shape, Memory.Keep(mark, result.Handle, result.Count), result.RequiresGradient);
    }

    /// <summary>Whether an operation with these inputs and weights has to be recorded.</summary>
    internal bool Records(Tensor x, Parameter? parameter = null) =>
        x.RequiresGradient || (parameter is not null && Gradient is not null);

    /// <summary>An operation's result, whose values are not set yet.</summary>
    internal Tensor Output(Shape shape, bool requiresGradient) => new(this, shape, Take(shape.Count), requiresGradient);

    /// <summary>This machine's memory, which engines of this machine compute in.</summary>
    internal Arena Arena => arena;

    internal void Record(Tensor output, Action backward) => tape.Add((output, backward));

    internal float* Values(Parameter parameter) => Weights.Pointer(parameter);

    /// <summary>Where to add the gradient of a weight, or null if none is wanted.</summary>
    internal float* GradientOf(Parameter parameter) => Gradient is null ? null : Gradient.Pointer(parameter);

    /// <summary>Room for <paramref name="count"/> elements of 16 samples.</summary>
    internal float* Allocate(int count)
    {
        RequireOwner();
        return arena.Allocate(checked(count * Tensor.Samples));
    }

    nint Take(int count)
    {
        RequireOwner();
        return Memory.Take(count);
    }

    /// <summary>The memory of <paramref name="count"/> elements, as a span that keeps it alive.</summary>
    internal Span<float> Span(float* elements, int count) => arena.Span(elements, count * Tensor.Samples);

    /// <summary>Everything allocated after the mark is free again; for scratch memory inside one operation.</summary>
    internal Arena.Mark Mark() => arena.Here;

    internal void Release(Arena.Mark mark) => arena.Release(mark);

    /// <summary>A buffer for one operation's contribution to a tensor's gradient: to be written, not added to.</summary>
    internal float* BeginGradient(Tensor x)
    {
        RequireOwner();
        if (freeGradients.TryGetValue(x.Count, out Stack<nint>? free) && free.TryPop(out nint buffer)) return (float*)buffer;
        return (float*)Memory.Take(x.Count);
    }

    /// <summary>Counts the contribution in.</summary>
    internal void EndGradient(Tensor x, float* contribution)
    {
        if (x.Workspace != this)
            throw new InvalidOperationException("A result was computed from tensors of two workspaces; no gradient crosses "
                + "them.");
        if (x.GradientPointer is null)
        {
            x.GradientPointer = contribution;
            return;
        }

        x.GradientPointer = (float*)Memory.Add((nint)x.GradientPointer, (nint)contribution, x.Count);
        Free(x.Count, contribution);
    }

    /// <summary>What came of a tensor's gradient so far, to be counted in with another contribution; 0 if nothing did.</summary>
    internal nint TakeGradient(Tensor x)
    {
        nint soFar = (nint)x.GradientPointer;
        x.GradientPointer = null;
        return soFar;
    }

    /// <summary>Where an operation writes its contribution to a tensor's gradient: added to what came so far, if
    /// <paramref name="accumulate"/> says that there is some, else as by <see cref="BeginGradient"/>.</summary>
    internal float* ContinueGradient(Tensor x, out bool accumulate)
    {
        nint soFar = TakeGradient(x);
        accumulate = soFar != 0;
        return accumulate ? (float*)soFar : BeginGradient(x);
    }

    /// <summary>Gives the complete gradient of a result to an input of the same size without a copy, if nobody needs it
    /// after.</summary>
    internal void HandOver(Tensor result, Tensor x)
    {
        Debug.Assert(result.Count == x.Count);
        float* gradient = result.GradientPointer;
        result.GradientPointer = null;
        EndGradient(x, gradient);
    }

    WeightGradient? Checked(WeightGradient? gradient)
    {
        Require.That(gradient is null || Engine.HasGradients, $"The engine '{Engine}' computes no gradients.");
        return gradient;
    }

    /// <summary>Refuses another thread than the one that uses the workspace.</summary>
    internal void RequireOwner()
    {
        int me = Environment.CurrentManagedThreadId;
        if (owner != me && Interlocked.CompareExchange(ref owner, me, 0) != 0)
            throw new InvalidOperationException("This workspace is used by another thread. Give each thread its own; Reset hands "
                + "one over.");
    }

    void ReleaseGradient(Tensor x)
    {
        if (x.GradientPointer is null) return;
        Free(x.Count, x.GradientPointer);
        x.GradientPointer = null;
    }

    void Free(int count, float* buffer)
    {
        if (!Memory.ReusesGradients) return;
        if (!freeGradients.TryGetValue(count, out Stack<nint>? free)) freeGradients[count] = free = new();
        free.Push((nint)buffer);
    }
}
