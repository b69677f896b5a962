namespace Qdiff;

/// <summary>What an audit found wrong, for whoever documents how published code differs from its paper.</summary>
/// <param name="Code">The finding's <see cref="AuditFinding.Code"/>.</param>
/// <param name="Where">The layer or input.</param>
/// <param name="Cause">The code of the finding about the layer's circuit that explains this one; null if there is none.</param>
/// <param name="Qubits">Qubits of that circuit, or of the one that it is about; null if it is about none.</param>
public readonly record struct Defect(string Code, string Where, string? Cause = null, int? Qubits = null);
