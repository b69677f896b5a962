using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What a gate of a program is made of: a row of the gate table without a control of its own, or (Kind null) a global phase; with
/// any number of controls, on 1 or on 0. Modifiers act on lists of operations; phases count, because a control makes them
/// visible.
/// </summary>
sealed record QasmOperation(GateKind? Kind, int[] Targets, AngleExpression[] Angles, (int Wire, bool Value)[] Controls)
{
    public static QasmOperation Create(GateKind kind, int target, params AngleExpression[] angles) => new(kind, [target], angles,
        []);

    public static QasmOperation GlobalPhase(AngleExpression angle) => new(null, [], [angle], []);

    /// <summary>The call that this is a part of: noise acts on gates as they are written.</summary>
    public QasmWrittenGate? Call { get; init; }

    public IEnumerable<int> Wires => Targets.Concat(Controls.Select(control => control.Wire));

    /// <summary>Whether only phases of basis states change.</summary>
    public bool IsDiagonal => Kind is null or GateKind.I or GateKind.Z or GateKind.S or GateKind.T or GateKind.RZ
        or GateKind.Phase or GateKind.RZZ;

    public QasmOperation ControlledBy(IEnumerable<(int Wire, bool Value)> controls) =>
        this with { Controls = [.. controls, .. Controls] };

    /// <summary>The operation that undoes this one, a part of what undoes the call that this is a part of.</summary>
    public QasmOperation Inverse()
    {
        QasmOperation inverse = Kind switch
        {
            GateKind.I or GateKind.X or GateKind.Y or GateKind.Z or GateKind.H or GateKind.SWAP => this,
            GateKind.U3 => this with { Angles = [Angles[0] * -1, Angles[2] * -1, Angles[1] * -1] },
            _ => Power(-1)[0],
        };
        return inverse with { Call = Call?.Inverse };
    }

    /// <summary>
    /// This to a power; for one that is not whole the principal root, whose eigenvalues turn by at most half a turn, or of an
    /// angle that is a parameter the angle times the power.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such power of a gate whose angles are parameters.</exception>
    public QasmOperation[] Power(double k)
    {
        bool isWhole = k == Math.Floor(k);
        switch (Kind)
        {
            case GateKind.I:
                return [this];
            case null or GateKind.Phase:
                return [With(Kind, isWhole || !Angles[0].IsConstant ? Angles[0] * k
                    : AngleExpression.Constant(k * Within(Angles[0].ConstantValue)))];
            case GateKind.Z or GateKind.S or GateKind.T:
                double quarter = Kind == GateKind.Z ? Math.PI : Kind == GateKind.S ? Math.PI / 2 : Math.PI / 4;
                return [With(GateKind.Phase, AngleExpression.Constant(k * quarter))];
            case GateKind.X or GateKind.Y:
                // X = exp(iπ/2) RX(π): its eigenvalues are 1 and exp(iπ).
                return
                [
                    With(null, AngleExpression.Constant(k * Math.PI / 2)) with { Targets = [] },
                    With(Kind == GateKind.X ? GateKind.RX : GateKind.RY, AngleExpression.Constant(k * Math.PI)),
                ];
            case GateKind.H:
                AngleExpression eighth = AngleExpression.Constant(Math.PI / 4);
                QasmOperation turn = new(GateKind.RY, Targets, [eighth * -1], []);
                return [turn, With(GateKind.Phase, AngleExpression.Constant(k * Math.PI)), turn with { Angles = [eighth] }];
            case GateKind.SWAP:
                (int a, int b) = (Targets[0], Targets[1]);
                QasmOperation outer = new(GateKind.X, [b], [], [(a, true)]);
                return [outer, .. new QasmOperation(GateKind.X, [a], [], [(b, true), .. Controls]).Power(k), outer];
            case GateKind.U3:
                return isWhole && (k is 0 or -1 || !Angles.All(angle => angle.IsConstant)) ? Repeated((int)k) : U3Power(k);
            default:
                if (isWhole || !Angles[0].IsConstant) return [With(Kind, Angles[0] * k)];
                // Half of its period is −1, whose root is a phase.
                return [.. Power(k, 0).Where(part => part.Kind is not null || part.Angles[0].ConstantValue != 0)
                    .Select(part => part with { Controls = Controls })];
        }

        QasmOperation With(GateKind? kind, AngleExpression angle) => this with { Kind = kind, Angles = [angle] };
    }

