namespace Qdiff.Quantum;

/// <summary>An input or weight that no read-out depends on, and the reasons: one for each kind of gate that has it.</summary>
public sealed record DeadParameter(int Index, IReadOnlyList<DeadReason> Reasons)
{
    /// <summary>The reasons in words.</summary>
    public string Text => string.Join("; ", Reasons.Select(reason => reason switch
    {
        DeadReason.Unused => "in no gate's angle (never used, coefficient 0, or cancelled)",
        DeadReason.OutsideLightCone => "outside the light cone of the read-outs",
        DeadReason.DiagonalBeforeReadOut => "diagonal before the read-out",
        DeadReason.WireStillZero => "on a wire that is still |0⟩",
        DeadReason.StateUnmoved => "the state before the gate is only multiplied by a phase",
        DeadReason.Cancels => "the effects of its gates cancel out",
        DeadReason.NotSeen => "it moves the state, but not what is read out",
        _ => throw new InvalidOperationException($"Unknown reason {reason}."),
    }));
}
