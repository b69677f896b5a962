using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>
/// One program of a lowered circuit as steps for the device: what <c>ProgramRun</c> does on the processors, call by call. Here
/// its memory and its forward half; the numbers of all places are vectors of a thread group's samples.
/// </summary>
sealed partial class DeviceProgram
{
    readonly CircuitCode code;
    readonly ClusterProgram program;
    readonly Contraction contraction;
    readonly List<DeviceStep> forward = [], backward = [];
    List<DeviceStep> steps;
    readonly int firstRun, inputCount, inverseLength;
    readonly int[] psi, lambda, wires, scratchA, scratchB, terms, termGradients, message, messageGradient, nodeImage, rootImage,
        angles, overlaps;
    readonly int wireTable, wireCount;
    readonly int[][] wireCoStates;
    readonly int[] gateTables, rootStrings;
    readonly Dictionary<(int Cluster, int Edge), DeviceEdge> sides = [];
    readonly Dictionary<int, (DeviceFormula Formula, int At, int Registers)> formulas = [];

    /// <summary>Plans a program whose runs of gates are numbered from <paramref name="firstRun"/> on in the circuit.</summary>
    public DeviceProgram(CircuitCode code, ProgramLayout layout, int firstRun, int inputCount)
    {
        (this.code, program, contraction, this.firstRun, this.inputCount) =
            (code, layout.Program, layout.Contraction, firstRun, inputCount);
        Cluster[] clusters = program.Clusters;
        psi = [.. clusters.Select(State)];
        lambda = [.. clusters.Select(State)];
        wires = [.. clusters.Select(cluster => Take(4 * cluster.WireBits))];
        (scratchA, scratchB) = ([.. clusters.Select(_ => -1)], [.. clusters.Select(_ => -1)]);
        inverseLength = Take(1);
        terms = [.. Enumerable.Range(0, contraction.Terms).Select(_ => Take(1))];
        termGradients = [.. Enumerable.Range(0, contraction.Terms).Select(_ => Take(1))];
        message = [.. contraction.Messages.Select(node => Take(2 * program.Edges[node.Edge].MessageSize))];
        messageGradient = [.. contraction.Messages.Select(node => Take(2 * program.Edges[node.Edge].MessageSize))];
        nodeImage = [.. contraction.Messages.Select(node =>
            node.Children.Length > 0 || node.Local.Support != 0 ? State(clusters[node.Cluster]) : -1)];
        rootImage = [.. contraction.Roots.Select(root => root.Children.Length > 0 ? State(clusters[root.Cluster]) : -1)];
        angles = [.. program.PerSample.Select(perSample => perSample ? Take(2) : -1)];
        overlaps = [.. program.Runs.Select((run, r) => program.PerSample[r] ? Take(code.Warps(PairsOf(r))) : firstRun + r)];
        gateTables = [.. program.Runs.Select((_, r) => NeedsOf(r) == 0 ? -1 : code.Add(NeedsOf(r), overlaps[r]))];
        wireCoStates = [.. clusters.Select(cluster => Enumerable.Range(0, program.Start == CircuitStart.Amplitudes ? 0
            : cluster.WireBits).Select(bit => Take(4 * code.Warps(1 << bit))).ToArray())];
        (wireTable, wireCount) = AddWires();
        rootStrings = [.. contraction.Roots.Select(root => code.Add(
            [.. root.Strings.SelectMany(text => StringWords(text.Local, terms[text.Term]))]))];
        steps = forward;
        WriteForward();
        backward.AddRange(forward);
        WriteReadOuts();
        steps = backward;
        WriteBackward();
    }

    /// <summary>Registers of formulas, with as many derivatives, for each sample.</summary>
    public int Registers { get; private set; }

    /// <summary>Vectors of memory.</summary>
    public int Vectors { get; private set; }

    /// <summary>From inputs to read-outs.</summary>
    public IReadOnlyList<DeviceStep> Forward => forward;

    /// <summary>Forward without the read-outs, then the gradients of inputs and runs.</summary>
    public IReadOnlyList<DeviceStep> Backward => backward;

    int Take(int vectors)
    {
        Vectors = checked(Vectors + vectors);
        return Vectors - vectors;
    }

    int State(Cluster cluster) => Take(checked(2 << cluster.Bits));

    int Plane(int c) => 1 << program.Clusters[c].Bits;

    int Scratch(int[] scratch, int c) => scratch[c] < 0 ? scratch[c] = State(program.Clusters[c]) : scratch[c];

