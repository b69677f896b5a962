using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>What <c>evaluate</c> takes to measure a network by shots and under noise.</summary>
sealed class StudyArguments
{
    const int MostShots = 1_000_000, MostSeeds = 1000;

    readonly Option<string?> shots = new("--shots")
    { Description = "Read the circuits by so many shots, one number or several such as 100,1000,10000, beside exactly." };
    readonly Option<string[]> noise = new("--noise")
    {
        Description = $"Noise of a device: a YAML file, or one of {string.Join(", ", NoiseFile.Presets)}. May be repeated.",
        DefaultValueFactory = _ => [],
    };
    readonly Option<int> seeds = new("--noise-seeds")
    {
        Description = "With --shots or --noise: how often all is repeated with other seeds.",
        DefaultValueFactory = _ => NoiseStudy.FewestSeeds,
    };
    readonly Option<double> rate = new("--rate")
    {
        Description = "With --shots or --noise: shots a second of the device that times are said of.",
        DefaultValueFactory = _ => 1000,
    };

    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[shots, noise, seeds, rate]) verb.Add(option);
    }

    /// <summary>Whether shots or noise are asked for.</summary>
    /// <exception cref="InputException">An option that only goes with them was given alone.</exception>
    public bool AreGiven(ParseResult parsed)
    {
        if (parsed.GetValue(shots) is not null || parsed.GetValue(noise) is { Length: > 0 }) return true;
        return parsed.FirstGiven(seeds, rate) is { } alone
            ? throw new InputException($"{alone.Name} is of --shots or --noise; give one of them too.") : false;
    }

    /// <summary>The study that is asked for.</summary>
    public NoiseStudy Study(ParseResult parsed, int samples, SamplingConfig sampling)
    {
        if (parsed.GetValue(seeds) is < NoiseStudy.FewestSeeds or > MostSeeds)
            throw new InputException($"--noise-seeds {parsed.GetValue(seeds)}: take {NoiseStudy.FewestSeeds} to {MostSeeds}.");
        if (!(parsed.GetValue(rate) is > 0 and <= 1e12))
            throw new InputException(FormattableString.Invariant($"--rate {parsed.GetValue(rate)}: shots a second are above 0."));
        NoiseFile[] noises = [.. (parsed.GetValue(noise) ?? []).Select(NoiseFile.Read)];
        return new()
        {
            Shots = [.. Numbers(parsed.GetValue(shots)).Distinct().Order()],
            Noises = noises.Length > 0 ? noises : [NoiseFile.Read("ideal")],
            Seeds = parsed.GetValue(seeds),
            Samples = samples,
            Sampling = sampling,
            Rate = parsed.GetValue(rate),
        };
    }

    static IEnumerable<int> Numbers(string? list) => list is null ? [] : list.Split(',').Select(text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostShots
            ? number
            : throw new InputException(FormattableString.Invariant(
                $"--shots {list}: give whole numbers from 1 to {MostShots:N0}, such as 100,1000,10000.")));

    /// <summary>Draws, measures, prints, and keeps what was found in <c>noise.json</c> beside the run's metrics.</summary>
    /// <param name="replace">Whether an earlier study, which may have taken hours, may go.</param>
    public void Run(ParseResult parsed, RunFolder folder, TrainedRun trained, RunEvaluation evaluation, EvaluationOptions options,
        bool replace, CancellationToken cancellationToken)
    {
        if (Ranks.Processes.Size > 1)
            throw new InputException("--shots and --noise are simulated by one process here; start it alone.");
        string kept = folder.PathOf(NoiseStudyResult.FileName);
        if (File.Exists(kept) && !replace)
            throw new InputException($"{kept} holds an earlier measurement by shots; keep it under another name, or replace it "
                + "with --force.");
        ExperimentConfig config = folder.Experiment.Config;
        ClassChoice choice = ClassChoice.Create(trained.Network, folder.Manifest.Data, []);
        NoiseStudy study = Study(parsed, evaluation.Samples ?? config.Evaluation.Samples
            ?? options.Preset.GeneratedCount * (options.Preset.PerClass ? Math.Max(1, choice.Labels.Count) : 1),
            evaluation.Sampling ?? config.Sampling);
        foreach (NoiseFile file in study.Noises) new CircuitMeasurement { Noise = file.Model }.Require(trained.Network);
        RealImages real = RealImages.For(config.Data.In(evaluation.DataFolder), folder.Experiment.Catalog, options.Preset,
            study.Samples, options.Split, options.Seed, labels: choice.LabelsOf(study.Samples));
        NoiseStudyResult result = study.Run(trained, real, options, cancellationToken);
        IOException? notKept = null;
        try
        {
            WholeFile.Write(kept, stream => JsonSerializer.Serialize(stream, result, RunJson.File), makeFolder: true);
        }
        catch (IOException e)
        {
            notKept = e;
        }

        // What took hours is shown even where it cannot be kept.
        if (parsed.GetValue<bool>(Tool.Json)) Print.Json(result);
        else
        {
            Print.Line(result.ToText());
            if (notKept is null) Print.Line($"\nkept in {kept}");
        }

        if (notKept is not null) throw notKept;
    }
}
