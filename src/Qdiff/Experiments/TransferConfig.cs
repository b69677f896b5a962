namespace Qdiff;

/// <summary>Starting a network from another run's weights: every parameter of the same name and shape is copied.</summary>
/// <remarks>De Falco et al., arXiv 2402.16147: a classical network for 19 (18) epochs, then a hybrid one for 1 (2)
/// more.</remarks>
public sealed record TransferConfig
{
    /// <summary>The run folder that weights are copied from; null for none. <c>train --from</c> goes before.</summary>
    public string? From { get; init; }

    /// <summary>The name of the source run that <c>qdiff transfer</c> trains first; null for none.</summary>
    public string? Source { get; init; }

    /// <summary>The source's model.</summary>
    public string SourceModel { get; init; } = "unet";

    /// <summary>The source's steps.</summary>
    public int SourceSteps { get; init; }

    /// <summary>Steps that the run goes on from; 0 where it begins anew.</summary>
    internal int StepsBefore => Source is null ? 0 : SourceSteps;

    /// <summary>Copy the running average instead of the weights as the optimiser left them (which is what the released code
    /// copies).</summary>
    public bool CopyAverage { get; init; }

    /// <summary>
    /// Count the average's steps on from the source, as the released code does: it then never copies and keeps most of the new
    /// weights' random beginnings. By default the average starts anew.
    /// </summary>
    public bool KeepAverageCount { get; init; }

    /// <summary>
    /// Number the draws on from the source's own steps, as the released code does: data order, timesteps and noise are those that
    /// a run without a transfer would have next. By default they start anew, so the network sees those of the source's first
    /// steps once more.
    /// </summary>
    public bool ContinueDraws { get; init; }

    /// <summary>Parameters whose names start with one of these are not copied: the papers leave out the vertex,
    /// <c>mid</c>.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Parameters whose names start with one of these stay as they were copied.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];
}
