using System.Collections.Concurrent;

namespace Qdiff.Tensors;

/// <summary>
/// Which input positions each output position of a linear spatial operation reads, and with which kernel tap. Output positions
/// that read in the same pattern form a group, so that image borders need neither a padded copy nor a test in the inner loop: a
/// border position is just one with fewer taps.
/// </summary>
sealed class ConvolutionPlan
{
    static readonly ConcurrentDictionary<(SpatialGeometry, bool), ConvolutionPlan> s_plans = new();

    /// <summary>Positions with a common pattern: position i writes Outputs[i] and reads Bases[i] + Offsets[j] with tap
    /// Taps[j].</summary>
    public sealed record Group(int[] Outputs, int[] Bases, int[] Offsets, int[] Taps);

    ConvolutionPlan(List<(int Input, int Tap)>[] sources)
    {
        // Order by first appearance, so that results do not depend on hashing.
        var groups = new List<(string Key, List<int> Positions)>();
        var index = new Dictionary<string, int>();
        for (int position = 0; position < sources.Length; position++)
        {
            List<(int Input, int Tap)> s = sources[position];
            int origin = s.Count == 0 ? 0 : s[0].Input;
            string key = string.Join(' ', s.Select(e => $"{e.Input - origin}:{e.Tap}"));
            if (!index.TryGetValue(key, out int group))
            {
                index[key] = group = groups.Count;
                groups.Add((key, []));
            }

            groups[group].Positions.Add(position);
        }

        Groups = [.. groups.Select(group =>
        {
            List<(int Input, int Tap)> first = sources[group.Positions[0]];
            return new Group(
                [.. group.Positions],
                [.. group.Positions.Select(p => sources[p].Count == 0 ? 0 : sources[p][0].Input)],
                [.. first.Select(e => e.Input - first[0].Input)],
                [.. first.Select(e => e.Tap)]);
        })];
    }

    public Group[] Groups { get; }

    /// <summary>The plan of a convolution: output from input.</summary>
    public static ConvolutionPlan Forward(SpatialGeometry g) => s_plans.GetOrAdd((g, false), static key =>
    {
        SpatialGeometry g = key.Item1;
        var sources = new List<(int, int)>[g.OutputHeight * g.OutputWidth];
        for (int i = 0; i < sources.Length; i++) sources[i] = [];
        foreach ((int output, int input, int tap) in g.Connections()) sources[output].Add((input, tap));
        return new(sources);
    });

    /// <summary>The plan of its transpose: input gradient from output gradient, or a transposed convolution.</summary>
    public static ConvolutionPlan Transposed(SpatialGeometry g) => s_plans.GetOrAdd((g, true), static key =>
    {
        SpatialGeometry g = key.Item1;
        var sources = new List<(int, int)>[g.InputHeight * g.InputWidth];
        for (int i = 0; i < sources.Length; i++) sources[i] = [];
        foreach ((int output, int input, int tap) in g.Connections()) sources[input].Add((output, tap));
        return new(sources);
    });
}
