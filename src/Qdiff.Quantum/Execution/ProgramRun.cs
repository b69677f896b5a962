using System.Runtime.CompilerServices;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// One program on some samples of a tile, those from <paramref name="lane"/> on, forward: clusters, then the contraction to
/// expectations.
/// </summary>
unsafe ref partial struct ProgramRun<V>(PreparedProgram prepared, float* memory, ReadOnlySpan<float> inputs, int lane)
    where V : struct, ILanes<V>
{
    readonly PreparedProgram prepared = prepared;
    readonly ProgramLayout layout = prepared.Layout;
    readonly ClusterProgram program = prepared.Layout.Program;
    readonly Contraction contraction = prepared.Layout.Contraction;
    // Pointers into it point to the first of the samples.
    readonly float* memory = memory + lane;
    readonly int lane = lane;
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
            var sum = V.Create((float)readOut.Constant);
            foreach ((double coefficient, int[] terms) in readOut.Products)
            {
                var product = V.Create((float)coefficient);
                foreach (int term in terms) product *= V.Load(At(layout.Terms) + term * Samples);
                sum += product;
            }

            fixed (float* to = &expectations[readOut.ReadOut * Samples + lane]) sum.Store(to);
        }
    }

    float* At(long offset) => memory + offset;

    float* MatrixOf(int run) => program.PerSample[run] ? At(layout.Matrices) + run * 8 * Samples : prepared.Matrix(run);

    V Input(int index) => Input(index, lane);

    V Input(int index, int first)
    {
        fixed (float* from = &inputs[index * Samples + first]) return V.Load(from);
    }

    V AngleOf(ref readonly InputGate gate)
    {
        if (gate.Formula is { } formula) return AngleOf(formula);
        V value = Input(gate.Input) * V.Create(gate.Scale);
        return gate.SecondInput >= 0 ? value * Input(gate.SecondInput) : value;
    }

    /// <summary>Apart from the common angles, which are a few instructions and inlined.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    V AngleOf(AngleExpression formula)
    {
        float* values = stackalloc float[V.Count];
        for (int s = 0; s < V.Count; s++)
            values[s] = (float)formula.Value(new TileNumbers(lane + s, inputs, prepared.WeightValues));
        return V.Load(values);
    }

    void SetMatrix(ref readonly InputGate gate, float* u)
    {
        Clear<V>(u, 8 * Samples);
        V angle = AngleOf(in gate);
        (V sin, V cos) = Lanes.SinCos(gate.Kind == GateKind.Phase ? angle : angle * V.Create(0.5f));
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
                Put(u, 0, V.One);
                Put(u, 6, cos);
                Put(u, 7, sin);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(gate), gate.Kind, "This gate takes no input.");
        }
    }

    static void Put(float* u, int k, V value) => value.Store(u + k * Samples);

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
                Clear<V>(wire, 2 * Amplitude);
                V.One.Store(wire);
                foreach (int run in cluster.Preparation[bit])
                    ForwardKernels<V>.Apply(program.Shapes[run], wire, 1, 0, -1, MatrixOf(run));
                if (bit == 0) BranchKernels<V>.Copy(wire, psi, 1);
                else ProductKernels<V>.Join(psi, bit, wire);
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
                    ForwardKernels<V>.Apply(program.Shapes[step.Run], psi, step.Bits, step.Target, step.Control,
                        MatrixOf(step.Run));
                    break;
                case StepKind.BranchControl:
                    BranchKernels<V>.SplitControl(psi, step.Bits, step.Control);
                    break;
                case StepKind.BranchTarget:
                    BranchKernels<V>.Copy(psi, upper, step.Bits);
                    ForwardKernels<V>.Apply(program.Shapes[step.Run], upper, step.Bits, step.Target, -1, MatrixOf(step.Run));
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
            if (!pass.IsContiguous) BlockKernels<V>.Gather(from, pass.Offsets, block);
            foreach (BlockStep step in pass.Steps)
            {
                if (step.OuterControl >= 0 && (first >> step.OuterControl & 1) == 0) continue;
                ForwardKernels<V>.Apply(program.Shapes[step.Run], block, StepPass.BlockBits, step.Target, step.Control,
                    MatrixOf(step.Run));
            }

            if (!pass.IsContiguous) BlockKernels<V>.Scatter(block, pass.Offsets, from);
        }
    }

    void LoadAmplitudes(float* psi, int bits)
    {
        Clear<V>(psi, (nint)Amplitude << bits);
        V squares = default, scale = AmplitudeScale();
        int count = inputs.Length / Samples;
        for (int k = 0; k < count; k++) squares = V.MultiplyAdd(Input(k) * scale, Input(k) * scale, squares);
        V isZero = V.Equals(squares, default);
        V inverse = V.Select(isZero, default, V.One / V.Sqrt(squares));
        // 1/|x| overflows for tiny x: clamped, since 0 times infinity would make the gradient NaN.
        V.AtMost(inverse * scale, V.Create(float.MaxValue)).Store(At(layout.InverseLength));
        for (int k = 0; k < count; k++) (Input(k) * scale * inverse).Store(psi + (nint)k * Amplitude);
        V.Select(isZero, V.One, V.Load(psi)).Store(psi);
    }

    /// <summary>Powers of two, so that they round nothing, by which the largest amplitude of each sample is about 1: the squares
    /// of small ones would be 0, of large ones infinite.</summary>
    V AmplitudeScale()
    {
        V largest = default;
        for (int k = 0; k < inputs.Length / Samples; k++) largest = V.AtLeast(V.AtLeast(Input(k), -Input(k)), largest);
        float* values = stackalloc float[V.Count];
        largest.Store(values);
        for (int s = 0; s < V.Count; s++) values[s] = MathF.ScaleB(1, -Math.Clamp(MathF.ILogB(values[s]), -126, 126));
        return V.Load(values);
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
                PauliKernels<V>.Apply(node.Local, phi, from, program.Clusters[node.Cluster].Bits);
            }

            if (node.Children.Length > 0) Multiply(node.Cluster, node.Children, -1, from, image);
        }

        float* message = At(layout.Message[m]);
        Clear<V>(message, (nint)Amplitude * program.Edges[node.Edge].MessageSize);
        layout.Sides[node.Cluster][node.Edge].Gram<V>(phi, image, message);
    }

    /// <summary>to ← Π M_child from, leaving out one child; needs scratch A, and B for more than two children.</summary>
    void Multiply(int cluster, int[] children, int except, float* from, float* to)
    {
        int remaining = children.Length - (except < 0 ? 0 : 1);
        if (remaining == 0)
        {
            BranchKernels<V>.Copy(from, to, program.Clusters[cluster].Bits);
            return;
        }

        for (int i = 0; i < children.Length; i++)
        {
            if (i == except) continue;
            // Alternate so that the last product lands in its place.
            float* next = --remaining % 2 == 0 ? to : At(layout.ScratchA);
            layout.Sides[cluster][contraction.Messages[children[i]].Edge]
                .Multiply<V>(At(layout.Message[children[i]]), from, next);
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
            PauliKernels<V>.Expectation(local, phi, image, cluster.Bits).Store(At(layout.Terms) + term * Samples);
        if (layout.Signs[r] is not { } signs) return;
        PauliKernels<V>.Density(phi, image, cluster.Bits, cluster.WireBits, At(layout.Density));
        signs.Evaluate<V>(At(layout.Density), At(layout.Terms));
    }
}
