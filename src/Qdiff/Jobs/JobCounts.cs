using System.Text;
using System.Text.Json;

namespace Qdiff;

/// <summary>
/// How often a device saw each outcome in the jobs of one stage: a JSON file
/// <c>{ "jobs": SHA-256 of the stage, "bitOrder": "wire-0-first", "counts": { "1": { "010": 512, … }, … } }</c>.
/// </summary>
public sealed class JobCounts
{
    /// <summary>Digit i of an outcome is wire i.</summary>
    public const string Wire0First = "wire-0-first";

    /// <summary>Digit 0 is the last wire, as in the counts of Qiskit.</summary>
    public const string Wire0Last = "wire-0-last";

    // Numbers and texts of an outcome in memory, beside its text in the file.
    const int MemoryPerByte = 12;

    readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> counts;

    /// <summary>The counts of jobs by their numbers, wire 0 first.</summary>
    /// <param name="jobs">The SHA-256 of their stage.</param>
    /// <param name="counts">Of each job, how often it saw each outcome.</param>
    public JobCounts(string jobs, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> counts) =>
        (Jobs, this.counts) = (jobs, counts);

    /// <summary>The SHA-256 of the stage that they are of.</summary>
    public string Jobs { get; }

    /// <summary>Where they were read, for messages.</summary>
    internal string Source { get; init; } = "The counts";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read or is no file of counts.</exception>
    public static JobCounts Read(string path)
    {
        FileContent? content;
        try
        {
            if (Directory.Exists(path)) throw new InputException($"{path} is a folder; a file of counts is needed.");
            byte[] bytes = InputFile.ReadAll(path);
            ReadingBudget.Require((long)bytes.Length * MemoryPerByte, path);
            content = JsonSerializer.Deserialize<FileContent>(RunJson.WithoutMark(bytes), RunJson.File);
        }
        catch (JsonException e)
        {
            throw new InputException($"The counts {path} cannot be read: {RunJson.Said(e)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The counts {path} cannot be read: {e.Message}", e);
        }

        if (content is null || content.Counts.ContainsValue(null!))
            throw new InputException($"The counts {path} cannot be read: null instead of an object.");
        bool isReversed = content.BitOrder == Wire0Last;
        if (!isReversed && content.BitOrder != Wire0First)
            throw new InputException($"{path}: bitOrder is '{content.BitOrder}'; say {Wire0First}, or {Wire0Last} as "
                + "Qiskit counts.");
        return new(content.Jobs, content.Counts.ToDictionary(job => job.Key, job => OfJob(job.Key, job.Value)))
        { Source = path };

        IReadOnlyDictionary<string, int> OfJob(string job, Dictionary<string, double> outcomes) => outcomes.ToDictionary(
            pair => isReversed ? string.Concat(pair.Key.Reverse()) : pair.Key,
            pair => pair.Value >= 0 && pair.Value <= int.MaxValue && pair.Value == Math.Floor(pair.Value) ? (int)pair.Value
                : throw new InputException(Invariant($"{path}, job {job}: {pair.Key} was seen {pair.Value} times; counts are ")
                    + "whole numbers."));
    }

    /// <summary>Writes the file, a line for each job.</summary>
    public byte[] ToBytes()
    {
        StringBuilder text = new($"{{\n  \"jobs\": \"{Jobs}\",\n  \"bitOrder\": \"{Wire0First}\",\n  \"counts\": {{");
        string separator = "";
        foreach ((string job, IReadOnlyDictionary<string, int> outcomes) in counts)
        {
            text.Append(separator).Append("\n    ").Append(JsonSerializer.Serialize(job, RunJson.Line)).Append(": ")
                .Append(JsonSerializer.Serialize(outcomes, RunJson.Line));
            separator = ",";
        }

        return Encoding.UTF8.GetBytes(text.Append("\n  }\n}\n").ToString());
    }

    /// <summary>Whether every job has the same outcomes as often, in whatever order they stand.</summary>
    internal bool AreThoseOf(JobCounts other) => counts.Count == other.counts.Count && counts.All(job =>
        other.counts.TryGetValue(job.Key, out IReadOnlyDictionary<string, int>? there) && Seen(job.Value).SetEquals(Seen(there)));

    static HashSet<KeyValuePair<string, int>> Seen(IReadOnlyDictionary<string, int> outcomes) =>
        [.. outcomes.Where(outcome => outcome.Value > 0)];

    /// <summary>Refuses what are not the counts of these jobs.</summary>
    /// <exception cref="InputException">A job is missing or unknown, an outcome is none of its circuit, or they do not sum to the
    /// shots.</exception>
    internal void Require(IReadOnlyList<CircuitJob> jobs, int shots)
    {
        CircuitJob[] missing = [.. jobs.Where(job => !counts.ContainsKey(job.Key))];
        if (missing.Length > 0)
            throw new InputException($"{Source} has no counts of job {missing[0].Job}"
                + (missing.Length > 1 ? $" and {missing.Length - 1} others." : "."));
        if (counts.Count > jobs.Count)
            throw new InputException($"{Source} has counts of job "
                + $"'{Short(counts.Keys.Except(jobs.Select(job => job.Key)).First())}'; the jobs of this stage are "
                + $"{jobs[0].Job} to {jobs[^1].Job}.");
        foreach (CircuitJob job in jobs)
        {
            foreach (string outcome in counts[job.Key].Keys)
                if (outcome.Length != job.Wires || outcome.Any(digit => digit is not ('0' or '1')))
                    throw new InputException($"{Source}, job {job.Job}: '{Short(outcome)}' is no outcome of {job.Wires} wires; "
                        + "write a 0 or 1 for each.");
            long sum = counts[job.Key].Values.Sum(count => (long)count);
            if (sum != shots)
                throw new InputException(Invariant($"{Source}, job {job.Job}: the counts sum to {sum:N0}, the jobs are of ")
                    + Invariant($"{shots:N0} shots each."));
        }
    }

    internal IReadOnlyDictionary<string, int> Of(CircuitJob job) => counts[job.Key];

    static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    sealed record FileContent(string Jobs, string BitOrder, Dictionary<string, Dictionary<string, double>> Counts);
}
