using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>One program on one tile, forward: clusters, then the contraction to expectations.</summary>
unsafe ref partial struct ProgramRun(PreparedProgram prepared, float* memory, ReadOnlySpan<float> inputs)
{
    readonly PreparedProgram prepared = prepared;
    readonly ProgramLayout layout = prepared.Layout;
    readonly ClusterProgram program = prepared.Layout.Program;
    readonly Contraction contraction = prepared.Layout.Contraction;
    readonly float* memory = memory;
    readonly ReadOnlySpan<float> inputs = inputs;

    public void Forward(Span<float> expectations)
    {
        for (int r = 0; r < program.Runs.Length; r++)
            if (program.PerSample[r]) SetMatrix(in program.InputGates[r], At(layout.Matrices) + r * 8 * Samples);
        for (int c = 0; c < program.Clusters.Length; c++) Evolve(c);
        for (int m = 0; m < contraction.Messages.Count; m++) Send(m);
        for (int r = 0; r < contraction.Roots.Count; r++) Read(r);
        foreach (ReadOutSum readOut in contraction.ReadOuts)
        {
            Vector512<float> sum = Vector512.Create((float)readOut.Constant);
            foreach ((double coefficient, int[] terms) in readOut.Products)
            {
                Vector512<float> product = Vector512.Create((float)coefficient);
                foreach (int term in terms) product *= Load(At(layout.Terms) + term * Samples);
                sum += product;
            }

            sum.CopyTo(expectations[(readOut.ReadOut * Samples)..]);
        }
    }

    float* At(long offset) => memory + offset;

    float* MatrixOf(int run) => program.PerSample[run] ? At(layout.Matrices) + run * 8 * Samples : prepared.Matrix(run);

    Vector512<float> Input(int index) => Vector512.Create(inputs.Slice(index * Samples, Samples));

    Vector512<float> AngleOf(ref readonly InputGate gate)
    {
        if (gate.Formula is { } formula) return AngleOf(formula);
        Vector512<float> value = Input(gate.Input) * gate.Scale;
        return gate.SecondInput >= 0 ? value * Input(gate.SecondInput) : value;
    }

    /// <summary>Apart from the common angles, which are a few instructions and inlined.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    Vector512<float> AngleOf(AngleExpression formula)
    {
        Span<float> values = stackalloc float[Samples];
        for (int s = 0; s < Samples; s++) values[s] = (float)formula.Value(new TileNumbers(s, inputs, prepared.WeightValues));
        return Vector512.Create((ReadOnlySpan<float>)values);
    }

    void SetMatrix(ref readonly InputGate gate, float* u)
    {
        Clear(u, 8 * Samples);
        Vector512<float> angle = AngleOf(in gate);
        (Vector512<float> sin, Vector512<float> cos) = Vector512.SinCos(gate.Kind == GateKind.Phase ? angle : angle * 0.5f);
        switch (gate.Kind)
        {
            case GateKind.RX:
                Put(u, 0, cos);
                Put(u, 3, -sin);
                Put(u, 5, -sin);
                Put(u, 6, cos);
                break;
            case GateKind.RY:
                Put(u, 0, cos);
                Put(u, 2, -sin);
                Put(u, 4, sin);
                Put(u, 6, cos);
                break;
            case GateKind.RZ:
                Put(u, 0, cos);
                Put(u, 1, -sin);
                Put(u, 6, cos);
                Put(u, 7, sin);
                break;
            case GateKind.Phase:
                Put(u, 0, Vector512<float>.One);
                Put(u, 6, cos);
                Put(u, 7, sin);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(gate), gate.Kind, "This gate takes no input.");
        }
    }

    static void Put(float* u, int k, Vector512<float> value) => value.Store(u + k * Samples);

    /// <summary>The amplitudes of a cluster: the product state of its wires, then its steps.</summary>
    void Evolve(int c)
    {
        Cluster cluster = program.Clusters[c];
        float* psi = At(layout.Psi[c]);
        if (program.Start == CircuitStart.Amplitudes) LoadAmplitudes(psi, cluster.WireBits);
        else
        {
            for (int bit = 0; bit < cluster.WireBits; bit++)
            {
                float* wire = At(layout.Wire[c]) + bit * 2 * Amplitude;
                Clear(wire, 2 * Amplitude);
                Vector512<float>.One.Store(wire);
                foreach (int run in cluster.Preparation[bit])
                    ForwardKernels.Apply(program.Shapes[run], wire, 1, 0, -1, MatrixOf(run));
                if (bit == 0) BranchKernels.Copy(wire, psi, 1);
                else ProductKernels.Join(psi, bit, wire);
            }
        }

        foreach ((ClusterStep step, StepPass? pass) in layout.Steps[c])
        {
            if (pass is not null)
            {
                Apply(pass, psi);
                continue;
            }

            float* upper = psi + ((nint)Amplitude << step.Bits);
            switch (step.Kind)
            {
                case StepKind.Apply:
                    ForwardKernels.Apply(program.Shapes[step.Run], psi, step.Bits, step.Target, step.Control, MatrixOf(step.Run));
                    break;
                case StepKind.BranchControl:
                    BranchKernels.SplitControl(psi, step.Bits, step.Control);
                    break;
                case StepKind.BranchTarget:
                    BranchKernels.Copy(psi, upper, step.Bits);
                    ForwardKernels.Apply(program.Shapes[step.Run], upper, step.Bits, step.Target, -1, MatrixOf(step.Run));
                    break;
                default:
                    throw new InvalidOperationException($"Unknown step {step.Kind}.");
            }
        }
    }

    void Apply(StepPass pass, float* psi)
    {
        for (int b = 0; b < pass.Blocks; b++)
        {
            int first = pass.First(b);
            float* from = psi + (nint)first * Amplitude, block = pass.IsContiguous ? from : At(layout.BlockPsi);
            if (!pass.IsContiguous) BlockKernels.Gather(from, pass.Offsets, block);
            foreach (BlockStep step in pass.Steps)
            {
                if (step.OuterControl >= 0 && (first >> step.OuterControl & 1) == 0) continue;
                ForwardKernels.Apply(program.Shapes[step.Run], block, StepPass.BlockBits, step.Target, step.Control,
                    MatrixOf(step.Run));
            }

            if (!pass.IsContiguous) BlockKernels.Scatter(block, pass.Offsets, from);
        }
    }

    void LoadAmplitudes(float* psi, int bits)
    {
        Clear(psi, (long)Amplitude << bits);
        Vector512<float> squares = default;
        int count = inputs.Length / Samples;
        for (int k = 0; k < count; k++) squares = MultiplyAdd(Input(k), Input(k), squares);
        Vector512<float> isZero = Vector512.Equals(squares, default);
        Vector512<float> inverse = Vector512.ConditionalSelect(isZero, default, Vector512<float>.One / Vector512.Sqrt(squares));
        inverse.Store(At(layout.InverseLength));
        for (int k = 0; k < count; k++) (Input(k) * inverse).Store(psi + (nint)k * Amplitude);
        Vector512.ConditionalSelect(isZero, Vector512<float>.One, Load(psi)).Store(psi);
    }

    /// <summary>The matrix over an edge that stands for everything behind the node.</summary>
    void Send(int m)
    {
        MessageNode node = contraction.Messages[m];
        float* phi = At(layout.Psi[node.Cluster]), image = phi;
        if (layout.NodeImage[m] >= 0)
        {
            image = At(layout.NodeImage[m]);
            float* from = phi;
            if (node.Local.Support != 0)
            {
                from = node.Children.Length == 0 ? image : At(layout.ScratchB);
                PauliKernels.Apply(node.Local, phi, from, program.Clusters[node.Cluster].Bits);
            }

            if (node.Children.Length > 0) Multiply(node.Cluster, node.Children, -1, from, image);
        }

        float* message = At(layout.Message[m]);
        Clear(message, (long)Amplitude * program.Edges[node.Edge].MessageSize);
        layout.Sides[node.Cluster][node.Edge].Gram(phi, image, message);
    }

    /// <summary>to ← Π M_child from, leaving out one child; needs scratch A, and B for more than two children.</summary>
    void Multiply(int cluster, int[] children, int except, float* from, float* to)
    {
        int remaining = children.Length - (except < 0 ? 0 : 1);
        if (remaining == 0)
        {
            BranchKernels.Copy(from, to, program.Clusters[cluster].Bits);
            return;
        }

        for (int i = 0; i < children.Length; i++)
        {
            if (i == except) continue;
            // Alternate so that the last product lands in its place.
            float* next = --remaining % 2 == 0 ? to : At(layout.ScratchA);
            layout.Sides[cluster][contraction.Messages[children[i]].Edge].Multiply(At(layout.Message[children[i]]), from, next);
            from = next;
        }
    }

    /// <summary>The terms that are read at one cluster.</summary>
    void Read(int r)
    {
        RootNode root = contraction.Roots[r];
        Cluster cluster = program.Clusters[root.Cluster];
        float* phi = At(layout.Psi[root.Cluster]), image = phi;
        if (root.Children.Length > 0)
        {
            image = At(layout.RootImage[r]);
            Multiply(root.Cluster, root.Children, -1, phi, image);
        }

        foreach ((PauliString local, int term) in layout.Flipped[r])
            PauliKernels.Expectation(local, phi, image, cluster.Bits).Store(At(layout.Terms) + term * Samples);
        if (layout.Signs[r] is not { } signs) return;
        PauliKernels.Density(phi, image, cluster.Bits, cluster.WireBits, At(layout.Density));
        signs.Evaluate(At(layout.Density), At(layout.Terms));
    }
}
