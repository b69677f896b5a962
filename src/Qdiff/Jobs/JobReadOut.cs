using Qdiff.Quantum;

namespace Qdiff;

/// <summary>
/// The errors of the read-out that were taken back of the counts of a stage, as a noise file beside them: the circuits of further
/// stages depend on what the counts were made of.
/// </summary>
static class JobReadOut
{
    /// <summary>Writes them; null, for none, leaves no file.</summary>
    public static void Keep(string path, NoiseModel? noise)
    {
        if (noise is not null) WholeFile.Write(path, Text(noise), makeFolder: true);
        else if (File.Exists(path)) File.Delete(path);
    }

    /// <summary>Whether <see cref="Keep"/> wrote these, or none for null.</summary>
    public static bool IsKept(string path, NoiseModel? noise) => File.Exists(path)
        ? noise is not null && TextFile.Read(path) == Text(noise)
        : noise is null;

    /// <summary>Reads what <see cref="Keep"/> wrote.</summary>
    /// <exception cref="InputException">It was changed and is no noise file.</exception>
    public static NoiseModel? Read(string path) => File.Exists(path) ? NoiseFile.Read(path).Model : null;

    static string Text(NoiseModel noise) => "readout:\n" + Line("", noise.ReadOut)
        + string.Concat(noise.ReadOuts.OrderBy(own => own.Key).Select(own => Line(Invariant($"wire: {own.Key}, "), own.Value)));

    static string Line(string wire, ReadOutError error) =>
        Invariant($"  - {{ {wire}p10: {error.P10}, p01: {error.P01} }}\n");
}
