namespace Qdiff.Quantum;

/// <summary>
/// A lowered circuit at certain weights. Any number of threads may run tiles on it, each with its own
/// <see cref="CircuitWorkspace"/>; nothing is allocated once the workspace has grown. Results depend on nothing but the
/// arguments.
/// </summary>
/// <remarks>
/// Safe to share, except while it is prepared again (<see cref="LoweredCircuit.Prepare"/> with it as the one to reuse): a tile
/// running meanwhile throws an <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class PreparedCircuit
{
    /// <summary>Odd while it is being prepared; another one after each time.</summary>
    int version;

    internal PreparedCircuit(LoweredCircuit circuit)
    {
        Circuit = circuit;
        Programs = [.. circuit.Layouts.Select(layout => new PreparedProgram(layout))];
    }

    /// <summary>The circuit that was prepared.</summary>
    public LoweredCircuit Circuit { get; }

    internal PreparedProgram[] Programs { get; }

    /// <summary>Samples that go together, as many as this machine's vectors hold: 16, 8 or 4.</summary>
    internal int Width { get; set; } = MachineVectors.Lanes;

    /// <summary>
    /// The expectations (read-outs × 16) of one tile of inputs (inputs × 16); element e of sample s is at e·16 + s.
    /// </summary>
    /// <exception cref="ArgumentException">A length is wrong, or an input is not finite.</exception>
    public unsafe void Forward(ReadOnlySpan<float> inputs, Span<float> expectations, CircuitWorkspace workspace)
    {
        Check(inputs, expectations, workspace);
        int began = RequirePrepared();
        float* memory = workspace.Enter(Circuit.WorkspaceBytes / sizeof(float));
        try
        {
            Forward(memory, inputs, expectations);
        }
        finally
        {
            workspace.Leave();
        }

        RequireUnchanged(began);
    }

    /// <summary>
    /// The expectations, and added to what is there the gradient of Σ cotangent·expectation by the inputs (inputs × 16, sample by
    /// sample) and by the weights (summed over the 16 samples in a fixed order). A sample whose cotangent is zero counts in no
    /// gradient.
    /// </summary>
    /// <remarks>Adjoint method: Jones and Gacon 2020, arXiv 2009.02823.</remarks>
    /// <exception cref="ArgumentException">A length is wrong, or an input is not finite.</exception>
    public unsafe void Gradient(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> cotangent, Span<float> expectations, Span<float> inputGradient,
        Span<float> weightGradient, CircuitWorkspace workspace)
    {
        Check(inputs, expectations, workspace);
        if (cotangent.Length != expectations.Length)
            throw new ArgumentException($"{expectations.Length} cotangents expected, got {cotangent.Length}.", nameof(cotangent));
        if (inputGradient.Length != inputs.Length)
            throw new ArgumentException($"The input gradient has {inputGradient.Length} elements, the inputs {inputs.Length}.",
                nameof(inputGradient));
        if (weightGradient.Length != Circuit.Circuit.Weights)
            throw new ArgumentException($"{Circuit.Circuit.Weights} weight gradients expected, got {weightGradient.Length}.",
                nameof(weightGradient));
        int began = RequirePrepared();
        float* memory = workspace.Enter(Circuit.WorkspaceBytes / sizeof(float));
        try
        {
            Gradient(memory, inputs, cotangent, expectations, inputGradient, weightGradient);
        }
        finally
        {
            workspace.Leave();
        }

        RequireUnchanged(began);
    }

    // Apart from the protected regions, in which the compiler keeps no locals in registers.
    unsafe void Forward(float* memory, ReadOnlySpan<float> inputs, Span<float> expectations)
    {
        switch (Width)
        {
            case 16: Forward<Lanes16>(memory, inputs, expectations); break;
            case 8: Forward<Lanes8>(memory, inputs, expectations); break;
            default: Forward<Lanes4>(memory, inputs, expectations); break;
        }
    }

    unsafe void Forward<V>(float* memory, ReadOnlySpan<float> inputs, Span<float> expectations) where V : struct, ILanes<V>
    {
        foreach (PreparedProgram program in Programs)
            for (int lane = 0; lane < Tile.Samples; lane += V.Count)
                new ProgramRun<V>(program, memory, inputs, lane).Forward(expectations);
    }

    unsafe void Gradient(float* memory, ReadOnlySpan<float> inputs, ReadOnlySpan<float> cotangent, Span<float> expectations,
        Span<float> inputGradient, Span<float> weightGradient)
    {
        switch (Width)
        {
            case 16: Gradient<Lanes16>(memory, inputs, cotangent, expectations, inputGradient, weightGradient); break;
            case 8: Gradient<Lanes8>(memory, inputs, cotangent, expectations, inputGradient, weightGradient); break;
            default: Gradient<Lanes4>(memory, inputs, cotangent, expectations, inputGradient, weightGradient); break;
        }
    }

    unsafe void Gradient<V>(float* memory, ReadOnlySpan<float> inputs, ReadOnlySpan<float> cotangent, Span<float> expectations,
        Span<float> inputGradient, Span<float> weightGradient) where V : struct, ILanes<V>
    {
        foreach (PreparedProgram program in Programs)
        {
            ProgramRun<V> run = default;
            for (int lane = 0; lane < Tile.Samples; lane += V.Count)
            {
                run = new(program, memory, inputs, lane);
                run.Forward(expectations);
                run.Backward(cotangent, inputGradient);
            }

            run.CollectGradients(inputGradient, weightGradient);
        }
    }

    /// <summary>Computes what depends on the weights alone.</summary>
    internal void Set(ReadOnlySpan<float> weights)
    {
        int before = RequirePrepared();
        if (Interlocked.CompareExchange(ref version, before + 1, before) != before) throw Changed();
        try
        {
            foreach (PreparedProgram program in Programs) program.Set(weights);
        }
        finally
        {
            Volatile.Write(ref version, before + 2);
        }
    }

    int RequirePrepared()
    {
        int now = Volatile.Read(ref version);
        return now % 2 == 0 ? now : throw Changed();
    }

    void RequireUnchanged(int before)
    {
        // Everything that was read, was read before this. No more is needed: a full fence is felt in the smallest circuits.
        Volatile.ReadBarrier();
        if (version != before) throw Changed();
    }

    static InvalidOperationException Changed() => new("This prepared circuit is being prepared anew by another thread; let each "
        + "prepare its own, or wait until its tiles are done.");

    void Check(ReadOnlySpan<float> inputs, ReadOnlySpan<float> expectations, CircuitWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (inputs.Length != Circuit.Circuit.Inputs * Tile.Samples)
            throw new ArgumentException($"{Circuit.Circuit.Inputs} inputs × 16 samples expected, got {inputs.Length} numbers.",
                nameof(inputs));
        if (expectations.Length != Circuit.ReadOuts.Count * Tile.Samples)
            throw new ArgumentException(
                $"{Circuit.ReadOuts.Count} read-outs × 16 samples expected, got {expectations.Length} numbers.",
                nameof(expectations));
        // x − x is 0 for finite numbers and not a number otherwise.
        float sum = 0;
        foreach (float x in inputs) sum += x - x;
        if (sum == 0) return;
        int at = 0;
        while (float.IsFinite(inputs[at])) at++;
        throw new AngleNotFiniteException(FormattableString.Invariant(
            $"Input {at / Tile.Samples} of sample {at % Tile.Samples} is {inputs[at]}; angles must be finite."), nameof(inputs));
    }
}
