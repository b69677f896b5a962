namespace Qdiff.Gpu;

/// <summary>
/// The steps of a circuit's programs as the device reads them, and the tables they refer to. Steps that touch none of each
/// other's numbers get one level, and threads of their own as far as there are any; a barrier ends a level.
/// </summary>
sealed class CircuitCode
{
    /// <summary>Numbers of a step: what, whether a barrier follows, its first thread, its lanes, then arguments.</summary>
    public const int StepLength = 16, FirstThread = 2, LogLanes = 3, Arguments = 4;

    /// <summary>In place of the overlaps that the weights need (1, 2, 4, 8): one of a gate with an input.</summary>
    public const int PerSample = 16;

    readonly List<int> words = [];
    readonly List<int> formulaWeights = [];

    /// <summary>Runs of gates of the whole circuit; behind them are counted the weights of formulas.</summary>
    public required int Runs { get; init; }

    /// <summary>The weight of each row of sums behind those of the runs: of formulas that also have inputs.</summary>
    public IReadOnlyList<int> FormulaWeights => formulaWeights;

    /// <summary>Where the sums of a formula's weights begin.</summary>
    public int AddFormulaWeights(int[] weights)
    {
        formulaWeights.AddRange(weights);
        return Runs + formulaWeights.Count - weights.Length;
    }


    /// <summary>Threads of a group and the samples it takes.</summary>
    public required int Threads { get; init; }

    public required int LogSamples { get; init; }

    /// <summary>All of it.</summary>
    public int[] Words => [.. words];

    /// <summary>Adds a table; returns where it is.</summary>
    public int Add(params ReadOnlySpan<int> table)
    {
        int at = words.Count;
        words.AddRange(table);
        return at;
    }

    /// <summary>Warps that work on so many items.</summary>
    public int Warps(int items) => Math.Min(Threads, (items << LogSamples) + 31 & ~31) / 32;

    /// <summary>Lanes that share each of some sums: as many as there are threads for, within a warp.</summary>
    int LogLanesFor(DeviceStep step)
    {
        int log = 0;
        while (step.Summands >> log + 1 > 0 && 1 << log + 1 + LogSamples <= 32
            && step.Items << log + 1 + LogSamples <= Threads) log++;
        return log;
    }

    /// <summary>Adds a program; returns where it begins and its steps.</summary>
    public (int At, int Steps) Add(IReadOnlyList<DeviceStep> steps)
    {
        (int Level, DeviceStep Step)[] order = [.. Levels(steps).Zip(steps).OrderBy(pair => pair.First)];
        int at = words.Count, thread = 0;
        for (int i = 0; i < order.Length; i++)
        {
            DeviceStep step = order[i].Step;
            bool endsLevel = i + 1 < order.Length && order[i + 1].Level != order[i].Level;
            int lanes = step.Summands > 0 ? LogLanesFor(step) : 0;
            var word = new int[StepLength];
            (word[0], word[1], word[2], word[3]) = ((int)step.Op, endsLevel ? 1 : 0, thread, lanes);
            step.Arguments.CopyTo(word, Arguments);
            words.AddRange(word);
            thread = endsLevel ? 0 : (thread + 32 * Warps(step.Items << lanes)) % Threads;
        }

        return (at, order.Length);
    }

    /// <summary>The earliest level of each step: behind all that write what it reads, or touch what it writes.</summary>
    static int[] Levels(IReadOnlyList<DeviceStep> steps)
    {
        Dictionary<int, int> written = [], touched = [];
        var levels = new int[steps.Count];
        for (int i = 0; i < levels.Length; i++)
        {
            DeviceStep step = steps[i];
            foreach (int place in step.Reads) levels[i] = Math.Max(levels[i], written.GetValueOrDefault(place));
            foreach (int place in step.Writes) levels[i] = Math.Max(levels[i], touched.GetValueOrDefault(place));
            foreach (int place in step.Reads) touched[place] = Math.Max(touched.GetValueOrDefault(place), levels[i] + 1);
            foreach (int place in step.Writes) written[place] = touched[place] = levels[i] + 1;
        }

        return levels;
    }
}

/// <summary>A step: how many items its threads share, what places it reads and writes, and summands of each sum.</summary>
sealed record DeviceStep(DeviceOp Op, int Items, int[] Reads, int[] Writes, int[] Arguments, int Summands = 0);
