using Qdiff;
using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Papers;

namespace Examples;

/// <summary>
/// A metric of one's own: <c>evaluate RUN --metrics fid,contrast</c>. Its interval, its value of real images, and its rows in tables,
/// comparisons and charts come with the base.
/// </summary>
static class OwnMetric
{
    /// <summary>How far the mean contrast of the samples is from that of real images, in grey levels.</summary>
    sealed record Contrast : Metric
    {
        public override string Name => "contrast";

        public override MetricNeeds Needs => MetricNeeds.Reference | MetricNeeds.Images;

        public override MetricEstimate Measure(MetricInput input) =>
            input.ByHalves(part => Math.Abs(Mean(part.Generated.Images!) - Mean(part.Reference.Images!)));

        static double Mean(ImageSet images) => Enumerable.Range(0, images.Count).Average(i =>
        {
            byte[] pixels = images.Image(i).ToArray();
            return Math.Sqrt(pixels.Average(pixel => (double)pixel * pixel) - Math.Pow(pixels.Average(pixel => pixel), 2));
        });
    }

    public static int Main(string[] args) =>
        QdiffTool.Run(args, Papers.Catalog with { Metrics = [.. Papers.Catalog.Metrics, new Contrast()] });
}
