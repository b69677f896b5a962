namespace Qdiff.Quantum;

/// <summary>The dialects of OpenQASM that can be written; both can be read.</summary>
public enum QasmVersion
{
    /// <summary>OpenQASM 2.0 with qelib1.inc.</summary>
    V2,

    /// <summary>OpenQASM 3.0 with stdgates.inc.</summary>
    V3,
}
