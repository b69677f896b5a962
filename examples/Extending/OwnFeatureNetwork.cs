using Qdiff;
using Qdiff.Cli;
using Qdiff.Evaluation;
using Qdiff.Papers;

namespace Examples;

/// <summary>
/// Features of one's own to measure FID, KID and the rest in: <c>evaluate RUN --features quarters --metrics fid,kid</c>. A network
/// that is read from a file is a class derived from <see cref="FeatureNetwork"/> in the same place.
/// </summary>
static class OwnFeatureNetwork
{
    const int Cells = 4;

    /// <summary>The mean brightness of 4×4 cells: N × 16, row by row.</summary>
    static float[] Brightness(ImageSet images)
    {
        var features = new float[images.Count * Cells * Cells];
        for (int i = 0; i < images.Count; i++)
        {
            ReadOnlySpan<byte> pixels = images.Image(i);
            for (int p = 0; p < pixels.Length; p++)
            {
                int y = p / images.Width % images.Height * Cells / images.Height, x = p % images.Width * Cells / images.Width;
                features[(i * Cells + y) * Cells + x] += pixels[p] * (float)(Cells * Cells) / pixels.Length;
            }
        }

        return features;
    }

    public static int Main(string[] args) => QdiffTool.Run(args, Papers.Catalog with
    {
        FeatureNetworks =
        [
            .. Papers.Catalog.FeatureNetworks,
            FeatureNetwork.Create("quarters", width: Cells * Cells, identity: "1", Brightness),
        ],
    });
}
