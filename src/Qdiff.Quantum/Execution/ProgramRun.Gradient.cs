using System.Runtime.CompilerServices;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// The same samples backward: contraction, then the clusters un-computed. To be called after <see cref="Forward"/>; when all
/// samples of the tile have come so far, <see cref="CollectGradients"/> ends it.
/// </summary>
unsafe ref partial struct ProgramRun<V>
{
    public void Backward(ReadOnlySpan<float> cotangent, Span<float> inputGradient)
    {
        SpreadCotangent(cotangent);
        for (int c = 0; c < program.Clusters.Length; c++)
            Clear<V>(At(layout.Lambda[c]), (nint)Amplitude << program.Clusters[c].Bits);
        for (int m = 0; m < contraction.Messages.Count; m++)
            Clear<V>(At(layout.MessageGradient[m]), (nint)Amplitude * program.Edges[contraction.Messages[m].Edge].MessageSize);
        Clear<V>(At(layout.Overlaps), 4 * Samples * program.Runs.Length);

        for (int r = 0; r < contraction.Roots.Count; r++) ReadBack(r);
        for (int m = contraction.Messages.Count - 1; m >= 0; m--) SendBack(m);
        for (int c = 0; c < program.Clusters.Length; c++) UnEvolve(c, cotangent, inputGradient);
        if (program.HasFormulas) ClearIdle(cotangent, At(layout.Overlaps), 4 * program.Runs.Length);
    }

    /// <summary>What the inputs, sample by sample, and the weights, summed over the tile, get from all runs' overlaps.</summary>
    public void CollectGradients(Span<float> inputGradient, Span<float> weightGradient)
    {
        for (int r = 0; r < program.Runs.Length; r++)
            if (program.PerSample[r]) AddSamples(r, inputGradient, weightGradient);
            else if (prepared.Axes[r].Count > 0) AddSums(r, weightGradient);
    }

    /// <summary>Zero for the samples without a cotangent. Where a formula has no value they are no numbers, and their zero
    /// cotangents do not change that.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void ClearIdle(ReadOnlySpan<float> cotangent, float* values, nint count)
    {
        V isBusy = default;
        foreach (ReadOutSum readOut in contraction.ReadOuts)
        {
            V g = CotangentOf(readOut, cotangent);
            isBusy = V.Select(V.Equals(g, default), isBusy, V.One);
        }

        V isIdle = V.Equals(isBusy, default);
        for (float* end = values + count * Samples; values < end; values += Samples)
            V.Select(isIdle, default, V.Load(values)).Store(values);
    }

    V CotangentOf(ReadOutSum readOut, ReadOnlySpan<float> cotangent)
    {
        fixed (float* from = &cotangent[readOut.ReadOut * Samples + lane]) return V.Load(from);
    }

    /// <summary>From the gradient by the read-outs to the gradient by the terms: the product rule.</summary>
    void SpreadCotangent(ReadOnlySpan<float> cotangent)
    {
        float* terms = At(layout.Terms), gradients = At(layout.TermGradients);
        Clear<V>(gradients, (nint)Samples * contraction.Terms);
        foreach (ReadOutSum readOut in contraction.ReadOuts)
        {
            V g = CotangentOf(readOut, cotangent);
            foreach ((double coefficient, int[] factors) in readOut.Products)
            {
                for (int i = 0; i < factors.Length; i++)
                {
                    V product = g * V.Create((float)coefficient);
                    for (int k = 0; k < factors.Length; k++)
                        if (k != i) product *= V.Load(terms + factors[k] * Samples);
                    float* to = gradients + factors[i] * Samples;
                    (V.Load(to) + product).Store(to);
                }
            }
        }
    }

    /// <summary>λ += O Π M φ with O = Σ g_i P_i, and for each child G += gram(φ, O Π M_others φ).</summary>
    void ReadBack(int r)
    {
        RootNode root = contraction.Roots[r];
        Cluster cluster = program.Clusters[root.Cluster];
        float* phi = At(layout.Psi[root.Cluster]), image = root.Children.Length > 0 ? At(layout.RootImage[r]) : phi;
        float* observable = At(layout.Density);
        layout.Signs[r]?.Spread<V>(At(layout.TermGradients), observable);
        AddObserved(r, cluster, observable, image, At(layout.Lambda[root.Cluster]));
        if (root.Children.Length == 0) return;
        // The image is no longer needed: it takes O φ.
        Clear<V>(image, (nint)Amplitude << cluster.Bits);
        AddObserved(r, cluster, observable, phi, image);
        SendToChildren(root.Cluster, root.Children, phi, image);
    }

    void AddObserved(int r, Cluster cluster, float* observable, float* from, float* to)
    {
        if (layout.Signs[r] is not null) PauliKernels<V>.AccumulateDiagonal(observable, from, to, cluster.Bits, cluster.WireBits);
        foreach ((PauliString local, int term) in layout.Flipped[r])
            PauliKernels<V>.Accumulate(local, At(layout.TermGradients) + term * Samples, from, to, cluster.Bits);
    }

    void SendToChildren(int cluster, int[] children, float* phi, float* observed)
    {
        for (int i = 0; i < children.Length; i++)
        {
            float* ket = observed;
            if (children.Length > 1) Multiply(cluster, children, i, observed, ket = At(layout.ScratchB));
            layout.Sides[cluster][contraction.Messages[children[i]].Edge]
                .Gram<V>(phi, ket, At(layout.MessageGradient[children[i]]));
        }
    }

    /// <summary>λ += G P Π M φ, and for each child G_child += gram(φ, G P Π M_others φ).</summary>
    void SendBack(int m)
    {
        MessageNode node = contraction.Messages[m];
        EdgeKernels side = layout.Sides[node.Cluster][node.Edge];
        float* phi = At(layout.Psi[node.Cluster]), gradient = At(layout.MessageGradient[m]);
        float* image = layout.NodeImage[m] >= 0 ? At(layout.NodeImage[m]) : phi;
        side.Multiply<V>(gradient, image, At(layout.Lambda[node.Cluster]), accumulate: true);
        if (node.Children.Length == 0) return;
        float* from = phi;
        if (node.Local.Support != 0)
            PauliKernels<V>.Apply(node.Local, phi, from = At(layout.ScratchB), program.Clusters[node.Cluster].Bits);
        // The image is no longer needed: it takes G P φ.
        side.Multiply<V>(gradient, from, image);
        SendToChildren(node.Cluster, node.Children, phi, image);
    }

    void UnEvolve(int c, ReadOnlySpan<float> cotangent, Span<float> inputGradient)
    {
        Cluster cluster = program.Clusters[c];
        float* psi = At(layout.Psi[c]), lambda = At(layout.Lambda[c]);
        for (int i = layout.Steps[c].Length - 1; i >= 0; i--)
        {
            (ClusterStep step, StepPass? pass) = layout.Steps[c][i];
            if (pass is not null)
            {
                Reverse(pass, psi, lambda);
                continue;
            }

            nint half = (nint)Amplitude << step.Bits;
            switch (step.Kind)
            {
                case StepKind.Apply:
                    Reverse(step.Run, psi, lambda, step.Bits, step.Target, step.Control);
                    break;
                case StepKind.BranchControl:
                    BranchKernels<V>.JoinControl(psi, step.Bits, step.Control);
                    BranchKernels<V>.JoinControl(lambda, step.Bits, step.Control);
                    break;
                case StepKind.BranchTarget:
                    Reverse(step.Run, psi + half, lambda + half, step.Bits, step.Target, -1);
                    BranchKernels<V>.Accumulate(lambda + half, lambda, half);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown step {step.Kind}.");
            }
        }

        if (program.Start == CircuitStart.Amplitudes)
        {
            AddAmplitudeGradient(psi, lambda, cotangent, inputGradient);
            return;
        }

        for (int bit = cluster.WireBits - 1; bit >= 0; bit--)
        {
            float* wire = psi, wireLambda = lambda;
            if (bit > 0)
            {
                wire = At(layout.Wire[c]) + bit * 2 * Amplitude;
                wireLambda = At(layout.WireLambda);
                ProductKernels<V>.Part(psi, lambda, bit, wire, wireLambda);
            }

            List<int> runs = cluster.Preparation[bit];
            for (int i = runs.Count - 1; i >= 0; i--) Reverse(runs[i], wire, wireLambda, 1, 0, -1);
        }
    }

    void Reverse(StepPass pass, float* psi, float* lambda)
    {
        for (int b = 0; b < pass.Blocks; b++)
        {
            int first = pass.First(b);
            float* fromPsi = psi + (nint)first * Amplitude, fromLambda = lambda + (nint)first * Amplitude;
            float* blockPsi = fromPsi, blockLambda = fromLambda;
            if (!pass.IsContiguous)
            {
                BlockKernels<V>.Gather(fromPsi, pass.Offsets, blockPsi = At(layout.BlockPsi));
                BlockKernels<V>.Gather(fromLambda, pass.Offsets, blockLambda = At(layout.BlockLambda));
            }

            for (int i = pass.Steps.Length - 1; i >= 0; i--)
            {
                BlockStep step = pass.Steps[i];
                if (step.OuterControl >= 0 && (first >> step.OuterControl & 1) == 0) continue;
                Reverse(step.Run, blockPsi, blockLambda, StepPass.BlockBits, step.Target, step.Control);
            }

            if (pass.IsContiguous) continue;
            BlockKernels<V>.Scatter(blockPsi, pass.Offsets, fromPsi);
            BlockKernels<V>.Scatter(blockLambda, pass.Offsets, fromLambda);
        }
    }

    void Reverse(int run, float* psi, float* lambda, int bits, int target, int control) => ReverseKernels<V>.Apply(
        program.Shapes[run], psi, lambda, bits, target, control, MatrixOf(run), At(layout.Overlaps) + run * 4 * Samples);

    /// <summary>a = x/|x|, so dL/dx = (2·Re λ − a (a·2·Re λ))/|x|.</summary>
    void AddAmplitudeGradient(float* psi, float* lambda, ReadOnlySpan<float> cotangent, Span<float> inputGradient)
    {
        if (program.HasFormulas)
        {
            ClearIdle(cotangent, psi, 2 * (inputs.Length / Samples));
            ClearIdle(cotangent, lambda, 2 * (inputs.Length / Samples));
        }

        V along = default, inverse = V.Load(At(layout.InverseLength));
        for (int k = 0; k < inputs.Length / Samples; k++)
            along = V.MultiplyAdd(V.Load(psi + (nint)k * Amplitude), V.Load(lambda + (nint)k * Amplitude), along);
        for (int k = 0; k < inputs.Length / Samples; k++)
        {
            V state = V.Load(psi + (nint)k * Amplitude), coState = V.Load(lambda + (nint)k * Amplitude);
            V gradient = V.MultiplyAddNegated(state, along, coState) * V.Create(2) * inverse;
            AddTo(inputGradient, k, lane, gradient);
        }
    }

    static void AddTo(Span<float> inputGradient, int index, int lane, V gradient)
    {
        fixed (float* to = &inputGradient[index * Samples + lane]) (V.Load(to) + gradient).Store(to);
    }

    /// <summary>From the overlaps t of a run, summed over the tile, to the weights in its angles.</summary>
    void AddSums(int r, Span<float> weightGradient)
    {
        float* t = Overlaps(r);
        double t0 = Lanes.SumOfSamples<V>(t), t1 = Lanes.SumOfSamples<V>(t + 16);
        double tx = Lanes.SumOfSamples<V>(t + 32), ty = Lanes.SumOfSamples<V>(t + 48);
        foreach ((int weight, double n0, double nx, double ny, double nz) in prepared.Axes[r])
            weightGradient[weight] += (float)(n0 * (t0 + t1) + nx * tx + ny * ty + nz * (t0 - t1));
    }

    /// <summary>From the overlaps t of a run to the inputs in its angle, and through a formula to the weights.</summary>
    void AddSamples(int r, Span<float> inputGradient, Span<float> weightGradient)
    {
        ref readonly InputGate gate = ref program.InputGates[r];
        for (int first = 0; first < Samples; first += V.Count)
        {
            float* t = Overlaps(r) + first;
            V gradient = V.Create(gate.Scale) * (gate.Kind switch
            {
                GateKind.RX => V.Load(t + 32),
                GateKind.RY => V.Load(t + 48),
                GateKind.RZ => V.Load(t) - V.Load(t + 16),
                _ => V.Load(t + 16) * V.Create(-2),
            });
            if (gate.Formula is { } formula)
            {
                AddThrough(formula, first, gradient, inputGradient, weightGradient);
                continue;
            }

            if (gate.SecondInput >= 0)
            {
                AddTo(inputGradient, gate.SecondInput, first, gradient * Input(gate.Input, first));
                gradient *= Input(gate.SecondInput, first);
            }

            AddTo(inputGradient, gate.Input, first, gradient);
        }
    }

    /// <summary>A run's overlaps, of the whole tile.</summary>
    float* Overlaps(int run) => At(layout.Overlaps) - lane + run * 4 * Samples;

    /// <summary>Apart from the common angles, whose gradients stay in a register.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void AddThrough(AngleExpression formula, int first, V gradient, Span<float> inputGradient, Span<float> weightGradient)
    {
        float* values = stackalloc float[V.Count];
        gradient.Store(values);
        for (int s = 0; s < V.Count; s++)
        {
            // Idle samples may hold numbers for which the formula has no slope.
            if (values[s] == 0) continue;
            formula.AddGradient(values[s],
                new TileNumbers(first + s, inputs, prepared.WeightValues, inputGradient, weightGradient));
        }
    }
}
