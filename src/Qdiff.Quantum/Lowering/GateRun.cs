using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// Elementary gates in a row with the same target and control, applied as one 2×2 matrix. Gates whose angles are inputs stay
/// alone: their matrix differs from sample to sample.
/// </summary>
sealed class GateRun(Elementary first)
{
    readonly List<Elementary> members = [first];

    public IReadOnlyList<Elementary> Members => members;

    public int Target => members[0].Target;

    public int Control => members[0].Control;

    public bool PerSample => members[0].Angle.DependsOnInputs;

    /// <summary>Whether a gradient has to be collected.</summary>
    public bool IsTrainable => members.Any(member => member.Angle.Source != AngleSource.Fixed);

    public bool IsDiagonal => members.All(member => member.IsDiagonal);

    /// <summary>Which kernel serves.</summary>
    public RunShape Shape =>
        IsDiagonal ? RunShape.Diagonal
        : members.Count == 1 && members[0].Kind == GateKind.X ? RunShape.Flip
        : members.All(member => member.Kind == GateKind.RX) ? RunShape.RX
        : members.All(member => member.Kind is GateKind.RY or GateKind.X or GateKind.Z or GateKind.H) ? RunShape.Real
        : RunShape.General;

    public bool TryAppend(Elementary gate)
    {
        if (gate.Target != Target || gate.Control != Control || PerSample || gate.Angle.DependsOnInputs) return false;
        members.Add(gate);
        return true;
    }

    /// <summary>Fuses the gates, keeping the order on every wire.</summary>
    public static List<GateRun> Fuse(IEnumerable<Elementary> gates, int wires)
    {
        List<GateRun> runs = [];
        var last = new GateRun?[wires];
        foreach (Elementary gate in gates)
        {
            GateRun? run = last[gate.Target];
            if (run is not null && (gate.Control < 0 || last[gate.Control] == run) && run.TryAppend(gate)) continue;
            run = new(gate);
            runs.Add(run);
            last[gate.Target] = run;
            if (gate.Control >= 0) last[gate.Control] = run;
        }

        return runs;
    }

    /// <summary>
    /// The product of the matrices and, for each member with a weight, the components (1, x, y, z) of its generator moved behind
    /// the whole run: dL/dθ = n·t with t_k = Im⟨λ|σ_k|ψ⟩ taken after the run.
    /// </summary>
    public (Complex[,] Matrix, double[][] Axes) Evaluate(ReadOnlySpan<double> weights)
    {
        Complex[,] product = { { 1, 0 }, { 0, 1 } };
        var axes = new double[members.Count][];
        for (int i = members.Count - 1; i >= 0; i--)
        {
            Elementary member = members[i];
            axes[i] = Axis(member.Kind, product);
            product = Multiply(product, member.Matrix(member.Angle.Value([], weights)));
        }

        return (product, axes);
    }

    /// <summary>V σ V† in the basis 1, X, Y, Z; for a phase gate exp(iθ(1−Z)/2) the generator is Z − 1.</summary>
    static double[] Axis(GateKind kind, Complex[,] v)
    {
        Complex[,]? sigma = kind switch
        {
            GateKind.RX => GateTable.Spec(GateKind.X).Block([]),
            GateKind.RY => GateTable.Spec(GateKind.Y).Block([]),
            GateKind.RZ or GateKind.Phase => GateTable.Spec(GateKind.Z).Block([]),
            _ => null,
        };
        if (sigma is null) return [];
        Complex[,] moved = Multiply(Multiply(v, sigma), new[,]
        {
            { Complex.Conjugate(v[0, 0]), Complex.Conjugate(v[1, 0]) },
            { Complex.Conjugate(v[0, 1]), Complex.Conjugate(v[1, 1]) },
        });
        return [kind == GateKind.Phase ? -1 : 0, moved[0, 1].Real, -moved[0, 1].Imaginary, moved[0, 0].Real];
    }

    static Complex[,] Multiply(Complex[,] a, Complex[,] b)
    {
        var product = new Complex[2, 2];
        for (int row = 0; row < 2; row++)
            for (int column = 0; column < 2; column++) product[row, column] = a[row, 0] * b[0, column] + a[row, 1] * b[1, column];
        return product;
    }
}
