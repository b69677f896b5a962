namespace Qdiff.Papers;

/// <summary>The entries of <c>docs/divergences.md</c>: what an audit of the released networks finds, by its number
/// there.</summary>
static class PublishedDivergences
{
    /// <summary>The number of the entry that describes a defect, such as A-02; null if there is none.</summary>
    public static string? Of(Defect defect) => (defect.Code, defect.Cause) switch
    {
        ("circuit-never-run", _) or ("dead-parameters", "circuit-never-run") => defect.Qubits == 4 ? "A-03" : "A-02",
        ("unused-angles", _) => "A-01",
        ("circuit-without-effect", _) => "A-06",
        ("dead-parameters", "circuit-without-effect") => "A-05",
        ("phases-and-permutations", _) => "B-01",
        // What no gradient passes to before the circuits; of the image itself nothing is published.
        ("detached-input", _) when defect.Where != "image" => "B-02",
        ("ignores-timestep", _) => "C-01",
        _ => null,
    };
}
