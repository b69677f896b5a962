namespace Qdiff.Quantum;

/// <summary>
/// A gate across two clusters is |0⟩⟨0|⊗1 + |1⟩⟨1|⊗U: each cluster doubles its amplitudes by one branch bit, and no longer needs
/// the other.
/// </summary>
enum StepKind
{
    /// <summary>A run inside the cluster.</summary>
    Apply,

    /// <summary>The control's side: branch b keeps the amplitudes whose control bit is b.</summary>
    BranchControl,

    /// <summary>The target's side: branch 0 stays, branch 1 receives the run.</summary>
    BranchTarget,
}
