using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Examples;

/// <summary>
/// A data set of one's own, here stripes that are drawn on the spot: <c>train --config mnist-unet --set data.dataset=stripes</c>.
/// One that is read from files is told the folder, and says in <c>Obtain</c> where they come from.
/// </summary>
static class OwnDataSet
{
    const int Count = 400, Side = 28;

    /// <summary>Stripes across (label 0) or down (label 1), of a width and a place that the number of the image decides.</summary>
    static ImageSet Stripes(Split split)
    {
        var random = new RandomStream(seed: 1, "stripes", (long)split);
        var pixels = new byte[Count * Side * Side];
        int[] labels = [.. Enumerable.Range(0, Count).Select(i => i % 2)];
        for (int i = 0; i < Count; i++)
        {
            int width = 2 + random.Next(5), from = random.Next(width);
            for (int y = 0; y < Side; y++)
                for (int x = 0; x < Side; x++)
                    if (((labels[i] == 0 ? y : x) + from) / width % 2 == 0) pixels[(i * Side + y) * Side + x] = 255;
        }

        return new($"stripes/{split.ToString().ToLowerInvariant()}", [1, Side, Side], pixels, labels, ["across", "down"]);
    }

    public static int Main(string[] args) => QdiffTool.Run(args, Papers.Catalog with
    {
        DataSets =
        [
            .. Papers.Catalog.DataSets,
            new("stripes", "400 + 400 patterns of stripes, 28×28 grey, 2 classes", Obtain: "", [Split.Train, Split.Test],
                (_, split) => Stripes(split)),
        ],
    });
}
