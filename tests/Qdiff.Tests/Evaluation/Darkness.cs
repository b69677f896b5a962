using Qdiff.Evaluation;

/// <summary>A metric of one's own: how far the samples' mean brightness is from that of real images, in grey levels.</summary>
sealed record Darkness : Metric
{
    public override string Name => "darkness";

    public override int Version => 2;

    public override MetricNeeds Needs => MetricNeeds.Reference | MetricNeeds.Images;

    public double Scale { get; init; } = 1;

    public override MetricEstimate Measure(MetricInput input) =>
        input.ByHalves(part => Scale * Math.Abs(Mean(part.Generated) - Mean(part.Reference)));

    protected override Protocol Describe(Protocol protocol) => protocol.With("scale", Scale);

    static double Mean(ImageFeatures set) => Enumerable.Range(0, set.Count).Average(i =>
    {
        long sum = 0;
        foreach (byte pixel in set.Images!.Image(i)) sum += pixel;
        return (double)sum / set.Images.Shape.Count;
    });
}
