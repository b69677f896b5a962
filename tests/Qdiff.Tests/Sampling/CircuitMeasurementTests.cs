using Qdiff;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Samples of a network whose circuits are read by shots and under noise.</summary>
public class CircuitMeasurementTests
{
    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 5);

    static readonly Network s_network = new UNet
    {
        Image = [1, 8, 8],
        Dimension = 4,
        Groups = 2,
        Multipliers = [1, 3],
        Heads = 1,
        HeadFeatures = 4,
        Vertex = new()
        {
            Circuit = new(3, [.. Embedding.Angles(3), .. Ansatz.BasicEntangler(3, 1)]),
            Groups = 4,
            Patch = 1,
        },
    }.Build();

    static readonly Weights s_weights = new Weights(s_network.Parameters).Initialise(3);

    static readonly NoiseModel s_noise = new()
    {
        OneQubit = [NoiseChannel.Depolarizing(0.05)],
        TwoQubit = [NoiseChannel.Depolarizing2(0.1)],
        ReadOut = new(0.02, 0.05),
    };

    static float[] Generate(CircuitMeasurement? measurement, long first = 0, int count = 2, int threads = 1) =>
        new SampleGenerator(s_network, s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 2 }, threads)
        { Measurement = measurement }.Generate(s_weights, seed: 5, count, first);

    [Fact]
    public void ASampleByShotsIsTheSameAloneAndInAnyBatch()
    {
        CircuitMeasurement shots = new() { Shots = 20, Noise = s_noise };
        int pixels = s_network.Image.Count;
        float[] all = Generate(shots, count: 18, threads: 2);
        Assert.Equal(all[(17 * pixels)..], Generate(shots, 17, 1));
        Assert.Equal(all[..(2 * pixels)], Generate(shots, 0, 2));
        Assert.NotEqual(all[..(2 * pixels)], Generate(shots with { Shots = 21 }, 0, 2));
    }

    [Fact]
    public void WithoutNoiseManyShotsAreTheExactImage()
    {
        float[] exact = Generate(null);
        float Mean(CircuitMeasurement how) => Generate(how).Zip(exact, (a, b) => Math.Abs(a - b)).Average();
        Assert.True(Mean(new()) < 1e-4f);
        (float few, float many) = (Mean(new() { Shots = 4 }), Mean(new() { Shots = 1000 }));
        Assert.True(many < 0.3f * few, $"{many} {few}");
        Assert.True(Mean(new() { Noise = s_noise }) > 1e-3f);
    }

    [Fact]
    public void WhatCannotBeMeasuredIsRefused()
    {
        CircuitMeasurement wrong = new() { Noise = new() { OneQubit = [new(NoiseChannel.BitFlip(0.1), [7])] } };
        Assert.Contains("there is noise on wire 7, but the circuit has wires 0 to 2",
            Assert.Throws<InputException>(() => Generate(wrong)).Message);
        Network classical = new UNet { Image = [1, 8, 8], Dimension = 4, Groups = 2, Multipliers = [1, 2] }.Build();
        Assert.Contains("no circuits", Assert.Throws<InputException>(() => wrong.Require(classical)).Message);
    }
}
