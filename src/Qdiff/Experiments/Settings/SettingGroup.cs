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

    /// <summary>A setting for each key that a part of a list has of its own.</summary>
    public IEnumerable<Setting> AddOwn<TPart>(Parts<TPart> parts, Func<TRecord, OwnSettings> read,
        Func<TRecord, OwnSettings, TRecord> write) where TPart : IConfigurable<TPart> =>
        from part in parts
        from setting in part.Settings
        group (part.Name, setting) by setting.Name into same
        select Add(same.Key,
            $"{same.First().setting.Summary} of {string.Join(" or ", same.Select(owner => owner.Name))}; null as usual",
            SettingType.Optional(SettingType.AnyOf([.. same.Select(owner => owner.setting.Type)])),
            record => read(record)[same.Key],
            (record, value) => write(record, read(record).With(same.Key, value)));
}
