using Qdiff;
using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Papers;

namespace Examples;

/// <summary>Features of one's own, and a preset that measures in them: <c>evaluate RUN --preset edges</c>.</summary>
/// <remarks>Dalal and Triggs 2005, "Histograms of oriented gradients for human detection", without their blocks.</remarks>
static class OwnFeatureNetwork
{
    const int Cells = 4, Directions = 8;

    /// <summary>How much of each cell of the first channel changes in which direction.</summary>
    static float[] Edges(ImageSet images, int number)
    {
        ReadOnlySpan<byte> pixels = images.Image(number);
        (int height, int width) = (images.Height, images.Width);
        var histogram = new float[Cells * Cells * Directions];
        for (int y = 1; y < height - 1; y++)
            for (int x = 1; x < width - 1; x++)
            {
                float dx = pixels[y * width + x + 1] - pixels[y * width + x - 1];
                float dy = pixels[(y + 1) * width + x] - pixels[(y - 1) * width + x];
                int direction = (int)((MathF.Atan2(dy, dx) / MathF.Tau + 1) * Directions) % Directions;
                int cell = y * Cells / height * Cells + x * Cells / width;
                histogram[cell * Directions + direction] += MathF.Sqrt(dx * dx + dy * dy) / (255 * height * width);
            }

        return histogram;
    }

    public static int Main(string[] args)
    {
        FeatureNetwork edges = FeatureNetwork.Create("edges", width: Cells * Cells * Directions, identity: "1",
            images => [.. Enumerable.Range(0, images.Count).SelectMany(i => Edges(images, i))]);
        return QdiffTool.Run(args, Papers.Catalog with
        {
            FeatureNetworks = [.. Papers.Catalog.FeatureNetworks, edges],
            Presets =
            [
                .. Papers.Catalog.Presets,
                EvaluationPreset.Domain with
                {
                    Name = "edges",
                    Note = "Distances in directions of edges, which need no training.",
                    Features = edges.Name,
                    Metrics = [new FidMetric(), new KidMetric { SubsetSize = 1000 }, new PrecisionMetric(), new RecallMetric()],
                },
            ],
        });
    }
}
