namespace Qdiff.Dashboard;

/// <summary>The event folders that somebody looks at. What is kept can be forgotten at any time. Safe to share.</summary>
sealed class EventLogs
{
    const int MostLogs = 16;

    readonly Dictionary<string, (EventLog Log, long Asked)> logs = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    long asked;

    /// <summary>Uses the log of a folder as its files are now.</summary>
    public T Use<T>(string folder, Func<EventLog, T> use)
    {
        EventLog log;
        lock (gate)
        {
            log = logs.TryGetValue(folder, out (EventLog Log, long Asked) known) ? known.Log : new(folder);
            logs[folder] = (log, asked++);
            if (logs.Count > MostLogs) logs.Remove(logs.MinBy(entry => entry.Value.Asked).Key);
        }

        lock (log)
        {
            log.Refresh();
            return use(log);
        }
    }
}
