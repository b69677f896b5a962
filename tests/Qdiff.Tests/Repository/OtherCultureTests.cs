using System.Globalization;
using Qdiff;
using Qdiff.Quantum;

/// <summary>The libraries under a culture in which everything is written otherwise.</summary>
public sealed class OtherCultureTests : IDisposable
{
    readonly CultureInfo before = CultureInfo.CurrentCulture;

    public OtherCultureTests()
    {
        // Made by hand, for the data of real cultures may not be installed: German commas, a Swedish minus, Turkish letters.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        (culture.NumberFormat.NegativeSign, culture.NumberFormat.PercentDecimalSeparator) = ("\u2212", ",");
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = before;

    [Fact]
    public void ConfigurationsReadAndWriteTheSame()
    {
        ResolvedExperiment experiment =
            ResolvedExperiment.Parse("training:\n  learningRate: 0.0015\n  seed: -3\n", "x.yaml", Catalog.Default,
            ["sampling.sampler=ddim", "sampling.eta=0.5"]);
        Assert.Equal((0.0015, -3, 0.5), (experiment.Config.Training.LearningRate, experiment.Config.Training.Seed,
            experiment.Config.Sampling.OfSampler["eta"]));
        Assert.Contains("learningRate: 0.0015 ", experiment.ToYaml());
        Assert.Contains("seed: -3 ", experiment.ToYaml());
        Assert.Equal(experiment.Config.Training,
            ResolvedExperiment.Parse(experiment.ToYaml(), "y.yaml", Catalog.Default).Config.Training with
            {
                KeepSteps = experiment.Config.Training.KeepSteps,
            });
        Assert.Contains("sampling.guidance (=2.5) needs", Assert.Throws<InputException>(() =>
            ResolvedExperiment.Parse("", "x.yaml", Catalog.Default, ["sampling.guidance=2.5"])).Message);
    }

    [Fact]
    public void CircuitsAndMessagesReadAndWriteTheSame()
    {
        string text = Qasm.Write(new(1, [Gate.RX(0, Angle.Fixed(-1.5))]), [], [], QasmVersion.V3);
        Assert.Contains("rx(-1.5)", text);
        Assert.Equal(-1.5, Qasm.Read(text).Gates[0].Angles[0].Scale);
        Assert.Equal("p2 (gamma 0.5, k 1.5)", Weighting.P2(0.5, 1.5).ToString());
        Assert.Contains("loss 1.5, gradient norm -2.5", new TrainingDivergedException(1, 1.5, -2.5).Message);
    }
}
