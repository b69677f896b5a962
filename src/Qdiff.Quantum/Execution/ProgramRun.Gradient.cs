using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// The same tile backward: contraction, then the clusters un-computed. To be called after <see cref="Forward"/>.
/// </summary>
unsafe ref partial struct ProgramRun
{
    public void Backward(ReadOnlySpan<float> cotangent, Span<float> inputGradient, Span<float> weightGradient)
    {
        SpreadCotangent(cotangent);
        for (int c = 0; c < program.Clusters.Length; c++)
            Clear(At(layout.Lambda[c]), (long)Amplitude << program.Clusters[c].Bits);
        for (int m = 0; m < contraction.Messages.Count; m++)
            Clear(At(layout.MessageGradient[m]), (long)Amplitude * program.Edges[contraction.Messages[m].Edge].MessageSize);
        Clear(At(layout.Overlaps), 4L * Samples * program.Runs.Length);

        for (int r = 0; r < contraction.Roots.Count; r++) ReadBack(r);
        for (int m = contraction.Messages.Count - 1; m >= 0; m--) SendBack(m);
        for (int c = 0; c < program.Clusters.Length; c++) UnEvolve(c, inputGradient);
        for (int r = 0; r < program.Runs.Length; r++) CollectGradient(r, inputGradient, weightGradient);
    }

    /// <summary>From the gradient by the read-outs to the gradient by the terms: the product rule.</summary>
    void SpreadCotangent(ReadOnlySpan<float> cotangent)
    {
        float* terms = At(layout.Terms), gradients = At(layout.TermGradients);
        Clear(gradients, (long)Samples * contraction.Terms);
        foreach (ReadOutSum readOut in contraction.ReadOuts)
        {
            Vector512<float> g = Vector512.Create(cotangent.Slice(readOut.ReadOut * Samples, Samples));
            foreach ((double coefficient, int[] factors) in readOut.Products)
            {
                for (int i = 0; i < factors.Length; i++)
                {
                    Vector512<float> product = g * (float)coefficient;
                    for (int k = 0; k < factors.Length; k++)
                        if (k != i) product *= Load(terms + factors[k] * Samples);
                    float* to = gradients + factors[i] * Samples;
                    (Load(to) + product).Store(to);
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
        layout.Signs[r]?.Spread(At(layout.TermGradients), observable);
        AddObserved(r, cluster, observable, image, At(layout.Lambda[root.Cluster]));
        if (root.Children.Length == 0) return;
        // The image is no longer needed: it takes O φ.
        Clear(image, (long)Amplitude << cluster.Bits);
        AddObserved(r, cluster, observable, phi, image);
        SendToChildren(root.Cluster, root.Children, phi, image);
    }

    void AddObserved(int r, Cluster cluster, float* observable, float* from, float* to)
    {
        if (layout.Signs[r] is not null) PauliKernels.AccumulateDiagonal(observable, from, to, cluster.Bits, cluster.WireBits);
        foreach ((PauliString local, int term) in layout.Flipped[r])
            PauliKernels.Accumulate(local, At(layout.TermGradients) + term * Samples, from, to, cluster.Bits);
    }

    void SendToChildren(int cluster, int[] children, float* phi, float* observed)
    {
        for (int i = 0; i < children.Length; i++)
        {
            float* ket = observed;
            if (children.Length > 1) Multiply(cluster, children, i, observed, ket = At(layout.ScratchB));
            layout.Sides[cluster][contraction.Messages[children[i]].Edge].Gram(phi, ket, At(layout.MessageGradient[children[i]]));
        }
    }

    /// <summary>λ += G P Π M φ, and for each child G_child += gram(φ, G P Π M_others φ).</summary>
    void SendBack(int m)
    {
        MessageNode node = contraction.Messages[m];
        EdgeKernels side = layout.Sides[node.Cluster][node.Edge];
        float* phi = At(layout.Psi[node.Cluster]), gradient = At(layout.MessageGradient[m]);
        float* image = layout.NodeImage[m] >= 0 ? At(layout.NodeImage[m]) : phi;
        side.Multiply(gradient, image, At(layout.Lambda[node.Cluster]), accumulate: true);
        if (node.Children.Length == 0) return;
        float* from = phi;
        if (node.Local.Support != 0)
            PauliKernels.Apply(node.Local, phi, from = At(layout.ScratchB), program.Clusters[node.Cluster].Bits);
        // The image is no longer needed: it takes G P φ.
        side.Multiply(gradient, from, image);
        SendToChildren(node.Cluster, node.Children, phi, image);
    }

    void UnEvolve(int c, Span<float> inputGradient)
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
                    BranchKernels.JoinControl(psi, step.Bits, step.Control);
                    BranchKernels.JoinControl(lambda, step.Bits, step.Control);
                    break;
                case StepKind.BranchTarget:
                    Reverse(step.Run, psi + half, lambda + half, step.Bits, step.Target, -1);
                    BranchKernels.Accumulate(lambda + half, lambda, half);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown step {step.Kind}.");
            }
        }

        if (program.Start == CircuitStart.Amplitudes)
        {
            AddAmplitudeGradient(psi, lambda, inputGradient);
            return;
        }

        for (int bit = cluster.WireBits - 1; bit >= 0; bit--)
        {
            float* wire = psi, wireLambda = lambda;
            if (bit > 0)
            {
                wire = At(layout.Wire[c]) + bit * 2 * Amplitude;
                wireLambda = At(layout.WireLambda);
                ProductKernels.Part(psi, lambda, bit, wire, wireLambda);
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
                BlockKernels.Gather(fromPsi, pass.Offsets, blockPsi = At(layout.BlockPsi));
                BlockKernels.Gather(fromLambda, pass.Offsets, blockLambda = At(layout.BlockLambda));
            }

            for (int i = pass.Steps.Length - 1; i >= 0; i--)
            {
                BlockStep step = pass.Steps[i];
                if (step.OuterControl >= 0 && (first >> step.OuterControl & 1) == 0) continue;
                Reverse(step.Run, blockPsi, blockLambda, StepPass.BlockBits, step.Target, step.Control);
            }

            if (pass.IsContiguous) continue;
            BlockKernels.Scatter(blockPsi, pass.Offsets, fromPsi);
            BlockKernels.Scatter(blockLambda, pass.Offsets, fromLambda);
        }
    }

    void Reverse(int run, float* psi, float* lambda, int bits, int target, int control) => ReverseKernels.Apply(
        program.Shapes[run], psi, lambda, bits, target, control, MatrixOf(run), At(layout.Overlaps) + run * 4 * Samples);

    /// <summary>a = x/|x|, so dL/dx = (2·Re λ − a (a·2·Re λ))/|x|.</summary>
    void AddAmplitudeGradient(float* psi, float* lambda, Span<float> inputGradient)
    {
        Vector512<float> along = default, inverse = Load(At(layout.InverseLength));
        for (int k = 0; k < inputs.Length / Samples; k++)
            along = MultiplyAdd(Load(psi + (nint)k * Amplitude), Load(lambda + (nint)k * Amplitude), along);
        for (int k = 0; k < inputs.Length / Samples; k++)
        {
            Vector512<float> gradient =
                MultiplyAddNegated(Load(psi + (nint)k * Amplitude), along, Load(lambda + (nint)k * Amplitude)) * 2f * inverse;
            AddTo(inputGradient, k, gradient);
        }
    }

    static void AddTo(Span<float> inputGradient, int index, Vector512<float> gradient)
    {
        Span<float> to = inputGradient.Slice(index * Samples, Samples);
        (Vector512.Create((ReadOnlySpan<float>)to) + gradient).CopyTo(to);
    }

    /// <summary>
    /// From the overlaps t of a run to the inputs (sample by sample) or weights (summed over the samples) in its angles.
    /// </summary>
    void CollectGradient(int r, Span<float> inputGradient, Span<float> weightGradient)
    {
        float* t = At(layout.Overlaps) + r * 4 * Samples;
        if (!program.PerSample[r])
        {
            if (prepared.Axes[r].Count == 0) return;
            double t0 = Vector512.Sum(Load(t)), t1 = Vector512.Sum(Load(t + 16));
            double tx = Vector512.Sum(Load(t + 32)), ty = Vector512.Sum(Load(t + 48));
            foreach ((int weight, double n0, double nx, double ny, double nz) in prepared.Axes[r])
                weightGradient[weight] += (float)(n0 * (t0 + t1) + nx * tx + ny * ty + nz * (t0 - t1));
            return;
        }

        ref readonly InputGate gate = ref program.InputGates[r];
        Vector512<float> gradient = gate.Scale * (gate.Kind switch
        {
            GateKind.RX => Load(t + 32),
            GateKind.RY => Load(t + 48),
            GateKind.RZ => Load(t) - Load(t + 16),
            _ => Load(t + 16) * -2f,
        });
        if (gate.Formula is { } formula)
        {
            AddThrough(formula, gradient, inputGradient, weightGradient);
            return;
        }

        if (gate.SecondInput >= 0)
        {
            AddTo(inputGradient, gate.SecondInput, gradient * Input(gate.Input));
            gradient *= Input(gate.SecondInput);
        }

        AddTo(inputGradient, gate.Input, gradient);
    }

    /// <summary>Apart from the common angles, whose gradients stay in a register.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void AddThrough(AngleExpression formula, Vector512<float> gradient, Span<float> inputGradient, Span<float> weightGradient)
    {
        for (int s = 0; s < Samples; s++)
        {
            // Idle samples may hold numbers for which the formula has no slope.
            if (gradient[s] == 0) continue;
            formula.AddGradient(gradient[s], new TileNumbers(s, inputs, prepared.WeightValues, inputGradient, weightGradient));
        }
    }
}
