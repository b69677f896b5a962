using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The options of classifier-free guidance, for verbs that draw samples.</summary>
sealed class GuidanceArguments
{
    readonly Option<double?> guidance = new("--guidance")
    { Description = "Scale of classifier-free guidance: 1 conditional, 0 unconditional, above 1 more of the class." };
    readonly Option<double?> rescale = new("--rescale")
    { Description = "How far guided samples are brought back to the conditional deviation, 0 to 1." };
    readonly Option<int?> from = new("--guidance-from")
    { Description = "Least noisy timestep that is guided; the conditional network alone is called below it." };
    readonly Option<int?> to = new("--guidance-to")
    { Description = "Noisiest timestep that is guided; the conditional network alone is called above it." };

    /// <summary>All.</summary>
    public Option[] Options => [guidance, rescale, from, to];

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in Options) verb.Add(option);
    }

    /// <summary>The configuration with what was said instead.</summary>
    /// <param name="timesteps">How many the schedule has.</param>
    public SamplingConfig Apply(ParseResult parsed, SamplingConfig config, int timesteps)
    {
        config = config with
        {
            Guidance = parsed.GetValue(guidance) ?? config.Guidance,
            Rescale = parsed.GetValue(rescale) ?? config.Rescale,
            GuidanceFrom = parsed.GetValue(from) ?? config.GuidanceFrom,
            GuidanceTo = parsed.GetValue(to) ?? config.GuidanceTo,
        };
        if (config.GuidanceFrom < 0)
            throw new InputException($"--guidance-from {config.GuidanceFrom}: timesteps count from 0.");
        if (config.GuidanceTo < config.GuidanceFrom)
            throw new InputException($"--guidance-to {config.GuidanceTo}: it is below the {config.GuidanceFrom} where guidance "
                + "begins (--guidance-from).");
        if (config.GuidanceFrom >= timesteps)
            throw new InputException($"--guidance-from {config.GuidanceFrom}: the schedule has timesteps 0 to {timesteps - 1}.");
        if (config.Guidance is 0 or 1 && (parsed.GetValue(from) ?? parsed.GetValue(to)) is not null)
            throw new InputException("--guidance-from and --guidance-to say which timesteps are guided, and at scale "
                + $"{config.Guidance} none is; add for example --guidance 2.");
        if (!(Math.Abs(config.Guidance) <= 100))
            throw new InputException($"--guidance {config.Guidance}: give a number from -100 to 100, usually 1 to 5.");
        if (!(config.Rescale is >= 0 and <= 1))
            throw new InputException($"--rescale {config.Rescale}: it goes from 0 (not at all) to 1.");
        return config.Guidance is 0 or 1 && parsed.GetValue(rescale) is > 0
            ? throw new InputException($"--rescale is of guided samples, and at scale {config.Guidance} none is; add for example "
                + "--guidance 2.")
            : config;
    }
}
