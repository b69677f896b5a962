using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>The backward half: contraction, then the clusters un-computed.</summary>
sealed partial class DeviceProgram
{
    /// <summary>Places that hold a gradient already, so that more is added to it.</summary>
    readonly HashSet<int> begun = [];

    void WriteBackward()
    {
        Spread();
        for (int r = 0; r < contraction.Roots.Count; r++) ReadBack(r);
        for (int m = contraction.Messages.Count - 1; m >= 0; m--)
            if (begun.Contains(messageGradient[m])) SendBack(m);
        for (int c = 0; c < program.Clusters.Length; c++)
            if (begun.Contains(lambda[c])) UnEvolve(c);
        if (wireCount > 0)
            steps.Add(new(DeviceOp.WiresBack, wireCount, [.. wires, .. wireCoStates.SelectMany(wire => wire)],
                [.. overlaps.Where((_, run) => program.PerSample[run])], [wireTable, wireCount]));
        Collect();
    }

    void Spread()
    {
        var uses = new List<int>[contraction.Terms];
        for (int t = 0; t < uses.Length; t++) uses[t] = [];
        foreach (ReadOutSum readOut in contraction.ReadOuts)
        {
            foreach ((double coefficient, int[] factors) in readOut.Products)
            {
                for (int i = 0; i < factors.Length; i++)
                {
                    int others = code.Add([.. factors.Where((_, k) => k != i).Select(term => terms[term])]);
                    uses[factors[i]].AddRange([readOut.ReadOut, Bits(coefficient), others, factors.Length - 1]);
                }
            }
        }

        int[] table = [.. uses.SelectMany((use, t) => (int[])[termGradients[t], code.Add([.. use]), use.Count / 4])];
        steps.Add(new(DeviceOp.Spread, uses.Length, terms, termGradients, [code.Add(table), uses.Length]));
    }

    /// <summary>λ += O Π M φ with O = Σ g_i P_i, and for each child G += gram(φ, O Π M_others φ).</summary>
    void ReadBack(int r)
    {
        RootNode root = contraction.Roots[r];
        int c = root.Cluster, image = root.Children.Length > 0 ? rootImage[r] : psi[c];
        int[] gradients = [.. root.Strings.Select(text => termGradients[text.Term])];
        int table = code.Add([.. root.Strings.SelectMany(text => StringWords(text.Local, termGradients[text.Term]))]);
        Observe(image, lambda[c], accumulate: !begun.Add(lambda[c]));
        if (root.Children.Length == 0) return;
        // The image is no longer needed: it takes O φ.
        Observe(psi[c], image, accumulate: false);
        SendToChildren(c, root.Children, image);

        void Observe(int from, int to, bool accumulate) => steps.Add(new(DeviceOp.Observe, Plane(c), [from, .. gradients], [to],
            [from, to, Plane(c), program.Clusters[c].Bits, table, gradients.Length, accumulate ? 1 : 0]));
    }

    void SendToChildren(int c, int[] children, int observed)
    {
        for (int i = 0; i < children.Length; i++)
        {
            int ket = observed;
            if (children.Length > 1) Multiply(c, children, i, observed, ket = Scratch(scratchB, c));
            Gram(c, contraction.Messages[children[i]].Edge, psi[c], ket, messageGradient[children[i]],
                accumulate: !begun.Add(messageGradient[children[i]]));
        }
    }

    /// <summary>λ += G P Π M φ, and for each child G_child += gram(φ, G P Π M_others φ).</summary>
    void SendBack(int m)
    {
        MessageNode node = contraction.Messages[m];
        int c = node.Cluster, image = nodeImage[m] >= 0 ? nodeImage[m] : psi[c];
        Multiply(c, node.Edge, messageGradient[m], image, lambda[c], accumulate: !begun.Add(lambda[c]));
        if (node.Children.Length == 0) return;
        int from = psi[c];
        if (node.Local.Support != 0) Pauli(c, node.Local, psi[c], from = Scratch(scratchB, c));
        // The image is no longer needed: it takes G P φ.
        Multiply(c, node.Edge, messageGradient[m], from, image, accumulate: false);
        SendToChildren(c, node.Children, image);
    }

