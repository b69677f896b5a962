using Qdiff;
using Qdiff.Cli;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Examples;

/// <summary>
/// A data set of one's own: <c>data show shapes --picture shapes.png</c>, <c>train --config mnist-unet --set
/// data.dataset=shapes</c>. One that is read from files is told their folder, and says in <c>Obtain</c> where they come from.
/// </summary>
static class OwnDataSet
{
    const int Side = 28;

    /// <summary>Rings and bars; image i depends on its split and i alone.</summary>
    static ImageSet Draw(int count, Split split)
    {
        var pixels = new byte[count * Side * Side];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            var random = new RandomStream(seed: 1, $"shapes, {split}", i);
            labels[i] = i % 2;
            double x = 14 + 5 * (random.NextDouble() - 0.5), y = 14 + 5 * (random.NextDouble() - 0.5),
                size = 5 + 4 * random.NextDouble(), angle = Math.PI * random.NextDouble();
            for (int p = 0; p < Side * Side; p++)
            {
                double dx = p % Side - x, dy = p / Side - y;
                double far = labels[i] == 0
                    ? Math.Abs(Math.Sqrt(dx * dx + dy * dy) - size)
                    : Math.Max(Math.Abs(dx * Math.Cos(angle) + dy * Math.Sin(angle)),
                        Math.Abs(dy * Math.Cos(angle) - dx * Math.Sin(angle)) - size);
                // Two pixels thick, with a soft border.
                pixels[i * Side * Side + p] = (byte)(255 * Math.Clamp(2 - far, 0, 1));
            }
        }

        return new($"shapes/{split}", [1, Side, Side], pixels, labels, ["ring", "bar"]);
    }

    public static int Main(string[] args)
    {
        var shapes = new DataSource("shapes", "rings and bars, drawn as they are needed", Obtain: "", [Split.Train, Split.Test],
            (_, split) => Draw(split == Split.Train ? 6000 : 1000, split))
        { Image = [1, 28, 28] };
        return QdiffTool.Run(args, Papers.Catalog with { DataSets = [.. Papers.Catalog.DataSets, shapes] });
    }
}
