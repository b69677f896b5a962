namespace Qdiff.Quantum;

/// <summary>±1 times a Pauli string: what Clifford gates map Pauli strings to.</summary>
readonly record struct SignedPauli(PauliString Pauli, int Sign)
{
    /// <summary>
    /// gate† · this · gate, when that is again one string and a Z-string stays a Z-string; false when it is not.
    /// A gate that commutes with the string leaves it as it is.
    /// </summary>
    public bool TryAbsorb(Elementary gate, out SignedPauli result)
    {
        result = this;
        (bool x, bool z) = At(gate.Target);
        if (gate.Control >= 0)
        {
            (bool controlX, bool controlZ) = At(gate.Control);
            if (!controlX && !x && (gate.IsDiagonal || !z)) return true;
            if (gate.Kind == GateKind.X) return AbsorbControlledX(gate, x, z, controlX, controlZ, out result);
            if (gate.Kind == GateKind.Z) return AbsorbControlledZ(gate, x, z, controlX, controlZ, out result);
            return false;
        }

        if (!x && !z) return true;
        switch (gate.Kind)
        {
            case GateKind.X or GateKind.RX when !z:
            case GateKind.Y or GateKind.RY when x && z:
                return true;
            case GateKind.X:
                return Flip(z, out result);
            case GateKind.Y:
                return Flip(x != z, out result);
            case GateKind.Z:
                return Flip(x, out result);
            case GateKind.H when x:
                // H exchanges X and Z and negates Y. Z → X is left to the simulator.
                result = new(Swap(gate.Target, z), z ? -Sign : Sign);
                return true;
            case GateKind.S when x:
                // S†XS = −Y and S†YS = X.
                result = new(new(Pauli.XBits, Pauli.ZBits ^ 1UL << gate.Target), z ? Sign : -Sign);
                return true;
            default:
                return gate.IsDiagonal && !x;
        }
    }

    (bool X, bool Z) At(int wire) => ((Pauli.XBits >> wire & 1) != 0, (Pauli.ZBits >> wire & 1) != 0);

    bool Flip(bool negative, out SignedPauli result)
    {
        result = this with { Sign = negative ? -Sign : Sign };
        return true;
    }

    PauliString Swap(int wire, bool isY) => isY ? Pauli : new(Pauli.XBits & ~(1UL << wire), Pauli.ZBits | 1UL << wire);

    /// <summary>
    /// X spreads from control to target, Z from target to control; the sign of Aaronson and Gottesman 2004, quant-ph/0406196.
    /// </summary>
    bool AbsorbControlledX(Elementary gate, bool x, bool z, bool controlX, bool controlZ, out SignedPauli result)
    {
        ulong xBits = Pauli.XBits ^ (controlX ? 1UL << gate.Target : 0), zBits = Pauli.ZBits ^ (z ? 1UL << gate.Control : 0);
        bool negative = controlX && z && x == controlZ;
        result = new(new(xBits, zBits), negative ? -Sign : Sign);
        return true;
    }

    /// <summary>CZ is CNOT between Hadamards on the target.</summary>
    bool AbsorbControlledZ(Elementary gate, bool x, bool z, bool controlX, bool controlZ, out SignedPauli result)
    {
        ulong zBits = Pauli.ZBits ^ (controlX ? 1UL << gate.Target : 0) ^ (x ? 1UL << gate.Control : 0);
        bool negative = controlX && x && z != controlZ;
        result = new(new(Pauli.XBits, zBits), negative ? -Sign : Sign);
        return true;
    }
}
