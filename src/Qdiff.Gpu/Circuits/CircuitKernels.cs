using ILGPU;

namespace Qdiff.Gpu;

/// <summary>The kernels of circuits: what depends on the weights alone, the programs, and the sums over them.</summary>
static class CircuitKernels
{
    /// <summary>
    /// A thread for each run of gates: its matrix, and for each trainable gate the axis about which the weight turns the run, by
    /// overlaps; in double. <paramref name="runs"/> has first member and count of each run, <paramref name="members"/> kind,
    /// weight (or −1), first axis, how many axes, and formula (or −1), its registers and where they are kept of each member,
    /// <paramref name="angles"/> its angle by the weight (or the angle, or what the formula is multiplied with) and what the axis
    /// is multiplied with, <paramref name="kinds"/> C, A and B of each kind, whose matrix is C + A·cos + B·sin, and the
    /// Pauli matrix that generates it (0: none).
    /// </summary>
    public static void Prepare(int total, ArrayView<float> weights, ArrayView<int> runs, ArrayView<int> members,
        ArrayView<double> angles, ArrayView<double> kinds, ArrayView<double> registers, ArrayView<float> matrices,
        ArrayView<float> axes)
    {
        int run = Grid.IdxX * Group.DimX + Group.IdxX;
        if (run >= total) return;
        // The product of the members behind the one in hand.
        double r00 = 1, i00 = 0, r01 = 0, i01 = 0, r10 = 0, i10 = 0, r11 = 1, i11 = 0;
        for (int m = runs[2 * run] + runs[2 * run + 1] - 1; m >= runs[2 * run]; m--)
        {
            int member = DeviceRuns.MemberLength * m, kind = members[member] * 25, weight = members[member + 1];
            int firstAxis = members[member + 2], formula = members[member + 4], count = members[member + 5];
            double angle = weight >= 0 ? weights[weight] * angles[2 * m] : angles[2 * m];
            var work = new FormulaWork(members, registers, weights, members[member + 6], 1);
            if (formula >= 0)
            {
                angle *= FormulaSteps.Value(work, formula, count);
                FormulaSteps.Gradient(work, formula, count, 1);
            }

            for (int n = 0; n < members[member + 3]; n++)
            {
                Axis axisOf = Axis.Of((int)kinds[kind + 24], r00, i00, r01, i01, r10, i10, r11, i11);
                double scale = formula >= 0 ? FormulaSteps.Slope(work, count, n) : angles[2 * m + 1];
                int axis = firstAxis + n;
                axes[4 * axis] = (float)((axisOf.N0 + axisOf.NZ) * scale);
                axes[4 * axis + 1] = (float)((axisOf.N0 - axisOf.NZ) * scale);
                axes[4 * axis + 2] = (float)(axisOf.NX * scale);
                axes[4 * axis + 3] = (float)(axisOf.NY * scale);
            }

            CircuitMath.SinCos(angle, out double sin, out double cos);
            double a = Entry(kinds, kind, cos, sin), b = Entry(kinds, kind + 1, cos, sin), c = Entry(kinds, kind + 2, cos, sin),
                d = Entry(kinds, kind + 3, cos, sin), e = Entry(kinds, kind + 4, cos, sin), f = Entry(kinds, kind + 5, cos, sin),
                g = Entry(kinds, kind + 6, cos, sin), h = Entry(kinds, kind + 7, cos, sin);
            double p00 = r00 * a - i00 * b + r01 * e - i01 * f, q00 = r00 * b + i00 * a + r01 * f + i01 * e;
            double p01 = r00 * c - i00 * d + r01 * g - i01 * h, q01 = r00 * d + i00 * c + r01 * h + i01 * g;
            double p10 = r10 * a - i10 * b + r11 * e - i11 * f, q10 = r10 * b + i10 * a + r11 * f + i11 * e;
            double p11 = r10 * c - i10 * d + r11 * g - i11 * h, q11 = r10 * d + i10 * c + r11 * h + i11 * g;
            r00 = p00;
            i00 = q00;
            r01 = p01;
            i01 = q01;
            r10 = p10;
            i10 = q10;
            r11 = p11;
            i11 = q11;
        }

        matrices[8 * run] = (float)r00;
        matrices[8 * run + 1] = (float)i00;
        matrices[8 * run + 2] = (float)r01;
        matrices[8 * run + 3] = (float)i01;
        matrices[8 * run + 4] = (float)r10;
        matrices[8 * run + 5] = (float)i10;
        matrices[8 * run + 6] = (float)r11;
        matrices[8 * run + 7] = (float)i11;
    }

