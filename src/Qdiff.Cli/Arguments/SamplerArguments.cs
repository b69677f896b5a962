using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The options that choose how samples are drawn step by step, for verbs that draw some.</summary>
sealed class SamplerArguments(Catalog catalog)
{
    /// <summary>The key of the setting that <c>--eta</c> gives another value.</summary>
    const string EtaKey = "eta";

    readonly Option<string?> sampler = new("--sampler")
    { Description = $"{Words.Or(catalog.Samplers.Names)}; the configuration's by default." };
    readonly Option<double?> eta = new("--" + EtaKey)
    { Description = "Share of fresh noise of ddim: 0 draws none after the first, 1 as much as ddpm." };

    /// <summary>Both.</summary>
    public Option[] Options => [sampler, eta];

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in Options) verb.Add(option);
    }

    /// <summary>The configuration with what was said instead.</summary>
    /// <exception cref="InputException">There is no such sampler, or it has no such setting.</exception>
    public SamplingConfig Apply(ParseResult parsed, SamplingConfig config)
    {
        if (parsed.GetValue(sampler) is { } name) config = config.With(catalog.Samplers[name].Name);
        if (parsed.GetValue(eta) is not { } value) return config;
        PartSetting<Sampler> setting = Own(config.Sampler) ?? throw new InputException(
            FormattableString.Invariant($"--eta {value}: the sampler {config.Sampler} has no eta; add --sampler ")
            + Words.Or([.. catalog.Samplers.Names.Where(other => Own(other) is not null)]) + ".");
        return setting.Allows(value) ? config with { OfSampler = config.OfSampler.With(EtaKey, value) }
            : throw new InputException(FormattableString.Invariant($"--eta {value}: it must be {setting.Type.Expected}."));
    }

    PartSetting<Sampler>? Own(string name) => catalog.Samplers[name].Settings.FirstOrDefault(own => own.Name == EtaKey);
}
