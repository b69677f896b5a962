namespace Qdiff.Cli;

/// <summary>Networks for a class each, drawing together as one conditional network would: image i is the i-th of the (i mod k)-th
/// of k networks, so that no two begin with the same noise.</summary>
sealed class ClassNetworks
{
    readonly TrainedRun[] networks;

    /// <summary>Opens the networks of several classes.</summary>
    public ClassNetworks(IReadOnlyList<(int? Label, RunFolder Run)> runs, Func<RunFolder, TrainedRun> open)
    {
        networks = [.. runs.Select(run => open(run.Run))];
        Choice = ClassChoice.Among(runs.Select(run => run.Label!.Value), runs[0].Run.Manifest.Data.ClassNames);
    }

    /// <summary>Which class each image has.</summary>
    public ClassChoice Choice { get; }

    /// <summary>How many there are.</summary>
    public int Count => networks.Length;

    /// <summary>The first of them: what is common to all is read from it.</summary>
    public TrainedRun First => networks[0];

    /// <summary>Those of the classes that were asked for, by name or number; all if none was.</summary>
    /// <exception cref="InputException">There is no such class.</exception>
    public static IReadOnlyList<(int? Label, RunFolder Run)> Chosen(IReadOnlyList<(int? Label, RunFolder Run)> runs,
        IReadOnlyList<string> classes)
    {
        if (classes.Count == 0) return runs;
        DataDescription data = runs[0].Run.Manifest.Data;
        int labels = Math.Max(data.ClassNames.Count, runs.Max(run => run.Label!.Value) + 1);
        return [.. classes.Select(name => ClassNames.LabelOf(name, data.ClassNames, labels, data.Name)).Distinct()
            .Select(label => runs.FirstOrDefault(run => run.Label == label) is { Run: not null } found ? found
                : throw new InputException($"There is no network for class {label}; there are those for "
                    + $"{string.Join(", ", runs.Select(run => run.Label))}."))];
    }

    /// <summary>The one network that there is, or that of a class by its name or number.</summary>
    /// <exception cref="InputException">There is no such class, or several networks and none was asked for.</exception>
    public static RunFolder One(IReadOnlyList<(int? Label, RunFolder Run)> runs, string? name)
    {
        if (runs[0].Label is null)
            return name is null ? runs[0].Run : throw new InputException("--class: there is one network for all classes.");
        IReadOnlyList<(int? Label, RunFolder Run)> chosen = Chosen(runs, name is null ? [] : [name]);
        return chosen.Count == 1 ? chosen[0].Run : throw new InputException("There is a network for each class; add --class with "
            + $"one of {string.Join(", ", chosen.Select(network => network.Label))}.");
    }

    /// <summary>Images <paramref name="first"/>, … in turn of all classes, as numbers in [−1, 1].</summary>
    /// <param name="draw">Draws so many images of a network, from a number on every <see cref="Count"/>-th.</param>
    public float[] Generate(int count, long first, Func<TrainedRun, int, long, float[]> draw)
    {
        int size = First.Network.Image.Count, kinds = networks.Length;
        SampleGenerator.RequireRoom(First.Network.Image, count);
        var all = new float[(long)count * size];
        for (int k = 0; k < kinds; k++)
        {
            // The first image from `first` on that is this network's.
            long start = first + ((k - first) % kinds + kinds) % kinds;
            int own = (int)Math.Max(0, (first + count - start + kinds - 1) / kinds);
            if (own == 0) continue;
            float[] samples = draw(networks[k], own, start);
            for (int i = 0; i < own; i++)
                samples.AsSpan(i * size, size).CopyTo(all.AsSpan((int)(start + (long)i * kinds - first) * size));
        }

        return all;
    }
}
