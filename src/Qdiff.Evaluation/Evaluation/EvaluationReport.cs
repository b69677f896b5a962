using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Qdiff.Evaluation;

/// <summary>What an evaluation found: metrics, what could not be measured, and what to know of both. An entry of
/// <c>metrics.json</c>.</summary>
public sealed partial record EvaluationReport
{
    /// <summary>Of the same samples and protocol; a repeated evaluation replaces the earlier one.</summary>
    public required string Key { get; init; }

    /// <summary>What was evaluated: a run and its sampler, or a file and how it was read.</summary>
    public required string Subject { get; init; }

    /// <summary>How samples of a run were drawn, whatever the step: sampler, seed, kind of weights.</summary>
    internal string HowDrawn => StepOf.Replace(Subject[(Subject.IndexOf(", ", StringComparison.Ordinal) + 1)..].Trim(), "");

    [GeneratedRegex(@"(?: of)? ?\bstep [\d,]+")]
    static partial Regex StepOf { get; }

    /// <summary>The step of the checkpoint; null for samples of another program.</summary>
    public long? Step { get; init; }

    /// <summary>Number of samples; 0 where only the network itself was measured.</summary>
    public required int Samples { get; init; }

    /// <summary>The preset's name.</summary>
    public required string Preset { get; init; }

    /// <summary>The metrics in the preset's order; class by class with the mean over classes before.</summary>
    public required IReadOnlyList<MeasuredMetric> Metrics { get; init; }

    /// <summary>What the preset asks for and could not be measured.</summary>
    public required IReadOnlyList<MissingMetric> Missing { get; init; }

    /// <summary>What a reader should know.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>How the machine computes that measured; null in files of earlier versions.</summary>
    public Arithmetic? Arithmetic { get; init; }

    /// <summary>The numbers behind the metric memorisation.</summary>
    public Memorisation? Memorisation { get; init; }

    /// <summary>The same of real images that cannot have been copied, in the place of samples; null where that was not measured,
    /// and in files of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Memorisation? UnseenMemorisation { get; init; }

    /// <summary>What the exchange score is to be read beside, in words: where copies begin. Where unseen images are not at home
    /// around 0, whatever learned the law of the training images scores above them, copied or not.</summary>
    internal string CopiesBegin => UnseenMemorisation switch
    {
        null => Invariant($"above {Memorisation.Beyond:F0}: copies, if both kinds of images are alike"),
        { ExchangeScore: var unseen } when Math.Abs(unseen) > Memorisation.Beyond => Invariant($"unseen images: {unseen:F1}; ")
            + "training and held-out images differ, so no score says copies by itself",
        { ExchangeScore: var unseen } => Invariant(
            $"unseen images: {unseen:F1}; above {unseen + Memorisation.Beyond:F1}: copies"),
    };

    /// <summary>The denoising loss in parts of the schedule, the least noisy first; null where it was not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LossAtNoise>? LossByNoise { get; init; }

    /// <summary>Another network's denoising loss beside this one's, if it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LossBeside? Beside { get; init; }

    /// <summary>The Fréchet distance over the number of samples, if it was asked for.</summary>
    public FidBiasCurve? BiasCurve { get; init; }

    /// <summary>The value of this metric in the preset's own features over all classes; null if it was not measured.</summary>
    public MetricValue? this[string metric] =>
        Metrics.FirstOrDefault(m => m.Value.Protocol.Metric == metric && m.Class is null)?.Value;

    /// <summary>The report for a terminal.</summary>
    public string ToText() => EvaluationText.Of(this);
}
