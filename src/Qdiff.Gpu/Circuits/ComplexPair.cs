namespace Qdiff.Gpu;

/// <summary>Two amplitudes that a 2×2 matrix mixes.</summary>
readonly struct ComplexPair(float r0, float i0, float r1, float i1)
{
    public readonly float R0 = r0, I0 = i0, R1 = r1, I1 = i1;
}

/// <summary>A complex 2×2 matrix.</summary>
readonly struct ComplexMatrix(float r00, float i00, float r01, float i01, float r10, float i10, float r11, float i11)
{
    public readonly float R00 = r00, I00 = i00, R01 = r01, I01 = i01, R10 = r10, I10 = i10, R11 = r11, I11 = i11;

    /// <summary>U·a.</summary>
    public static ComplexPair Apply(ComplexMatrix u, ComplexPair a) => new(
        u.R00 * a.R0 - u.I00 * a.I0 + u.R01 * a.R1 - u.I01 * a.I1, u.R00 * a.I0 + u.I00 * a.R0 + u.R01 * a.I1 + u.I01 * a.R1,
        u.R10 * a.R0 - u.I10 * a.I0 + u.R11 * a.R1 - u.I11 * a.I1, u.R10 * a.I0 + u.I10 * a.R0 + u.R11 * a.I1 + u.I11 * a.R1);

    /// <summary>U†·a.</summary>
    public static ComplexPair ApplyAdjoint(ComplexMatrix u, ComplexPair a) => new(
        u.R00 * a.R0 + u.I00 * a.I0 + u.R10 * a.R1 + u.I10 * a.I1, u.R00 * a.I0 - u.I00 * a.R0 + u.R10 * a.I1 - u.I10 * a.R1,
        u.R01 * a.R0 + u.I01 * a.I0 + u.R11 * a.R1 + u.I11 * a.I1, u.R01 * a.I0 - u.I01 * a.R0 + u.R11 * a.I1 - u.I11 * a.R1);
}
