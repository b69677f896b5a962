using System.Diagnostics;
using Qdiff;
using Qdiff.Tensors;

/// <summary>What a reader did that it must not do.</summary>
/// <param name="Reader">Its name.</param>
/// <param name="Seed">The seed of the inputs.</param>
/// <param name="Number">Which of them.</param>
/// <param name="What">An exception, a time, an amount of memory.</param>
public sealed record Defect(string Reader, long Seed, long Number, string What)
{
    /// <summary>Equal for what is probably one mistake: the same exception from the same lines.</summary>
    public required string Place { get; init; }
}

/// <summary>Inputs of one reader, one after another: each must be read or refused, soon and with little memory.</summary>
public sealed class Trial
{
    static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);
    const long MostBeyondLimit = 512 << 20;

    readonly InputReader reader;
    readonly Mutator mutator;
    readonly long seed;

    public Trial(InputReader reader, long seed)
    {
        (this.reader, this.seed) = (reader, seed);
        mutator = new(reader.Seeds, reader.IsText);
    }

    /// <summary>How many of the seeds are read as they are; a reader that refuses all would be tried at its door alone.</summary>
    public int GoodSeeds => reader.Seeds.Count(seed => Attempt(reader.Mend is null ? seed : reader.Mend(seed)) is null);

    public InputReader Reader => reader;

    /// <summary>How many inputs were tried.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them were read, not refused.</summary>
    public long Good { get; private set; }

    /// <summary>The longest time that one took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The most memory that one took, all that was allocated on the way.</summary>
    public long Largest { get; private set; }

    /// <summary>The input of a number, whatever was tried before it.</summary>
    public byte[] Input(long number)
    {
        RandomStream random = new(seed, "torture " + reader.Name, number);
        byte[] input = mutator.Input(random);
        return reader.Mend is { } mend && random.Next(2) == 0 ? mend(input) : input;
    }

    /// <summary>Tries the next input; null if it was read or refused as it should be.</summary>
    public Defect? Next()
    {
        long number = Count++;
        byte[] input = Input(number);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? failure = Attempt(input);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        long memory = GC.GetAllocatedBytesForCurrentThread() - before;
        // Other work on the machine is no fault of the reader's: the quickest of three counts.
        for (int again = 0; again < 2 && time > s_longest; again++)
        {
            start = Stopwatch.GetTimestamp();
            Attempt(input);
            TimeSpan second = Stopwatch.GetElapsedTime(start);
            if (second < time) time = second;
        }

        if (time > Slowest) Slowest = time;
        Largest = Math.Max(Largest, memory);
        if (failure is null) Good++;
        else if (failure is not InputException && !reader.Refusals.Any(kind => kind == failure.GetType()))
            return Found(failure.ToString(), failure.GetType() + (failure.StackTrace?.Split('\n').FirstOrDefault(line =>
                line.Contains("Qdiff", StringComparison.Ordinal)) ?? ""));
        else if (failure.Message.Length == 0) return Found("A refusal without words.", "words");
        if (time > s_longest) return Found($"It took {time.TotalSeconds:F1} s.", "time");
        return memory > ReadingBudget.Bytes + MostBeyondLimit ? Found($"It took {memory >> 20} MB.", "memory") : null;

        Defect Found(string what, string place) => new(reader.Name, seed, number, what) { Place = $"{reader.Name}: {place}" };
    }

    Exception? Attempt(byte[] input)
    {
        try
        {
            reader.Read(input);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