    static double Entry(ArrayView<double> kinds, int at, double cos, double sin) =>
        kinds[at] + kinds[at + 8] * cos + kinds[at + 16] * sin;

    /// <summary>The programs, a thread group for each program, run and some samples, in shared memory.</summary>
    public static void RunInShared(CircuitTables tables, ArrayView<float> weights, ArrayView<float> x, ArrayView<float> y,
        ArrayView<float> dy) =>
        Run(tables, SharedMemory.GetDynamic<float>(), weights, x, y, dy);

    /// <summary>The same in global memory, for states that shared memory cannot hold.</summary>
    public static void RunInGlobal(CircuitTables tables, ArrayView<float> memory, ArrayView<float> weights, ArrayView<float> x,
        ArrayView<float> y, ArrayView<float> dy) =>
        Run(tables, memory.SubView((long)Grid.IdxX * tables.GroupFloats, tables.GroupFloats), weights, x, y, dy);

    static void Run(CircuitTables tables, ArrayView<float> memory, ArrayView<float> weights, ArrayView<float> x,
        ArrayView<float> y, ArrayView<float> dy)
    {
        var w = new CircuitWork(tables, memory, weights, x, y, dy);
        int program = Grid.IdxX / ((tables.Batch >> tables.LogSamples) * tables.Runs);
        int pc = tables.Code[tables.Entries + 2 * program], steps = tables.Code[tables.Entries + 2 * program + 1];
        for (int step = 0; step < steps; step++, pc += CircuitCode.StepLength)
        {
            switch ((DeviceOp)w.Code[pc])
            {
                case DeviceOp.SinCos: StateSteps.SinCos(w, pc); break;
                case DeviceOp.Formula: FormulaSteps.Formula(w, pc); break;
                case DeviceOp.Wires: StateSteps.Wires(w, pc); break;
                case DeviceOp.Product: StateSteps.Product(w, pc); break;
                case DeviceOp.Amplitudes: StateSteps.Amplitudes(w, pc); break;
                case DeviceOp.Apply: StateSteps.Apply(w, pc); break;
                case DeviceOp.SplitControl: StateSteps.SplitControl(w, pc); break;
                case DeviceOp.Pauli: ReadOutSteps.Pauli(w, pc); break;
                case DeviceOp.Multiply: ReadOutSteps.Multiply(w, pc); break;
                case DeviceOp.Gram: ReadOutSteps.Gram(w, pc); break;
                case DeviceOp.Terms: ReadOutSteps.Terms(w, pc); break;
                case DeviceOp.ReadOuts: ReadOutSteps.ReadOuts(w, pc); break;
                case DeviceOp.Spread: ReadOutSteps.Spread(w, pc); break;
                case DeviceOp.Observe: ReadOutSteps.Observe(w, pc); break;
                case DeviceOp.Reverse: StateSteps.Reverse(w, pc); break;
                case DeviceOp.JoinControl: StateSteps.JoinControl(w, pc); break;
                case DeviceOp.Part: StateSteps.Part(w, pc); break;
                case DeviceOp.WiresBack: StateSteps.WiresBack(w, pc); break;
                case DeviceOp.FormulaBack: FormulaSteps.FormulaBack(w, pc); break;
                case DeviceOp.AmplitudesBack: StateSteps.AmplitudesBack(w, pc); break;
                default: ReadOutSteps.Collect(w, pc); break;
            }

            if (w.Code[pc + 1] != 0) Group.Barrier();
        }
    }

