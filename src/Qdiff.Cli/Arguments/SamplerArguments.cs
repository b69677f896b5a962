using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The options that choose how samples are drawn step by step, for verbs that draw some.</summary>
sealed class SamplerArguments(Catalog catalog)
{
    readonly Option<string?> sampler = new("--sampler")
    { Description = $"{Words.Or(catalog.Samplers.Names)}; the configuration's by default." };
    readonly Option<TimestepSpacing?> spacing = new("--spacing")
    { Description = "Which timesteps are visited, if not all; the sampler's usual by default." };
    readonly Option<bool> noClip = new("--no-clip")
    { Description = "Do not keep estimates of images within the range of pixels." };
    readonly Option<double?> threshold = new("--threshold")
    {
        Description = "Clip each sample at this quantile of its own size, where that is beyond the range of pixels, and scale it "
            + "back into it: 0 to 1, 0.995 is usual.",
    };
    readonly Option<double?> eta = new("--eta")
    { Description = "Share of fresh noise of ddim: 0 draws none after the first, 1 as much as ddpm." };
    readonly Option<double?> variance = new("--variance")
    { Description = "Noise of ddpm: 0 has the posterior's variance, as the released code, 1 has beta, as the papers write." };

    /// <summary>All.</summary>
    public Option[] Options => [sampler, spacing, noClip, threshold, eta, variance];

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
        config = config with { Spacing = parsed.GetValue(spacing) ?? config.Spacing };
        return Own(parsed, variance, Own(parsed, eta, Clipping(parsed, config)));
    }

    /// <summary>How estimates are clipped; either option goes before what the configuration says of both.</summary>
    SamplingConfig Clipping(ParseResult parsed, SamplingConfig config)
    {
        bool free = parsed.GetValue(noClip);
        if (parsed.GetValue(threshold) is not { } quantile)
            return free ? config with { Clip = false, Threshold = null } : config;
        if (free) throw new InputException("--no-clip and --threshold: a threshold says how estimates are clipped; give one.");
        return quantile is >= 0 and <= 1 ? config with { Clip = true, Threshold = quantile }
            : throw new InputException(FormattableString.Invariant($"--threshold {quantile}: it goes from 0 to 1, usually ")
                + "0.995.");
    }

    /// <summary>With another value of a setting that the sampler alone has, called as the option is.</summary>
    SamplingConfig Own(ParseResult parsed, Option<double?> option, SamplingConfig config)
    {
        if (parsed.GetValue(option) is not { } value) return config;
        string key = option.Name["--".Length..];
        PartSetting<Sampler> setting = Of(config.Sampler) ?? throw new InputException(
            FormattableString.Invariant($"{option.Name} {value}: the sampler {config.Sampler} has no {key}; add --sampler ")
            + Words.Or([.. catalog.Samplers.Names.Where(other => Of(other) is not null)]) + ".");
        return setting.Allows(value) ? config with { OfSampler = config.OfSampler.With(key, value) }
            : throw new InputException(
                FormattableString.Invariant($"{option.Name} {value}: it must be {setting.Type.Expected}."));

        PartSetting<Sampler>? Of(string name) => catalog.Samplers[name].Settings.FirstOrDefault(own => own.Name == key);
    }
}
