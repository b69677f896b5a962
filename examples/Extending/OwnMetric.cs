using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Examples;

/// <summary>A metric of one's own: <c>evaluate RUN --metrics fid,sliced</c>.</summary>
static class OwnMetric
{
    /// <summary>
    /// The sliced Wasserstein distance: features are projected onto random directions, and in one dimension the distance of two
    /// sets is that of their sorted values.
    /// </summary>
    /// <remarks>Rabin et al. 2011, "Wasserstein barycenter and its application to texture mixing".</remarks>
    sealed record SlicedDistance : Metric
    {
        public int Directions { get; init; } = 32;

        public override string Name => "sliced";

        protected override Protocol Describe(Protocol protocol) => protocol.With("directions", Directions);

        public override MetricEstimate Measure(MetricInput input) => input.ByHalves(part =>
            Enumerable.Range(0, Directions).Average(i =>
            {
                var direction = new float[part.Generated.Features.Width];
                new RandomStream(input.Seed, "sliced distance", i).FillNormal(direction);
                double[] made = Projected(part.Generated.Features, direction),
                    real = Projected(part.Reference.Features, direction);
                // Sets of different size: the quantiles of both at as many places as the smaller one has.
                int count = Math.Min(made.Length, real.Length);
                return Enumerable.Range(0, count).Average(q =>
                    Math.Abs(made[Place(q, made.Length)] - real[Place(q, real.Length)]));

                // In 64 bits: sets of 50,000 samples are usual.
                int Place(int q, int length) => (int)((2L * q + 1) * length / (2L * count));
            }));

        static double[] Projected(FeatureSet features, float[] direction)
        {
            double length = Math.Sqrt(direction.Sum(x => (double)x * x));
            var row = new double[features.Width];
            var values = new double[features.Count];
            for (int i = 0; i < values.Length; i++)
            {
                features.CopyTo(i, 0, row);
                for (int k = 0; k < row.Length; k++) values[i] += row[k] * direction[k] / length;
            }

            Array.Sort(values);
            return values;
        }
    }

    public static int Main(string[] args) =>
        QdiffTool.Run(args, Papers.Catalog with { Metrics = [.. Papers.Catalog.Metrics, new SlicedDistance()] });
}