    /// <summary>
    /// The gradients from their parts. A thread group for each weight sums the overlaps of the runs that it turns; the groups
    /// behind these give every element of x the sum over the inputs that it is, mostly none or one. <paramref name="uses"/> has
    /// first use and count of each weight and then of each element; a weight's use is a run and an axis, an element's a row of
    /// <paramref name="gradients"/>.
    /// </summary>
    public static void Sum(SumSizes z, ArrayView<int> uses, ArrayView<float> axes, ArrayView<float> sums,
        ArrayView<float> gradients, ArrayView<float> dweights, ArrayView<float> dx)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(32);
        if (Grid.IdxX < z.Weights) SumWeight(z, uses, axes, sums, shared, dweights);
        else SumElements(z, uses, gradients, dx);
    }

    static void SumWeight(SumSizes z, ArrayView<int> uses, ArrayView<float> axes, ArrayView<float> sums, ArrayView<float> shared,
        ArrayView<float> dweights)
    {
        int weight = Grid.IdxX;
        float sum = 0;
        for (int use = uses[2 * weight]; use < uses[2 * weight] + 2 * uses[2 * weight + 1]; use += 2)
        {
            int row = uses[use] * 4 * z.Slots, axis = uses[use + 1] * 4;
            float n0 = axes[axis], n1 = axes[axis + 1], nx = axes[axis + 2], ny = axes[axis + 3];
            for (int k = Group.IdxX; k < z.Slots; k += Group.DimX)
                sum += n0 * sums[row + k] + n1 * sums[row + z.Slots + k] + nx * sums[row + 2 * z.Slots + k]
                    + ny * sums[row + 3 * z.Slots + k];
        }

        sum = GroupSum.OfWarp(sum);
        if (Group.IdxX % 32 == 0) shared[Group.IdxX / 32] = sum;
        Group.Barrier();
        if (Group.IdxX != 0) return;
        for (int warp = 1; warp < Group.DimX / 32; warp++) sum += shared[warp];
        dweights[weight] = sum;
    }

    static void SumElements(SumSizes z, ArrayView<int> uses, ArrayView<float> gradients, ArrayView<float> dx)
    {
        int first = (Grid.IdxX - z.Weights) * Group.DimX + Group.IdxX, threads = (Grid.DimX - z.Weights) * Group.DimX;
        for (int i = first; i < z.Elements * z.Batch; i += threads)
        {
            int element = i / z.Batch, entry = 2 * (z.Weights + element);
            int use = element < z.Known ? uses[entry] : 0, end = element < z.Known ? use + uses[entry + 1] : 0;
            float sum = 0;
            for (; use < end; use++) sum += gradients[uses[use] * z.Batch + i % z.Batch];
            dx[i] = sum;
        }
    }
}

/// <summary>Sizes of <see cref="CircuitKernels.Sum"/>.</summary>
/// <param name="Known">Elements in the table; those behind are no inputs.</param>
/// <param name="Slots">Partial sums of an overlap.</param>
readonly record struct SumSizes(int Weights, int Elements, int Known, int Batch, int Slots);

/// <summary>The components of V σ V† by 1, X, Y and Z.</summary>
readonly struct Axis(double n0, double nx, double ny, double nz)
{
    public readonly double N0 = n0, NX = nx, NY = ny, NZ = nz;

    /// <param name="pauli">1 X, 2 Y, 3 Z, 4 Z − 1.</param>
    public static Axis Of(int pauli, double r00, double i00, double r01, double i01, double r10, double i10, double r11,
        double i11)
    {
        double zz, re, im;
        if (pauli >= 3)
        {
            zz = r00 * r00 + i00 * i00 - r01 * r01 - i01 * i01;
            re = r00 * r10 + i00 * i10 - r01 * r11 - i01 * i11;
            im = i00 * r10 - r00 * i10 - i01 * r11 + r01 * i11;
        }
        else
        {
            // The two products that σ's upper right and lower left entry multiply, for the entries 00 and 01 of the result.
            double ar = r00 * r01 + i00 * i01, ai = i00 * r01 - r00 * i01;
            double br = r00 * r11 + i00 * i11, bi = i00 * r11 - r00 * i11;
            double cr = r01 * r10 + i01 * i10, ci = i01 * r10 - r01 * i10;
            zz = pauli == 1 ? 2 * ar : 2 * ai;
            re = pauli == 1 ? br + cr : bi - ci;
            im = pauli == 1 ? bi + ci : cr - br;
        }

        return new(pauli == 4 ? -1 : 0, re, -im, zz);
    }
}
