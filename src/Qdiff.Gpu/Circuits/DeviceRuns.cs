using System.Numerics;
using Qdiff.Quantum;

namespace Qdiff.Gpu;

/// <summary>
/// The runs of gates of all programs as tables from which the device computes their matrices and the axes of the weights:
/// see <see cref="CircuitKernels.Prepare"/>.
/// </summary>
sealed class DeviceRuns
{
    /// <summary>Numbers of a member: see <see cref="CircuitKernels.Prepare"/>.</summary>
    public const int MemberLength = 7;

    readonly List<int> runs = [], members = [], formulas = [];
    readonly List<double> angles = [];
    readonly List<(int Weight, int Run, int Axis)> uses = [];

    public DeviceRuns(IEnumerable<GateRun> gateRuns)
    {
        foreach (GateRun run in gateRuns)
        {
            runs.AddRange([members.Count / MemberLength, run.PerSample ? 0 : run.Members.Count]);
            if (!run.PerSample)
                foreach (Elementary member in run.Members) Add(member);
        }

        // Formulas lie behind the members.
        for (int member = 0; member < members.Count; member += MemberLength)
            if (members[member + 4] >= 0) members[member + 4] += members.Count;
    }

    public int Count => runs.Count / 2;

    public int Axes => uses.Count;

    public int[] Runs => [.. runs];

    public int[] Members => [.. members, .. formulas];

    /// <summary>Registers of all formulas, with as many derivatives.</summary>
    public int Registers { get; private set; }

    public double[] Angles => [.. angles];

    /// <summary>Which weight turns which run about which axis.</summary>
    public IReadOnlyList<(int Weight, int Run, int Axis)> Uses => uses;

    void Add(Elementary member)
    {
        DeviceFormula? formula = member.Angle.Formula is { } expression ? new(expression) : null;
        bool isWeight = member.Angle.Source == AngleSource.Weight;
        int[] turned = formula?.Weights ?? (isWeight ? [member.Angle.Index] : []);
        members.AddRange([(int)member.Kind, isWeight ? member.Angle.Index : -1, uses.Count, turned.Length,
            formula is null ? -1 : formulas.Count, formula?.Count ?? 0, Registers]);
        angles.AddRange([member.Angle.Scale * Half(member.Kind), member.Angle.Scale]);
        foreach (int weight in turned) uses.Add((weight, Count - 1, uses.Count));
        if (formula is null) return;
        formulas.AddRange(formula.Words);
        Registers += 2 * formula.Count;
    }

    static double Half(GateKind kind) => kind == GateKind.Phase ? 1 : 0.5;

    /// <summary>
    /// Of each kind of gate the matrices C, A and B, with C + A·cos + B·sin of the angle (or half of it), and its generator.
    /// </summary>
    public static double[] Kinds()
    {
        List<double> table = [];
        foreach (GateKind kind in Enum.GetValues<GateKind>())
        {
            if (GateTable.Spec(kind).Shape != GateShape.Single || kind == GateKind.U3)
            {
                table.AddRange(new double[25]);
                continue;
            }

            var gate = new Elementary(kind, 0, -1, default);
            double turn = Math.PI / Half(kind);
            Complex[,] at0 = gate.Matrix(0), at1 = gate.Matrix(turn), between = gate.Matrix(turn / 2);
            double[] first = Numbers(at0), second = Numbers(at1), middle = Numbers(between);
            double[] constant = [.. first.Zip(second, (a, b) => (a + b) / 2)];
            table.AddRange(constant);
            table.AddRange(first.Zip(second, (a, b) => (a - b) / 2));
            table.AddRange(middle.Zip(constant, (a, c) => a - c));
            table.Add(kind switch { GateKind.RX => 1, GateKind.RY => 2, GateKind.RZ => 3, GateKind.Phase => 4, _ => 0 });
        }

        return [.. table];
    }

    static double[] Numbers(Complex[,] matrix) => [.. matrix.Cast<Complex>().SelectMany(entry =>
        (double[])[entry.Real, entry.Imaginary])];
}
