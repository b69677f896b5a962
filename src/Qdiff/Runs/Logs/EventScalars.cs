namespace Qdiff;

/// <summary>Reads curves back from the event files of a folder.</summary>
static class EventScalars
{
    /// <summary>No record of a number is nearly as long; longer ones hold pictures.</summary>
    public const int LongestRecord = 4096;

    /// <summary>
    /// The numbers of this tag by step, also while they are being written. Damaged records are passed over; where a later
    /// session began again at a step, what earlier ones say of that and later steps does not count.
    /// </summary>
    /// <exception cref="InputException">A pipe or a device is in the place of a file.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SortedDictionary<long, double> Read(string folder, string tag)
    {
        SortedDictionary<long, double> curve = [];
        if (!Directory.Exists(folder)) return curve;
        foreach (string path in Directory.GetFiles(folder, EventFile.Prefix + "*").Order(StringComparer.Ordinal))
        {
            using var file = InputFile.OpenShared(path);
            foreach (byte[]? record in EventRecord.Read(file, LongestRecord))
                if (record is not null && EventSummary.Of(record) is { } summary) Take(summary, tag, curve);
        }

        return curve;
    }

    static void Take(EventSummary summary, string tag, SortedDictionary<long, double> curve)
    {
        if (summary.Begins)
            foreach (long later in curve.Keys.Where(key => key >= summary.Step).ToArray()) curve.Remove(later);
        foreach ((string name, double value) in summary.Numbers)
            if (name == tag) curve[summary.Step] = value;
    }
}
