using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Qdiff.Evaluation;

/// <summary>Everything that determines a run's samples besides their number: weights, sampler, seed, classes.</summary>
public sealed record SampleRecipe
{
    SampleRecipe(string key, string name, string words) => (Key, Name, Words) = (key, name, words);

    /// <summary>Equal recipes, and only they, have equal keys; fit to name a folder.</summary>
    public string Key { get; }

    /// <summary>
    /// Fit to name a file of one run's samples: whatever determines them is in it, but what is as usual, and the values of the
    /// weights.
    /// </summary>
    public string Name { get; }

    /// <summary>The same for people: <c>ddim 50, seed 7, average weights of step 469</c>.</summary>
    public string Words { get; }

    /// <summary>The recipe of samples of these weights.</summary>
    /// <param name="classes">Sample i has class number i mod their count; empty for an unconditional network.</param>
    /// <param name="place">Of several networks that draw in turn, which this is.</param>
    /// <param name="of">How many they are.</param>
    public static SampleRecipe Create(TrainedRun trained, SamplingConfig sampling, IReadOnlyList<int> classes, int place = 0,
        int of = 1)
    {
        Sampler sampler = sampling.ToSampler(trained.Catalog, trained.Schedule);
        Sampler usual = trained.Catalog.Samplers[sampling.Sampler];
        int steps = sampler.Table(trained.Schedule).Count;
        PartSetting<Sampler>[] unusual = [.. sampler.Settings.Where(own => own.Read(sampler) != own.Read(usual))];
        string weights = trained.IsRaw ? "raw" : "average";
        string file = trained.WeightsFile is { } path ? Path.GetFileNameWithoutExtension(path) : "";
        // The weights themselves, not only their step: a run that was trained anew must not find the old samples.
        string numbers = WeightsName.Hash(trained);
        // A device's samples are equal to the processors' to rounding only.
        string device = trained.Catalog.Device is { } there ? $"-on-{Plain(there.Name)}" : "";
        string text = string.Create(CultureInfo.InvariantCulture,
            $"v3 {numbers} {sampler.Name} {steps} {sampler.Spacing} {OwnValues(sampler)} {sampler.Clip} {sampling.Seed} "
                + $"{sampling.Guidance:R} {(IsRescaled(sampling) ? sampling.Rescale : 0):R} [{string.Join(' ', classes)}]{Arithmetic.Key}{device}")
            + (trained.Catalog.Device is { } computes && computes.Arithmetic != computes.Name ? $" {computes.Arithmetic}" : "")
            + (of == 1 ? "" : Invariant($" {place} of {of}"))
            + (sampling.Calibration == 0 ? ""
                : Invariant($" calibrated {sampling.Calibration} {trained.Folder.Manifest.Data.Hash}"))
            + (sampling.MeanStart ? Invariant($" from mean {trained.Folder.Manifest.Data.Hash} {MeanStart.Below}") : "")
            + (sampler.Threshold is { } quantile ? Invariant($" threshold {quantile:R}") : "")
            + (IsGuidedEverywhere(sampling) ? "" : $" guided {Guided(sampling)}")
            // Other images than before it took such steps at first order.
            + (sampler is DpmSolverSampler && DpmSolverSampler.Limits(trained.Schedule, sampler.Table(trained.Schedule)) ? " limited"
                : "");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        string method = sampler.Name.Replace("+", "p");
        // The weights of a file are known by their values: the same name may hold others tomorrow.
        string origin = file.Length > 0 ? $"from-{Plain(file)}-{numbers[..8]}"
            : string.Create(CultureInfo.InvariantCulture, $"step-{trained.Step:000000}-{weights}");
        string name = string.Create(CultureInfo.InvariantCulture, $"{origin}-{method}-{steps}")
            + (sampler.Spacing == usual.Spacing || steps == trained.Schedule.Steps ? ""
                : $"-{sampler.Spacing.ToString().ToLowerInvariant()}")
            + string.Concat(unusual.Select(own => Invariant($"-{own.Name}-{own.Read(sampler)}")))
            + (sampler.Clip ? "" : "-unclipped")
            + (sampler.Threshold is { } clips ? Invariant($"-threshold-{clips}") : "")
            + (sampling.Guidance == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-guidance-{sampling.Guidance}"))
            + (IsRescaled(sampling) ? Invariant($"-rescale-{sampling.Rescale}") : "")
            + (IsGuidedEverywhere(sampling) ? "" : $"-guided-{Guided(sampling)}")
            + (sampling.Calibration == 0 ? "" : Invariant($"-calibrated-{sampling.Calibration}"))
            + (sampling.MeanStart ? "-from-mean" : "")
            + string.Create(CultureInfo.InvariantCulture, $"-seed-{sampling.Seed}") + device;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{origin}-{method}-{steps}-seed-{sampling.Seed}-{hash}"), name,
            string.Create(CultureInfo.InvariantCulture, $"{sampler.Name} {steps:N0}, seed {sampling.Seed}, ")
                + WeightsName.Of(trained)
                + Unusual(sampler, trained.Schedule, sampling, trained.Catalog)
                + (Arithmetic.Key is "" ? "" : $",{Arithmetic.Key}") + (trained.Catalog.Device is { } on ? $", on {on}" : ""));
    }

    /// <summary>What is not as usual in how samples are drawn, each behind a comma.</summary>
    internal static string Unusual(Sampler sampler, NoiseSchedule schedule, SamplingConfig sampling, Catalog catalog)
    {
        Sampler usual = catalog.Samplers[sampling.Sampler];
        return (sampler.Clip ? "" : ", not clipped")
            + (sampler.Threshold is { } quantile ? Invariant($", clipped at the quantile {quantile}") : "")
            + (sampler.Spacing == usual.Spacing || sampler.Table(schedule).Count == schedule.Steps ? ""
                : $", {sampler.Spacing.ToString().ToLowerInvariant()} spacing")
            + string.Concat(sampler.Settings.Where(own => own.Read(sampler) != own.Read(usual))
                .Select(own => Invariant($", {own.Name} {own.Read(sampler)}")))
            + (sampling.Guidance == 1 ? "" : Invariant($", guidance {sampling.Guidance}"))
            + (IsRescaled(sampling) ? Invariant($", rescaled {sampling.Rescale}") : "")
            + (IsGuidedEverywhere(sampling) ? "" : $", guided at timesteps {Guided(sampling)}")
            + (sampling.Calibration == 0 ? "" : Invariant($", calibrated with {sampling.Calibration:N0} images"))
            + (sampling.MeanStart ? ", from the mean image" : "");
    }

    static bool IsRescaled(SamplingConfig sampling) => sampling.Rescale != 0 && sampling.Guidance is not (0 or 1);

    static bool IsGuidedEverywhere(SamplingConfig sampling) =>
        sampling.Guidance is 0 or 1 || sampling.GuidanceFrom == 0 && sampling.GuidanceTo is null;

    /// <summary>The timesteps that are guided: <c>200-800</c>, or <c>200-on</c> to the last.</summary>
    static string Guided(SamplingConfig sampling) => Invariant($"{sampling.GuidanceFrom}-")
        + (sampling.GuidanceTo is { } to ? Invariant($"{to}") : "on");

    /// <summary>The values of the sampler's own settings; 0 stands for none.</summary>
    static string OwnValues(Sampler sampler) => sampler.Settings.Count == 0 ? "0"
        : string.Join(' ', sampler.Settings.Select(own => Invariant($"{own.Read(sampler):R}")));

    /// <summary>What of a name can be part of any file's name.</summary>
    static string Plain(string name) =>
        new([.. name.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')]);
}
