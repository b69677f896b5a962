namespace Qdiff.Quantum;

/// <summary>What kind of 2×2 matrix a run is: it decides the kernel.</summary>
enum RunShape
{
    /// <summary>Two phases.</summary>
    Diagonal,

    /// <summary>X: exchange.</summary>
    Flip,

    /// <summary>Real diagonal, imaginary off-diagonal.</summary>
    RX,

    /// <summary>Four real numbers.</summary>
    Real,

    /// <summary>Any.</summary>
    General,
}
