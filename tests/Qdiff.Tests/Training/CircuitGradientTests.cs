using Qdiff;
using Qdiff.Tensors;

public class CircuitGradientTests
{
    /// <summary>The norms are those of the very gradient that the optimiser is given.</summary>
    [Fact]
    public void TheNormsOfCircuitsAndOfAllElseAreThoseOfTheirGradients()
    {
        Network network = SmallHybrid.Design.Build();
        var seen = new Watching();
        TrainingStep step = Step(network, seen);
        double circuits = 0, others = 0;
        foreach (Parameter parameter in network.Parameters)
            foreach (float g in seen.Gradient.AsSpan(parameter.Offset, parameter.Count))
                if (network.Circuits.Any(layer => layer.Angles == parameter)) circuits += (double)g * g;
                else others += (double)g * g;
        Assert.True(circuits > 0);
        Assert.Equal(Math.Sqrt(circuits), step.CircuitGradientNorm!.Value, 1e-9 * Math.Sqrt(circuits));
        Assert.Equal(Math.Sqrt(others), step.ClassicalGradientNorm!.Value, 1e-6 * Math.Sqrt(others));
        Assert.Equal(Math.Sqrt(circuits + others), step.GradientNorm, 1e-9 * step.GradientNorm);
    }

    /// <summary>Of each layer of HQConv (28 angles) over the four circuits of a block, from the gradient that the optimiser is
    /// given.</summary>
    [Fact]
    public void NormAndVarianceOfEachLayerAreThoseOfItsAngles()
    {
        Network network = SmallHybrid.Design.Build();
        var seen = new Watching();
        TrainingStep step = Step(network, seen);
        var blocks = network.Circuits.GroupBy(layer => layer.Name[..layer.Name.LastIndexOf('.')]).ToArray();
        Assert.Equal(blocks.SelectMany(block => Enumerable.Range(1, 3).Select(l => $"{block.Key} {l}")),
            step.CircuitLayers!.Select(layer => layer.ToString()));
        foreach (CircuitLayerGradient layer in step.CircuitLayers!)
        {
            float[][] derivatives = [.. blocks.First(block => block.Key == layer.Circuit).Select(circuit =>
                seen.Gradient.AsSpan(circuit.Angles!.Offset + 28 * (layer.Layer - 1), 28).ToArray())];
            double squares = derivatives.Sum(own => own.Sum(g => (double)g * g));
            double variance = derivatives.Average(own =>
                own.Average(g => (double)g * g) - Math.Pow(own.Average(g => (double)g), 2));
            Assert.True(variance > 0);
            Assert.Equal(Math.Sqrt(squares), layer.Norm, 1e-9 * layer.Norm);
            Assert.Equal(variance, layer.Variance, 1e-6 * variance);
        }

        Assert.Equal(step.CircuitGradientNorm!.Value, Math.Sqrt(step.CircuitLayers!.Sum(layer => layer.Norm * layer.Norm)), 1e-9);
        string line = System.Text.Json.JsonSerializer.Serialize(step, RunJson.Line);
        Assert.Equal(step, System.Text.Json.JsonSerializer.Deserialize<TrainingStep>(line, RunJson.Line));
        Assert.NotEqual(step, step with { CircuitLayers = null });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithoutTrainedCircuitsThereIsNone(bool frozen)
    {
        Network network = frozen ? SmallHybrid.Design.Build(Control.Frozen) : (SmallHybrid.Design with { Vertex = null }).Build();
        TrainingStep step = Step(network, new Adam());
        Assert.Null(step.CircuitGradientNorm);
        Assert.Null(step.ClassicalGradientNorm);
        Assert.Null(step.CircuitLayers);
        Assert.DoesNotContain("circuit", System.Text.Json.JsonSerializer.Serialize(step, RunJson.Line),
            StringComparison.OrdinalIgnoreCase);
    }

    static TrainingStep Step(Network network, Optimiser optimiser)
    {
        var pixels = new byte[4 * 64];
        new Random(1).NextBytes(pixels);
        var trainer = new Trainer(new TrainingState(network, seed: 1),
            new Objective(NoiseSchedule.Cosine(20), Prediction.Epsilon, Weighting.Uniform), new("noise", [1, 8, 8], pixels),
            new TrainerOptions { Batch = 4, Seed = 1, Workers = new(1), Optimiser = optimiser });
        return trainer.Run().First();
    }

    sealed record Watching : Optimiser
    {
        public float[] Gradient { get; private set; } = [];

        public override void Step(Span<float> values, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v,
            double learningRate, long step) => Gradient = [.. gradient];
    }
}