    int MatrixOf(int run) => program.PerSample[run] ? ~angles[run] : firstRun + run;

    int KindOf(int run) => program.PerSample[run] ? (int)program.InputGates[run].Kind : 0;

    int[] AngleOf(int run) => program.PerSample[run] ? [angles[run]] : [];

    /// <summary>Which overlaps the gradient takes: see <see cref="GateRun.Evaluate"/>.</summary>
    int NeedsOf(int run) => program.PerSample[run] ? CircuitCode.PerSample
        : !program.Runs[run].IsTrainable ? 0
        : program.Shapes[run] switch
        {
            RunShape.Diagonal => 1 | 2,
            RunShape.RX => 4,
            RunShape.Real => 8,
            _ => 1 | 2 | 4 | 8,
        };

    /// <summary>On how many pairs of amplitudes a run acts.</summary>
    int PairsOf(int run)
    {
        foreach (Cluster cluster in program.Clusters)
            foreach (ClusterStep step in cluster.Steps)
                if (step.Run == run) return Pairs(step.Bits, step.Kind == StepKind.Apply ? step.Control : -1);
        return 1;
    }

    static int Pairs(int bits, int control) => 1 << bits - (control < 0 ? 1 : 2);

    static int Bits(double number) => BitConverter.SingleToInt32Bits((float)number);

    static int[] StringWords(PauliString local, int place) =>
        [(int)local.XBits, (int)local.ZBits, local.YCount & 3, place];

    DeviceEdge Side(int cluster, int edge)
    {
        if (!sides.TryGetValue((cluster, edge), out DeviceEdge? side))
        {
            ClusterEdge of = program.Edges[edge];
            sides[(cluster, edge)] = side =
                new(code, program.Clusters[cluster].Bits, of.DenseBits(cluster), of.DiagonalBits(cluster));
        }

        return side;
    }

    (int At, int Count) AddWires()
    {
        List<int> table = [];
        for (int c = 0; c < program.Clusters.Length; c++)
        {
            for (int bit = 0; bit < wireCoStates[c].Length; bit++)
            {
                List<int> runs = program.Clusters[c].Preparation[bit];
                int list = code.Add([.. runs.SelectMany(run =>
                    (int[])[MatrixOf(run), KindOf(run), NeedsOf(run), overlaps[run]])]);
                table.AddRange([wires[c] + 4 * bit, list, runs.Count, wireCoStates[c][bit], code.Warps(1 << bit)]);
            }
        }

        return (code.Add([.. table]), table.Count / 5);
    }

    void WriteForward()
    {
        int[] gates = [.. Enumerable.Range(0, program.Runs.Length).Where(run => program.PerSample[run])];
        int[] plain = [.. gates.Where(run => program.InputGates[run].Formula is null)];
        if (plain.Length > 0)
        {
            int table = code.Add([.. plain.SelectMany(GateWords)]);
            steps.Add(new(DeviceOp.SinCos, plain.Length, [], [.. plain.Select(run => angles[run])], [table, plain.Length]));
        }

        foreach (int run in gates.Except(plain))
        {
            DeviceFormula formula = new(program.InputGates[run].Formula!);
            formulas[run] = (formula, code.Add(formula.Words), Registers);
            steps.Add(new(DeviceOp.Formula, 1, [], [angles[run]], [formulas[run].At, formula.Count, Registers, angles[run],
                program.InputGates[run].Kind == GateKind.Phase ? 0 : 1]));
            Registers += 2 * formula.Count;
        }

        if (wireCount > 0)
            steps.Add(new(DeviceOp.Wires, wireCount, [.. gates.Select(run => angles[run])], wires, [wireTable, wireCount]));
        for (int c = 0; c < program.Clusters.Length; c++) Evolve(c);
        for (int m = 0; m < contraction.Messages.Count; m++) Send(m);
        for (int r = 0; r < contraction.Roots.Count; r++) Read(r);
    }

    int[] GateWords(int run)
    {
        InputGate gate = program.InputGates[run];
        return [gate.Input, gate.SecondInput, Bits(gate.Kind == GateKind.Phase ? gate.Scale : gate.Scale * 0.5), angles[run]];
    }

