namespace Qdiff.Reports;

/// <summary>What a report may compute, and what it is told of.</summary>
public sealed record ReportOptions
{
    /// <summary>
    /// Whether samples are drawn for a denoising strip and compared with the training images: one tile through the sampler of the
    /// run's sheets, which takes about as long as three training steps of batch 128 and, where they are not given, the reading of
    /// the training images.
    /// </summary>
    public bool DrawsSamples { get; init; } = true;

    /// <summary>The images that the run learned from, if they are at hand; else they are read where the run says.</summary>
    public ImageSet? Training { get; init; }

    /// <summary>Is told what takes time while it does.</summary>
    public Action<string>? Doing { get; init; }

    /// <summary>Gives the command that does a run of this folder once more; null where the program that asks has none.</summary>
    public Func<string, string>? Repeat { get; init; }
}
