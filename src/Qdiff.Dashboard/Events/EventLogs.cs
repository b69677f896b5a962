namespace Qdiff.Dashboard;

/// <summary>The event folders that somebody looks at. What is kept can be forgotten at any time. Safe to share.</summary>
/// <param name="most">How many are kept.</param>
/// <param name="only">The one tag of which numbers are kept; null for all that is there.</param>
sealed class EventLogs(int most, string? only = null)
{
    readonly Dictionary<string, (EventLog Log, long Asked)> logs = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    long asked;

    /// <summary>Uses the log of a folder as its files are now.</summary>
    public T Use<T>(string folder, Func<EventLog, T> use)
    {
        EventLog log;
        lock (gate)
        {
            log = logs.TryGetValue(folder, out (EventLog Log, long Asked) known) ? known.Log : new(folder, only);
            logs[folder] = (log, asked++);
            if (logs.Count > most) logs.Remove(logs.MinBy(entry => entry.Value.Asked).Key);
        }

        lock (log)
        {
            log.Refresh();
            return use(log);
        }
    }
}