    /// <summary>
    /// The principal root of this, of constant angles, times exp(i·<paramref name="phase"/>): together they may turn an
    /// eigenvalue by more than half a turn where neither does alone.
    /// </summary>
    public QasmOperation[] Power(double k, double phase)
    {
        if (Kind == GateKind.U3) return U3Power(k, phase);
        bool isTurn = Kind is GateKind.RX or GateKind.RY or GateKind.RZ or GateKind.RXX or GateKind.RYY or GateKind.RZZ;
        double angle = Kind switch
        {
            GateKind.I => 0,
            GateKind.S => Math.PI / 2,
            GateKind.T => Math.PI / 4,
            _ => Angles is [var only] ? only.ConstantValue : Math.PI,
        };
        // Its eigenvalues have the phases 0 and angle, those of a turn −angle/2 and angle/2.
        double first = Within(phase - (isTurn ? angle / 2 : 0)), second = Within(phase + (isTurn ? angle / 2 : angle));
        AngleExpression between = AngleExpression.Constant(k * (second - first));
        return
        [
            GlobalPhase(AngleExpression.Constant(k * (isTurn ? (first + second) / 2 : first))),
            .. Kind switch
            {
                GateKind.I => [this],
                GateKind.X or GateKind.Y or GateKind.H or GateKind.SWAP => Power(k * (second - first) / Math.PI),
                GateKind.Z or GateKind.S or GateKind.T => [this with { Kind = GateKind.Phase, Angles = [between] }],
                _ => (QasmOperation[])[this with { Angles = [between] }],
            },
        ];
    }

    /// <summary>A phase within half a turn; −π, and what rounding makes of it, is π.</summary>
    static double Within(double phase) => phase - Math.Tau * Math.Ceiling(phase / Math.Tau - 0.5 - 1e-12);

    QasmOperation[] Repeated(int k) => [.. Enumerable.Repeat(k < 0 ? Inverse() : this, Math.Abs(k))];

    /// <summary>By its eigenvalues: U = (λ₀ P₀ + λ₁ P₁), U^k = λ₀^k P₀ + λ₁^k P₁.</summary>
    QasmOperation[] U3Power(double k, double beside = 0)
    {
        if (!Angles.All(angle => angle.IsConstant))
            throw new ArgumentException("only whole powers of a gate with three parameters can be taken");
        Complex[,] u = GateTable.Spec(GateKind.U3).Block([.. Angles.Select(angle => angle.ConstantValue)]);
        Complex turn = Complex.FromPolarCoordinates(1, beside);
        for (int i = 0; i < u.Length; i++) u[i / 2, i % 2] *= turn;
        Complex half = (u[0, 0] + u[1, 1]) / 2, root = Complex.Sqrt(half * half - (u[0, 0] * u[1, 1] - u[0, 1] * u[1, 0]));
        Complex first = half + root, second = half - root;
        Complex p = Root(first), q = Root(second);
        // f(U) = a + b U for the line through both points.
        Complex b = root.Magnitude < 1e-12 ? k * p / first : (p - q) / (first - second), a = p - b * first;
        (Complex m00, Complex m01, Complex m10, Complex m11) = (a + b * u[0, 0], b * u[0, 1], b * u[1, 0], a + b * u[1, 1]);
        double theta = 2 * Math.Atan2(m10.Magnitude, m00.Magnitude);
        double phase = m00.Magnitude > 1e-9 ? m00.Phase : 0;
        double phi = m10.Magnitude > 1e-9 ? m10.Phase - phase : 0;
        double lambda = m10.Magnitude > 1e-9 ? (-m01).Phase - phase : m11.Phase - phase;
        if (m00.Magnitude <= 1e-9) (phase, phi, lambda) = (m10.Phase, 0, (-m01).Phase - m10.Phase);
        return
        [
            this with { Kind = null, Targets = [], Angles = [AngleExpression.Constant(phase)] },
            this with { Angles = [.. new[] { theta, phi, lambda }.Select(AngleExpression.Constant)] },
        ];

        Complex Root(Complex eigenvalue) => Complex.FromPolarCoordinates(1, k * Within(eigenvalue.Phase));
    }

    /// <summary>Applies the operation, with constant angles, to a vector; wire 0 is the most significant bit.</summary>
    public void Apply(Complex[] state, int wires)
    {
        Complex[,] u = Kind is { } kind
            ? GateTable.Spec(kind).Block([.. Angles.Select(angle => angle.ConstantValue)])
            : new[,] { { Complex.FromPolarCoordinates(1, Angles[0].ConstantValue) } };
        int[] offsets = [.. Enumerable.Range(0, u.GetLength(0)).Select(row =>
            Enumerable.Range(0, Targets.Length).Sum(k => (row >> (Targets.Length - 1 - k) & 1) << (wires - 1 - Targets[k])))];
        for (int index = 0; index < state.Length; index++)
        {
            if ((index & offsets[^1]) != 0) continue;
            if (Controls.Any(control => (index >> (wires - 1 - control.Wire) & 1) != 0 != control.Value)) continue;
            Complex[] old = [.. offsets.Select(offset => state[index | offset])];
            for (int row = 0; row < old.Length; row++)
            {
                state[index | offsets[row]] = 0;
                for (int column = 0; column < old.Length; column++) state[index | offsets[row]] += u[row, column] * old[column];
            }
        }
    }
}
