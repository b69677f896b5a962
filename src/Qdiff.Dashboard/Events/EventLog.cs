namespace Qdiff.Dashboard;

/// <summary>What event files say.</summary>
/// <param name="Name">What the folder is called.</param>
/// <param name="Curves">Numbers over steps, by tag.</param>
/// <param name="Images">The steps that have images, by tag.</param>
/// <param name="Problems">What is not shown, and why.</param>
sealed record EventContent(string Name, IReadOnlyDictionary<string, (double[] X, double[] Y)> Curves,
    IReadOnlyList<(string Tag, long[] Steps)> Images, IReadOnlyList<string> Problems);

/// <summary>
/// What the event files of a folder say so far: curves by tag, and where images are. Only what is new is read. For one caller
/// at a time.
/// </summary>
/// <param name="only">The one tag whose numbers are kept; null for all that is there.</param>
sealed class EventLog(string folder, string? only = null)
{
    /// <summary>A record of a image is not longer; one that is holds something else.</summary>
    const int LongestRecord = 32 << 20;

    readonly int longest = only is null ? LongestRecord : EventScalars.LongestRecord;

    /// <summary>Tags that are kept, and points of each; more would fill the memory and no page.</summary>
    const int MostTags = 500, MostPoints = 100_000;

    readonly Dictionary<string, long> positions = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, SortedDictionary<long, double>> curves = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, SortedDictionary<long, (string File, long Start)>> images = new(StringComparer.Ordinal);
    readonly SortedSet<string> problems = new(StringComparer.Ordinal);
    readonly List<string> unreadable = [];

    /// <summary>What is known now, for whoever shows it.</summary>
    /// <param name="name">What the folder is called.</param>
    /// <param name="tags">A part of the names of the tags whose curves are wanted.</param>
    public EventContent Content(string name, string tags) => new(name,
        curves.Where(curve => curve.Key.Contains(tags, StringComparison.OrdinalIgnoreCase)).ToDictionary(curve => curve.Key,
            curve => (curve.Value.Keys.Select(step => (double)step).ToArray(), curve.Value.Values.ToArray())),
        [.. images.Where(entry => entry.Value.Count > 0).Select(entry => (entry.Key, entry.Value.Keys.ToArray()))],
        [.. problems, .. unreadable]);

    /// <summary>The numbers of a tag by step.</summary>
    /// <exception cref="InputException">A file could not be read.</exception>
    public Dictionary<long, double> Curve(string tag) => unreadable is [.., var why] ? throw new InputException(why)
        : curves.TryGetValue(tag, out var curve) ? new(curve) : [];

    /// <summary>Reads what is new.</summary>
    public void Refresh()
    {
        string[] files = [];
        // What cannot be read now may be the next time; damage stays.
        unreadable.Clear();
        try
        {
            if (Directory.Exists(folder))
                files = [.. Directory.EnumerateFiles(folder, EventFile.Prefix + "*").Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder)) unreadable.Add($"The event files cannot be looked for: {e.Message}");
        }

        if (positions.Any(known => new FileInfo(known.Key) is var file && (!file.Exists || file.Length < known.Value)))
        {
            // Taken away, or another file of the same name: what was known is of none that is there.
            positions.Clear();
            curves.Clear();
            images.Clear();
            problems.Clear();
        }

        foreach (string path in files) Read(path);
    }

    /// <summary>The image of a tag and step; null if there is none.</summary>
    public byte[]? Image(string tag, long step)
    {
        if (!images.TryGetValue(tag, out var steps) || !steps.TryGetValue(step, out (string File, long Start) place))
            return null;
        try
        {
            using FileStream file = InputFile.OpenShared(place.File);
            file.Seek(place.Start, SeekOrigin.Begin);
            return EventRecord.Read(file, LongestRecord).FirstOrDefault() is { } record && EventSummary.Of(record) is { } summary
                ? summary.Images.FirstOrDefault(image => image.Tag == tag).Png : null;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    void Read(string path)
    {
        if (RunsFolder.RefusalOf(new FileInfo(path)) is { } refusal)
        {
            problems.Add(refusal);
            return;
        }

        try
        {
            using FileStream file = InputFile.OpenShared(path);
            long start = positions.GetValueOrDefault(path);
            file.Seek(start, SeekOrigin.Begin);
            foreach (byte[]? record in EventRecord.Read(file, longest,
                damage => problems.Add($"{Path.GetFileName(path)} {damage}")))
            {
                if (record is not null && EventSummary.Of(record) is { } summary) Take(summary, path, start);
                positions[path] = start = file.Position;
            }
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            unreadable.Add($"{Path.GetFileName(path)} cannot be read: {e.Message}");
        }
    }

    void Take(EventSummary summary, string file, long start)
    {
        if (summary.Begins)
        {
            foreach (SortedDictionary<long, double> curve in curves.Values) Forget(curve, summary.Step);
            foreach (var steps in images.Values) Forget(steps, summary.Step);
        }

        foreach ((string tag, double value) in summary.Numbers.Where(entry => only is null || entry.Tag == only))
            if (Room(curves, tag, summary.Step) is { } curve) curve[summary.Step] = value;
        foreach ((string tag, _) in only is null ? summary.Images : [])
            if (Room(images, tag, summary.Step) is { } steps) steps[summary.Step] = (file, start);
    }

    /// <summary>Where a tag's values are; null where there is no more room.</summary>
    SortedDictionary<long, T>? Room<T>(SortedDictionary<string, SortedDictionary<long, T>> all, string tag, long step)
    {
        if (!all.TryGetValue(tag, out SortedDictionary<long, T>? own))
        {
            if (all.Count >= MostTags)
            {
                problems.Add($"There are more than {Reports.Piece.N(MostTags)} tags; the others are not shown.");
                return null;
            }

            all[tag] = own = [];
        }

        if (own.Count < MostPoints || own.ContainsKey(step)) return own;
        problems.Add($"{tag} has more than {Reports.Piece.N(MostPoints)} points; the later ones are not shown.");
        return null;
    }

    static void Forget<T>(SortedDictionary<long, T> values, long from)
    {
        // Sessions seldom go back: the last is looked at first.
        if (values.Count == 0 || values.Keys.Last() < from) return;
        foreach (long later in values.Keys.Where(key => key >= from).ToArray()) values.Remove(later);
    }
}
