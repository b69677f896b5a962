using Qdiff.Tensors;

namespace Qdiff;

/// <summary>One row of a network's layer table.</summary>
/// <param name="Name">The prefix of its parameters' names.</param>
/// <param name="Kind">What it does, in a few words: <c>residual block</c>, <c>linear attention</c>, <c>conv 4×4 stride
/// 2</c>.</param>
/// <param name="Inputs">Channels (or features) in.</param>
/// <param name="Output">The shape that comes out.</param>
public sealed record LayerRow(string Name, string Kind, int Inputs, Shape Output)
{
    /// <summary>Its trainable numbers.</summary>
    public int Count(ParameterTable table) => table.Where(IsMine).Sum(p => p.Count);

    /// <summary>Its trainable numbers by part: (<c>conv0</c>, 910), (<c>norm0</c>, 20), …; empty if it has no parts.</summary>
    public IReadOnlyList<(string Part, int Count)> Parts(ParameterTable table) =>
        [.. table.Where(p => IsMine(p) && p.Name.AsSpan(Name.Length + 1).Contains('.'))
            .GroupBy(p => p.Name[(Name.Length + 1)..].Split('.')[0]).Select(part => (part.Key, part.Sum(p => p.Count)))];

    bool IsMine(Parameter p) => p.Name.StartsWith(Name + ".", StringComparison.Ordinal);
}