    void UnEvolve(int c)
    {
        Cluster cluster = program.Clusters[c];
        int plane = Plane(c);
        for (int i = cluster.Steps.Count - 1; i >= 0; i--)
        {
            ClusterStep step = cluster.Steps[i];
            if (step.Kind == StepKind.BranchControl)
            {
                steps.Add(new(DeviceOp.JoinControl, 1 << step.Bits - 1, [], [psi[c], lambda[c]],
                    [psi[c], lambda[c], plane, step.Bits, step.Control]));
                continue;
            }

            int run = step.Run;
            (int control, int half) = step.Kind == StepKind.Apply ? (step.Control, 0) : (-1, 1 << step.Bits);
            steps.Add(new(DeviceOp.Reverse, Pairs(step.Bits, control), AngleOf(run),
                program.PerSample[run] ? [psi[c], lambda[c], overlaps[run]] : [psi[c], lambda[c]],
                [psi[c], lambda[c], plane, step.Bits, step.Target, control, MatrixOf(run), KindOf(run), gateTables[run], half]));
        }

        if (program.Start == CircuitStart.Amplitudes)
        {
            // The state's first amplitudes are still needed; the scratch takes the result.
            int to = Scratch(scratchA, c);
            steps.Add(new(DeviceOp.AmplitudesBack, inputCount, [psi[c], lambda[c], inverseLength], [to],
                [psi[c], lambda[c], plane, inputCount, inverseLength, to]));
            return;
        }

        for (int bit = cluster.WireBits - 1; bit >= 0; bit--)
            steps.Add(new(DeviceOp.Part, 1 << bit, [wires[c]], [psi[c], lambda[c], wireCoStates[c][bit]],
                [psi[c], lambda[c], plane, bit, wires[c] + 4 * bit, wireCoStates[c][bit]]));
    }

    /// <summary>From the overlaps of a gate to its formula's inputs, whose gradients begin at the place.</summary>
    (int Place, int[] Inputs) FormulaBack(int run)
    {
        (DeviceFormula formula, int at, int registers) = formulas[run];
        (int[] inputs, int[] weights) = (formula.Inputs, formula.Weights);
        int place = Take(inputs.Length);
        steps.Add(new(DeviceOp.FormulaBack, 1, [overlaps[run]], [place], [at, formula.Count, registers, overlaps[run],
            code.Warps(PairsOf(run)), inputs.Length, place, weights.Length, code.AddFormulaWeights(weights)]));
        return (place, inputs);
    }

    /// <summary>What each input gets, from all gates whose angle it is in.</summary>
    void Collect()
    {
        var uses = new List<int>[inputCount];
        for (int i = 0; i < inputCount; i++) uses[i] = [];
        List<int> reads = [];
        for (int run = 0; run < program.Runs.Length; run++)
        {
            if (!program.PerSample[run]) continue;
            if (formulas.ContainsKey(run))
            {
                (int place, int[] inputs) = FormulaBack(run);
                reads.Add(place);
                for (int i = 0; i < inputs.Length; i++) uses[inputs[i]].AddRange([place + i, 1, Bits(1), -1]);
                continue;
            }

            InputGate gate = program.InputGates[run];
            int[] words = [overlaps[run], code.Warps(PairsOf(run)), Bits(gate.Scale)];
            reads.Add(overlaps[run]);
            uses[gate.Input].AddRange([.. words, gate.SecondInput]);
            if (gate.SecondInput >= 0) uses[gate.SecondInput].AddRange([.. words, gate.Input]);
        }

        if (program.Start == CircuitStart.Amplitudes)
        {
            reads.Add(scratchA[0]);
            for (int i = 0; i < inputCount; i++) uses[i].AddRange([scratchA[0] + i, 1, Bits(1), -1]);
        }

        int[] table = [.. uses.SelectMany(use => (int[])[code.Add([.. use]), use.Count / 4])];
        steps.Add(new(DeviceOp.Collect, inputCount, [.. reads], [], [code.Add(table), inputCount]));
    }
}
