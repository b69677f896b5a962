namespace Qdiff.Evaluation;

/// <summary>
/// A metric of samples: an entry of <see cref="EvaluationCatalog.Metrics"/>. It says what it needs, what its protocol holds and
/// which numbers of samples it refuses, and computes its value with a 95 % interval. Everything else (what real images get,
/// class by class, means over seeds, tables, charts, files) is done by whoever evaluates and compares, for all metrics alike. Its
/// own settings are properties of the record.
/// </summary>
public abstract record Metric : IPart
{
    static string IPart.Kind => "metric";

    /// <summary>What presets, options and protocols call it: <c>fid</c>. No blanks, <c>/</c> or <c>=</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Raised when the same samples come to another value than before: other versions do not compare.</summary>
    public virtual int Version => 1;

    /// <summary>The version for so many samples, where only some numbers of them come to another value.</summary>
    internal virtual int VersionFor(int samples) => Version;

    /// <summary>Which values are better.</summary>
    public virtual MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <summary>The least value that it can have, where charts end; null if there is none.</summary>
    public virtual double? Lowest => null;

    /// <summary>The greatest value that it can have; null if there is none.</summary>
    public virtual double? Highest => null;

    /// <summary>What it is computed from besides the features of the samples.</summary>
    public virtual MetricNeeds Needs => MetricNeeds.Reference;

    /// <summary>Whether it is measured on the trained network itself, not on its samples.</summary>
    internal virtual bool IsOfNetwork => false;

    /// <summary>The value of these samples, with its interval where <see cref="MetricInput.WantsInterval"/> asks for
    /// one.</summary>
    /// <exception cref="InputException">The samples do not bear the metric.</exception>
    public abstract MetricEstimate Measure(MetricInput input);

    /// <summary>Adds the metric's own settings to its protocol, which already says what is measured, in what, on how
    /// many.</summary>
    protected virtual Protocol Describe(Protocol protocol) => protocol;

    /// <summary>Refuses a protocol whose samples do not bear the metric.</summary>
    /// <exception cref="InputException">With the reason, and what to do instead.</exception>
    protected virtual void Check(Protocol protocol)
    {
    }

    /// <summary>The protocol of a measurement of which everything but the metric's own is known, checked.</summary>
    /// <exception cref="InputException">
    /// Too few samples for the metric, or a name that would garble the protocol's text.
    /// </exception>
    internal Protocol ProtocolOf(Protocol measured)
    {
        Protocol own = measured with { Metric = Name, Version = VersionFor(measured.GeneratedCount) };
        if ((Needs & (MetricNeeds.Reference | MetricNeeds.Training)) == 0)
            own = own with { RealCount = 0, Split = "none", Reference = "none" };
        Protocol protocol = Describe(own);
        protocol.Check();
        Check(protocol);
        return protocol;
    }

    /// <summary>Its settings in words, whatever it is measured on, in its version for so many samples.</summary>
    internal string SettingsFor(int samples) => Describe(new()
    {
        Metric = Name,
        Version = VersionFor(samples),
        Features = "any",
        RealCount = int.MaxValue,
        GeneratedCount = int.MaxValue,
    }).ToString();

    /// <summary>
    /// Whether each class can be measured by itself. Accuracy is about the classes already, and copies are looked for among all
    /// training images.
    /// </summary>
    internal bool FitsOneClass => !IsOfNetwork && (Needs & (MetricNeeds.Labels | MetricNeeds.Training)) == 0;
}
