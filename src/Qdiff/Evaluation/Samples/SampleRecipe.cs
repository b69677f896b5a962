using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Qdiff;

/// <summary>Everything that determines a run's samples besides their number: weights, sampler, seed, classes.</summary>
public sealed record SampleRecipe
{
    SampleRecipe(string key, string words) => (Key, Words) = (key, words);

    /// <summary>Equal recipes, and only they, have equal keys; fit to name a folder.</summary>
    public string Key { get; }

    /// <summary>The same for people: <c>ddim 50, seed 7, average weights of step 469</c>.</summary>
    public string Words { get; }

    /// <summary>The recipe of samples of these weights.</summary>
    /// <param name="classes">Sample i has class number i mod their count; empty for an unconditional network.</param>
    public static SampleRecipe Of(TrainedRun trained, SamplingConfig sampling, bool raw, IReadOnlyList<int> classes)
    {
        Sampler sampler = sampling.ToSampler(trained.Schedule);
        int steps = sampler.Table(trained.Schedule).Count;
        string weights = raw ? "raw" : "average";
        // The numbers themselves, not only their step: a run that was trained anew must not find the old samples.
        string numbers = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(trained.Weights.Values)));
        string text = string.Create(CultureInfo.InvariantCulture,
            $"v1 {numbers} {sampler.Method} {steps} {sampler.Spacing} {sampler.Eta:R} {sampler.Clip} {sampling.Seed} "
                + $"{sampling.Guidance:R} {sampling.Rescale:R} [{string.Join(' ', classes)}]{Arithmetic.Key}");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        string method = sampler.Method.Replace("+", "p");
        return new(
            string.Create(CultureInfo.InvariantCulture,
                $"step-{trained.Step:000000}-{weights}-{method}-{steps}-seed-{sampling.Seed}-{hash}"),
            string.Create(CultureInfo.InvariantCulture,
                $"{sampler.Method} {steps:N0}, seed {sampling.Seed}, {weights} weights of step {trained.Step:N0}"
                    + $"{(sampler.Clip ? "" : ", not clipped")}{(sampler.Eta == 0 ? "" : Invariant($", eta {sampler.Eta}"))}"
                    + $"{(sampling.Guidance == 1 ? "" : Invariant($", guidance {sampling.Guidance}"))}"
                    + $"{(sampling.Rescale == 0 ? "" : Invariant($", rescaled {sampling.Rescale}"))}")
                    + (Arithmetic.Key is "" ? "" : $",{Arithmetic.Key}"));
    }
}
