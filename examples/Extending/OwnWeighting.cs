using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;

namespace Examples;

/// <summary>A weighting of one's own is one line: <c>train --config mnist-unet --set diffusion.weighting=root-snr</c>.</summary>
static class OwnWeighting
{
    public static int Main(string[] args) => QdiffTool.Run(args, Papers.Catalog with
    {
        Weightings = [.. Papers.Catalog.Weightings, Weighting.Create("root-snr", snr => 1 / Math.Sqrt(1 + snr))],
    });
}
