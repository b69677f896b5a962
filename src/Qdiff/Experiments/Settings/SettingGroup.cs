namespace Qdiff;

/// <summary>
/// Declares the settings of one record of the configuration: its name in files and where it stands in the whole.
/// </summary>
sealed class SettingGroup<TRecord>(string prefix, Func<ExperimentConfig, TRecord> get,
    Func<ExperimentConfig, TRecord, ExperimentConfig> set)
{
    public Setting Add<T>(string key, string summary, SettingType<T> type, Func<TRecord, T> read,
        Func<TRecord, T, TRecord> write) => new(
        prefix + key, summary, type.Expected, type.Names,
        config => type.Format(read(get(config))),
        (config, given) => type.TryParse(given, out T? value) ? set(config, write(get(config), value)) : null);
}
