namespace Qdiff.Quantum;

/// <summary>Rewrites operations in the gates of the table, which have one control at most: exact, phases included.</summary>
/// <remarks>Barenco et al. 1995, arXiv quant-ph/9503016.</remarks>
sealed class QasmControls(Action<Gate> emit)
{
    static readonly AngleExpression s_half = AngleExpression.Constant(Math.PI);

    public void Write(QasmOperation operation)
    {
        int[] negative = [.. operation.Controls.Where(control => !control.Value).Select(control => control.Wire)];
        foreach (int wire in negative) emit(new(GateKind.X, wire));
        Write(operation.Kind, operation.Targets, operation.Angles, [.. operation.Controls.Select(control => control.Wire)]);
        foreach (int wire in negative) emit(new(GateKind.X, wire));
    }

    void Write(GateKind? kind, int[] targets, AngleExpression[] angles, int[] controls)
    {
        if (controls.Length == 0)
        {
            // A global phase is not seen.
            if (kind is { } plain)
                emit(new Gate(plain, targets[0], targets.Length > 1 ? targets[1] : -1)
                    .WithAngles([.. angles.Select(angle => angle.ToAngle())]));
            return;
        }

        int target = targets.Length > 0 ? targets[0] : -1, other = targets.Length > 1 ? targets[1] : -1;
        switch (kind)
        {
            case null:
                Write(GateKind.Phase, [controls[^1]], angles, controls[..^1]);
                break;
            case GateKind.I:
                emit(new(GateKind.I, target));
                break;
            case GateKind.S or GateKind.T:
                Write(GateKind.Phase, targets, [s_half * (kind == GateKind.S ? 0.5 : 0.25)], controls);
                break;
            case GateKind.Y:
                emit(Gate.Phase(target, Angle.Fixed(-Math.PI / 2)));
                Write(GateKind.X, targets, [], controls);
                emit(new(GateKind.S, target));
                break;
            case GateKind.H:
                emit(Gate.RY(target, Angle.Fixed(-Math.PI / 4)));
                Write(GateKind.Z, targets, [], controls);
                emit(Gate.RY(target, Angle.Fixed(Math.PI / 4)));
                break;
            case GateKind.U3:
                Write(GateKind.Phase, targets, [angles[2]], controls);
                Write(GateKind.RY, targets, [angles[0]], controls);
                Write(GateKind.Phase, targets, [angles[1]], controls);
                break;
            case GateKind.SWAP:
                emit(Gate.CNOT(other, target));
                Write(GateKind.X, [other], [], [target, .. controls]);
                emit(Gate.CNOT(other, target));
                break;
            case GateKind.RXX or GateKind.RYY:
                Around(() => Write(GateKind.RX, [target], angles, controls), target, other, kind == GateKind.RYY);
                break;
            case GateKind.RZZ:
                emit(Gate.CNOT(target, other));
                Write(GateKind.RZ, [other], angles, controls);
                emit(Gate.CNOT(target, other));
                break;
            case GateKind.X or GateKind.Z or GateKind.RX or GateKind.RY or GateKind.RZ or GateKind.Phase:
                Controlled(kind.Value, target, angles, controls);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "A gate that cannot be controlled.");
        }
    }

    /// <summary>XX = C·X·C; YY is XX between quarter turns of both wires.</summary>
    void Around(Action middle, int target, int other, bool isY)
    {
        if (isY) Turn(-Math.PI / 2);
        emit(Gate.CNOT(target, other));
        middle();
        emit(Gate.CNOT(target, other));
        if (isY) Turn(Math.PI / 2);

        void Turn(double angle)
        {
            emit(Gate.Phase(target, Angle.Fixed(angle)));
            emit(Gate.Phase(other, Angle.Fixed(angle)));
        }
    }

    void Controlled(GateKind kind, int target, AngleExpression[] angles, int[] controls)
    {
        if (controls.Length == 1)
        {
            GateKind controlled = kind switch
            {
                GateKind.X => GateKind.CNOT,
                GateKind.Z => GateKind.CZ,
                GateKind.RX => GateKind.CRX,
                GateKind.RY => GateKind.CRY,
                GateKind.RZ => GateKind.CRZ,
                _ => GateKind.CPhase,
            };
            emit(new Gate(controlled, target, controls[0]).WithAngles([.. angles.Select(angle => angle.ToAngle())]));
            return;
        }

        int last = controls[^1];
        int[] rest = controls[..^1];
        switch (kind)
        {
            case GateKind.X:
                emit(Gate.H(target));
                Controlled(GateKind.Phase, target, [s_half], controls);
                emit(Gate.H(target));
                break;
            case GateKind.Z:
                Controlled(GateKind.Phase, target, [s_half], controls);
                break;
            case GateKind.Phase:
                // Half on (last, target), half back where the rest flips last, and half on (rest, target): they add up only on
                // 1…1.
                Controlled(kind, target, [angles[0] * 0.5], [last]);
                Write(GateKind.X, [last], [], rest);
                Controlled(kind, target, [angles[0] * -0.5], [last]);
                Write(GateKind.X, [last], [], rest);
                Controlled(kind, target, [angles[0] * 0.5], rest);
                break;
            default:
                // A half turn, and back unless the rest flips it: RX is flipped by Z, the others by X.
                GateKind flip = kind == GateKind.RX ? GateKind.Z : GateKind.X;
                Controlled(kind, target, [angles[0] * 0.5], [last]);
                Write(flip, [target], [], rest);
                Controlled(kind, target, [angles[0] * -0.5], [last]);
                Write(flip, [target], [], rest);
                break;
        }
    }
}