    void Evolve(int c)
    {
        Cluster cluster = program.Clusters[c];
        int plane = Plane(c);
        if (program.Start == CircuitStart.Amplitudes)
            steps.Add(new(DeviceOp.Amplitudes, 1 << cluster.WireBits, [], [psi[c], inverseLength],
                [psi[c], plane, cluster.WireBits, inputCount, inverseLength]));
        else
            steps.Add(new(DeviceOp.Product, 1 << cluster.WireBits, [wires[c]], [psi[c]],
                [psi[c], plane, cluster.WireBits, wires[c]]));
        foreach (ClusterStep step in cluster.Steps)
        {
            int away = 0, control = step.Control;
            if (step.Kind == StepKind.BranchControl)
            {
                steps.Add(new(DeviceOp.SplitControl, 1 << step.Bits, [], [psi[c]], [psi[c], plane, step.Bits, step.Control]));
                continue;
            }

            if (step.Kind == StepKind.BranchTarget) (away, control) = (1 << step.Bits, -1);
            steps.Add(new(DeviceOp.Apply, Pairs(step.Bits, control), AngleOf(step.Run), [psi[c]],
                [psi[c], plane, step.Bits, step.Target, control, MatrixOf(step.Run), KindOf(step.Run), away]));
        }
    }

    void Send(int m)
    {
        MessageNode node = contraction.Messages[m];
        int c = node.Cluster, image = psi[c];
        if (nodeImage[m] >= 0)
        {
            image = nodeImage[m];
            int from = psi[c];
            if (node.Local.Support != 0)
            {
                from = node.Children.Length == 0 ? image : Scratch(scratchB, c);
                Pauli(c, node.Local, psi[c], from);
            }

            if (node.Children.Length > 0) Multiply(c, node.Children, -1, from, image);
        }

        Gram(c, node.Edge, psi[c], image, message[m], accumulate: false);
    }

    void Pauli(int c, PauliString local, int from, int to) => steps.Add(new(DeviceOp.Pauli, Plane(c), [from], [to],
        [from, to, Plane(c), program.Clusters[c].Bits, (int)local.XBits, (int)local.ZBits, local.YCount & 3]));

    /// <summary>to ← Π M_child from, leaving out one child.</summary>
    void Multiply(int c, int[] children, int except, int from, int to)
    {
        int[] taken = [.. children.Where((_, i) => i != except)];
        for (int i = 0; i < taken.Length; i++)
        {
            // Alternate so that the last product lands in its place.
            int next = (taken.Length - 1 - i) % 2 == 0 ? to : Scratch(scratchA, c);
            Multiply(c, contraction.Messages[taken[i]].Edge, message[taken[i]], from, next, accumulate: false);
            from = next;
        }
    }

    void Multiply(int c, int edge, int message, int from, int to, bool accumulate)
    {
        DeviceEdge side = Side(c, edge);
        steps.Add(new(DeviceOp.Multiply, Plane(c), [message, from], [to], [message, program.Edges[edge].MessageSize, from, to,
            Plane(c), program.Clusters[c].Bits, side.Rows, side.Dense, accumulate ? 1 : 0]));
    }

    void Gram(int c, int edge, int bra, int ket, int to, bool accumulate)
    {
        DeviceEdge side = Side(c, edge);
        int elements = program.Edges[edge].MessageSize;
        steps.Add(new(DeviceOp.Gram, elements, [bra, ket], [to],
            [bra, ket, Plane(c), to, elements, side.Bases, side.Dense, side.BasesOfBlock, accumulate ? 1 : 0],
            Summands: side.BasesOfBlock));
    }

    void Read(int r)
    {
        RootNode root = contraction.Roots[r];
        int c = root.Cluster, image = psi[c];
        if (root.Children.Length > 0) Multiply(c, root.Children, -1, psi[c], image = rootImage[r]);
        steps.Add(new(DeviceOp.Terms, root.Strings.Count, [psi[c], image], [.. root.Strings.Select(text => terms[text.Term])],
            [psi[c], image, Plane(c), program.Clusters[c].Bits, rootStrings[r], root.Strings.Count], Summands: Plane(c)));
    }

    void WriteReadOuts()
    {
        List<int> table = [];
        foreach (ReadOutSum readOut in contraction.ReadOuts)
        {
            int[] factors = [.. readOut.Products.Select(product => code.Add([.. product.Terms.Select(term => terms[term])]))];
            int products = code.Add([.. readOut.Products.SelectMany((product, i) =>
                (int[])[Bits(product.Coefficient), factors[i], product.Terms.Length])]);
            table.AddRange([readOut.ReadOut, Bits(readOut.Constant), products, readOut.Products.Count]);
        }

        int count = contraction.ReadOuts.Count;
        forward.Add(new(DeviceOp.ReadOuts, count, terms, [], [code.Add([.. table]), count]));
    }
}
