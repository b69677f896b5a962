using Qdiff;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Whole networks, fast and by definition: the two share no arithmetic.</summary>
public class ReferenceNetworkTests
{
    [Theory]
    [InlineData("unet", Wiring.Paper)]
    [InlineData("qvunet-1hq", Wiring.Paper)]
    [InlineData("qvunet-fullfq", Wiring.Released)]
    [InlineData("quanvunet", Wiring.Released)]
    [InlineData("quanvunet", Wiring.Paper)]
    [InlineData("attention-light", Wiring.Paper)]
    [InlineData("attention-full", Wiring.Released)]
    [InlineData("qcunet-classical", Wiring.Paper)]
    public void FastEqualsReference(string model, Wiring wiring)
    {
        Network network = PublishedModels.Named(model).Build(wiring);
        Weights weights = new Weights(network.Parameters).Initialise(3);
        var reference = Workspace.Reference(new ReferenceWeights(weights), samples: 2);
        var fast = new Workspace(weights);
        Tensor x = fast.Input(network.Image), wide = reference.Input(network.Image);
        for (int s = 0; s < 2; s++)
        {
            var image = new float[x.Count];
            new RandomStream(3, "image", s).FillNormal(image);
            x.SetSample(s, image);
            wide.SetSample(s, image);
        }

        int[] timesteps = [3, 871], labels = network.Classes > 0 ? [1, 7] : [];
        Tensor y = network.Predict(x, timesteps, labels), expected = network.Predict(wide, timesteps, labels);

        double worst = 0, largest = 0;
        (float[] actual, double[] truth) = (new float[y.Count], new double[y.Count]);
        for (int s = 0; s < 2; s++)
        {
            y.GetSample(s, actual);
            expected.GetSample(s, truth);
            largest = Math.Max(largest, truth.Max(Math.Abs));
            worst = Math.Max(worst, actual.Zip(truth, (a, b) => Math.Abs(a - b)).Max());
        }

        Assert.True(worst < 1e-5 * largest, $"worst relative error {worst / largest:G3}");
    }
}
