namespace Qdiff.Quantum;

/// <summary>
/// One step of a cluster, on its 2^<c>Bits</c> live amplitudes; Target and Control are bits of the amplitude's number.
/// </summary>
readonly record struct ClusterStep(StepKind Kind, int Run, int Target, int Control, int Bits)
{
    public bool IsBranch => Kind != StepKind.Apply;
}
