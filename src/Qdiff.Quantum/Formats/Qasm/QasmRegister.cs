namespace Qdiff.Quantum;

/// <summary>
/// Classical bits that an OpenQASM file declares outside blocks: <c>bit[2] c</c>, <c>creg c[2]</c> or <c>bit c</c>.
/// </summary>
/// <param name="Name">What they are called.</param>
/// <param name="ReadOuts">
/// For each bit Z of what was measured into it last, 1 for the outcome 0 and −1 for 1: Z of the wire of
/// <see cref="QasmProgram.Circuit"/> that keeps the outcome at the end, or the identity where it is 0 for sure. Null for a bit
/// that keeps no outcome.
/// </param>
public sealed record QasmRegister(string Name, IReadOnlyList<PauliString?> ReadOuts);
