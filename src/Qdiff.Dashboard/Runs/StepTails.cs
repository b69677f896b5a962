namespace Qdiff.Dashboard;

/// <summary>
/// The steps of logs that somebody looks at, of which only what is new is read. What is kept can be forgotten at any time. Safe
/// to share.
/// </summary>
sealed class StepTails
{
    /// <summary>Logs that are kept, and steps of all together; of ten thousand steps one takes a megabyte.</summary>
    const int MostLogs = 64, MostSteps = 500_000;

    readonly Dictionary<string, Tail> tails = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    long asked;

    /// <summary>The steps of a log in their order; empty if there is none.</summary>
    /// <param name="damage">In one line how much of it was passed over, as <see cref="StepLog"/> says it; null if nothing
    /// was.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public IReadOnlyList<TrainingStep> Read(string path, out string? damage)
    {
        damage = null;
        if (!File.Exists(path)) return [];
        Tail? tail;
        lock (gate)
        {
            if (!tails.TryGetValue(path, out tail)) tails[path] = tail = new Tail();
            tail.Asked = asked++;
        }

        TrainingStep[] steps = tail.Read(path, out damage);
        lock (gate)
            while (tails.Count > 1 && (tails.Count > MostLogs || tails.Values.Sum(one => (long)one.Count) > MostSteps))
                tails.Remove(tails.MinBy(entry => entry.Value.Asked).Key);
        return steps;
    }

    sealed class Tail
    {
        readonly List<TrainingStep> steps = [];
        readonly Lock gate = new();
        long position;
        string? damage;

        /// <summary>Damaged lines behind the last step.</summary>
        int behind;

        public long Asked { get; set; }

        public int Count => steps.Count;

        public TrainingStep[] Read(string path, out string? passedOver)
        {
            lock (gate)
            {
                ReadingBudget.Require(new FileInfo(path).Length, path);
                if (!GoOn(path))
                {
                    // A run that went on from a checkpoint has another log, and one that is damaged is put in order.
                    position = 0;
                    StepLog.ReadFrom(path, ref position);
                    steps.Clear();
                    steps.AddRange(StepLog.Read(path, out damage));
                    StepLog.ReadFrom(path, ref position, out behind);
                }

                passedOver = damage;
                return [.. steps];
            }
        }

        /// <summary>Takes what is new; false if that does not follow what is known, or is damaged.</summary>
        bool GoOn(string path)
        {
            IReadOnlyList<TrainingStep> read = StepLog.ReadFrom(path, ref position, out int damaged);
            if (damaged != behind) return false;
            // Those lie before the new steps then.
            if (read.Count > (steps.Count > 0 ? 1 : 0)) behind = 0;
            // From the beginning, where nothing is damaged any more.
            if (steps.Count == 0 && damaged == 0) damage = null;
            if (steps.Count > 0 && (read.Count == 0 || read[0] != steps[^1])) return false;
            foreach (TrainingStep step in steps.Count > 0 ? read.Skip(1) : read)
            {
                if (steps.Count > 0 && step.Number <= steps[^1].Number) return false;
                steps.Add(step);
            }

            return true;
        }
    }
}
