namespace Qdiff.Quantum;

/// <summary>The state before the first gate.</summary>
public enum CircuitStart
{
    /// <summary>All wires 0.</summary>
    Zero,

    /// <summary>
    /// The inputs themselves, divided by their length, are the amplitudes, padded with zeros (amplitude encoding). Amplitude k
    /// belongs to the basis state whose bits, wire 0 first, spell k. Inputs that are all zero give the state 0.
    /// </summary>
    Amplitudes,
}
