namespace Qdiff;

/// <summary>
/// Declares the settings of one record of the configuration: its name in files and where it stands in the whole.
/// </summary>
sealed class SettingGroup<TRecord>(string prefix, Func<ExperimentConfig, TRecord> get,
    Func<ExperimentConfig, TRecord, ExperimentConfig> set)
{
    public TRecord Get(ExperimentConfig config) => get(config);

    public ExperimentConfig Set(ExperimentConfig config, TRecord record) => set(config, record);

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

    /// <summary>
    /// A setting that names a circuit of the catalog or a file, which is read when its name is, from the folder of the file that
    /// names it.
    /// </summary>
    public Setting AddCircuit(string key, string summary, Catalog catalog, Func<TRecord, CircuitConfig> read,
        Func<TRecord, string?, CircuitFile?, TRecord> write)
    {
        SettingType<string?> type = SettingType.OptionalReference(SettingType.Text with
        {
            Expected = $"one of {string.Join(", ", catalog.Circuits.Names)}, the path of an OpenQASM file, or "
            + $"{CircuitConfig.None}"
        });
        return new(prefix + key, summary, type.Expected, catalog.Circuits.Names,
            config => type.Format(read(get(config)).Circuit), (config, given) =>
            {
                if (!type.TryParse(given, out string? name)) return null;
                CircuitFile? file = name is null or CircuitConfig.None || catalog.Circuits.Contains(name) ? null
                    : given.CircuitFile(name);
                return file is not null || name is null or CircuitConfig.None || catalog.Circuits.Contains(name)
                    ? set(config, write(get(config), name, file)) : null;
            })
        { Identity = config => read(get(config)).Identity };
    }

    /// <summary>A setting that names the noise of a device: a file, found as circuits are, or what comes with the
    /// library.</summary>
    public Setting AddNoise(string key, string summary, Func<TRecord, NoiseFile?> read,
        Func<TRecord, NoiseFile?, TRecord> write)
    {
        SettingType<string?> type = SettingType.OptionalReference(SettingType.Text with
        { Expected = $"one of {string.Join(", ", NoiseFile.Presets)}, or the path of a noise file" });
        return new(prefix + key, summary, type.Expected, NoiseFile.Presets, config => type.Format(read(get(config))?.Name),
            (config, given) => type.TryParse(given, out string? name)
                ? set(config, write(get(config), name is null ? null : given.NoiseFile(name))) : null)
        { Identity = config => read(get(config)) is { } noise ? $"sha256:{noise.Hash}" : null };
    }
}
