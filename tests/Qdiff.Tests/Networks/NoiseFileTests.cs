using System.Numerics;
using Qdiff;
using Qdiff.Quantum;

/// <summary>Noise files: what they say is read, what is wrong is one line with its place.</summary>
public sealed class NoiseFileTests
{
    [Fact]
    public void EveryKeyIsRead()
    {
        NoiseFile file = NoiseFile.Parse("""
            description: all of them
            source: [ one, two ]
            oneQubit:
              - { channel: bit-flip, p: 0.01 }
              - { channel: phase-flip, p: 0.01, wires: [0, 2] }
              - { channel: bit-phase-flip, p: 1e-3 }
              - { channel: depolarizing, p: 0 }
              - { channel: amplitude-damping, p: 0.02 }
              - { channel: phase-damping, p: 0.03 }
              - { channel: thermal-relaxation, t1: 50, t2: 70, time: 0.1 }
              - { channel: pauli, probabilities: { X: 0.01, Z: 0.02 } }
              - { channel: kraus, operators: [ [[1, 0], [0, 0.8]], [[0, [0, 0.6]], [0, 0]] ] }
            twoQubit: [ { channel: depolarizing2, p: 0.01 }, { channel: pauli, probabilities: { XX: 0.01 } } ]
            readout: [ { p10: 0.02, p01: 0.05 }, { wire: 3, p10: 0.1, p01: 0 } ]
            """, "device.yaml");
        Assert.Equal((9, 2), (file.Model.OneQubit.Count, file.Model.TwoQubit.Count));
        NoiseChannel[] expected =
        [
            NoiseChannel.BitFlip(0.01), NoiseChannel.PhaseFlip(0.01), NoiseChannel.BitPhaseFlip(0.001),
            NoiseChannel.Depolarizing(0), NoiseChannel.AmplitudeDamping(0.02), NoiseChannel.PhaseDamping(0.03),
            NoiseChannel.ThermalRelaxation(t1: 50, t2: 70, time: 0.1),
            NoiseChannel.Pauli(new Dictionary<string, double> { ["X"] = 0.01, ["Z"] = 0.02 }),
            NoiseChannel.Kraus(new Complex[,] { { 1, 0 }, { 0, 0.8 } },
                new Complex[,] { { 0, new Complex(0, 0.6) }, { 0, 0 } }),
            NoiseChannel.Depolarizing2(0.01), NoiseChannel.Pauli(new Dictionary<string, double> { ["XX"] = 0.01 }),
        ];
        foreach ((NoiseChannel channel, GateNoise read) in expected.Zip(file.Model.OneQubit.Concat(file.Model.TwoQubit)))
            AssertSame(channel, read.Channel);
        Assert.Equal([0, 2], file.Model.OneQubit[1].Wires!);
        Assert.Equal((new ReadOutError(0.02, 0.05), new ReadOutError(0.1, 0)), (file.Model.ReadOutOf(0),
            file.Model.ReadOutOf(3)));
        Assert.Equal(("all of them", 2), (file.Description, file.Sources.Count));
        NoiseModel none = NoiseFile.Parse("", "empty.yaml").Model;
        Assert.Empty(none.OneQubit.Concat(none.TwoQubit));
    }

    [Fact]
    public void GatesIdleAndExcitedAreRead()
    {
        NoiseModel model = NoiseFile.Parse("""
            oneQubit: [ { channel: amplitude-damping, p: 0.02, excited: 0.1, gates: [rx, u3] } ]
            twoQubit:
              - { channel: depolarizing2, p: 0.01 }
              - { channel: depolarizing2, p: 0.01, wires: [2, 0], gates: [crx, cry, crz, cp, rzz] }
            idle: [ { channel: thermal-relaxation, t1: 50, t2: 70, time: 0.1, excited: 0.2, wires: [1] } ]
            """, "device.yaml").Model;
        AssertSame(NoiseChannel.AmplitudeDamping(0.02, excited: 0.1), model.OneQubit[0].Channel);
        Assert.Equal([GateKind.RX, GateKind.U3], model.OneQubit[0].Gates!);
        Assert.Null(model.TwoQubit[0].Gates);
        Assert.Equal([GateKind.CRX, GateKind.CRY, GateKind.CRZ, GateKind.CPhase, GateKind.RZZ], model.TwoQubit[1].Gates!);
        Assert.Equal([2, 0], model.TwoQubit[1].Wires!);
        GateNoise idle = Assert.Single(model.Idle);
        AssertSame(NoiseChannel.ThermalRelaxation(t1: 50, t2: 70, time: 0.1, excited: 0.2), idle.Channel);
        Assert.Equal([1], idle.Wires!);
    }

    [Fact]
    public void EveryPresetSaysWhereItsNumbersAreFrom()
    {
        Assert.Equal(["ideal", "ion-trap", "superconducting", "superconducting-ibm", "superconducting-next"], NoiseFile.Presets);
        foreach (string name in NoiseFile.Presets)
        {
            NoiseFile preset = NoiseFile.Read(name);
            Assert.NotEmpty(preset.Sources);
            Assert.NotEqual("", preset.Description);
            Assert.Equal(name == "ideal", preset.Model is { OneQubit.Count: 0, TwoQubit.Count: 0 });
        }
    }

    [Theory]
    [InlineData("ion-trap", 3.75e-5, 2.3e-3, 1.6e-3, 1.6e-3)]
    [InlineData("superconducting", 3.5e-4, 3.3e-3, 7.7e-3, 7.7e-3)]
    [InlineData("superconducting-ibm", 2.99e-4, 1.94e-3, 2.69e-3, 5.86e-3)]
    [InlineData("superconducting-next", 3.5e-5, 3.3e-4, 7.7e-4, 7.7e-4)]
    public void APresetHasTheNumbersOfItsSource(string name, double oneQubit, double twoQubit, double p10, double p01)
    {
        NoiseModel model = NoiseFile.Read(name).Model;
        AssertSame(NoiseChannel.Depolarizing(oneQubit), Assert.Single(model.OneQubit).Channel);
        AssertSame(NoiseChannel.Depolarizing2(twoQubit), Assert.Single(model.TwoQubit).Channel);
        Assert.Equal(new ReadOutError(p10, p01), model.ReadOut);
        Assert.Empty(model.ReadOuts);
    }

    [Theory]
    [InlineData("oneQubit: [ { channel: depolarizing, p: 1.5 } ]",
        "n.yaml:1: oneQubit[0].channel: the probability is 1.5; it must be from 0 to 1.")]
    [InlineData("oneQubit: [ { channel: depolarizing, p: x } ]", "n.yaml:1: oneQubit[0].p: must be a number.")]
    [InlineData("oneQubit: [ { channel: depolarising, p: 0.1 } ]", "there is no channel 'depolarising'")]
    [InlineData("oneQubit: [ { channel: depolarizing } ]", "n.yaml:1: the key 'oneQubit[0].p' is missing.")]
    [InlineData("oneQubit: [ { channel: depolarizing2, p: 0.1 } ]", "acts on two wires")]
    [InlineData("oneQubit: [ { channel: bit-flip, q: 0.1 } ]", "there is no key 'oneQubit[0].q'")]
    [InlineData("\noneQubits: []", "n.yaml:2: there is no key 'oneQubits' in a noise file. Did you mean oneQubit?")]
    [InlineData("oneQubit: [ { channel: thermal-relaxation, t1: 1, t2: 3, time: 1 } ]", "T2 = 3 is longer than 2·T1 = 2")]
    [InlineData("twoQubit: [ { channel: kraus, operators: [ [[1, 0], [0, 0.9]] ] } ]", "do not sum to one")]
    [InlineData("twoQubit: [ { channel: kraus, operators: [ [[1, 0]] ] } ]", "2 rows of 2 numbers")]
    [InlineData("twoQubit: [ { channel: kraus, operators: [ [[1, [0]], [0, 1]] ] } ]", "[real, imaginary]")]
    [InlineData("twoQubit: [ { channel: pauli, probabilities: 0.1 } ]", "must be a group")]
    [InlineData("twoQubit: [ { channel: pauli, probabilities: { Q: 0.1 } } ]", "'Q' is no string")]
    [InlineData("twoQubit: [ { channel: bit-flip, p: 0.1, wires: [99] } ]", "whole numbers from 0 to 62")]
    [InlineData("readout: { p10: -0.1, p01: 0 }", "p10 is -0.1")]
    [InlineData("readout: [ { wire: 1, p10: 0, p01: 0 }, { wire: 1, p10: 0, p01: 0 } ]", "named twice")]
    [InlineData("readout: [ { p10: 0.4, p01: 0.4 }, { p10: 0, p01: 0 } ]",
        "n.yaml:1: readout[1]: the error of all wires is given")]
    [InlineData("oneQubit: [ { channel: bit-flip, p: 0.5, wires: [] } ]", "oneQubit[0].wires: must name a wire")]
    [InlineData("readout: 0.1", "must be a list of groups")]
    [InlineData("oneQubit: {", "this is not YAML")]
    [InlineData("- 1", "has the keys oneQubit, twoQubit, idle and readout")]
    [InlineData("twoQubit: [ { channel: depolarizing2, p: 0.1, wires: [0] } ]",
        "n.yaml:1: twoQubit[0].wires: depolarizing2 acts on two wires together here, so two or more must be named")]
    [InlineData("twoQubit: [ { channel: bit-flip, p: 0.1, gates: [crxx] } ]",
        "n.yaml:1: twoQubit[0].gates: there is no gate 'crxx' on two wires. Did you mean crx? Known are cx, cz, swap, crx,")]
    [InlineData("oneQubit: [ { channel: bit-flip, p: 0.1, gates: [cx] } ]", "there is no gate 'cx' on one wire")]
    [InlineData("oneQubit: [ { channel: bit-flip, p: 0.1, gates: [] } ]", "oneQubit[0].gates: must name a gate")]
    [InlineData("idle: [ { channel: bit-flip, p: 0.1, gates: [x] } ]", "there is no key 'idle[0].gates'")]
    [InlineData("idle: [ { channel: depolarizing2, p: 0.1 } ]", "it cannot act on one that waits")]
    [InlineData("idle: [ { channel: amplitude-damping, p: 0.1, excited: 2 } ]",
        "n.yaml:1: idle[0].channel: the excited population is 2; it must be from 0 to 1.")]
    [InlineData("idle: [ { channel: phase-damping, p: 0.1, excited: 0.2 } ]", "there is no key 'idle[0].excited'")]
    public void WhatIsWrongIsOneLine(string yaml, string expected)
    {
        string message = Assert.Throws<InputException>(() => NoiseFile.Parse(yaml, "n.yaml")).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void AMissingFileNamesThePresets() => Assert.Contains("Did you mean ion-trap?",
        Assert.Throws<InputException>(() => NoiseFile.Read("ion-trp")).Message);

    static void AssertSame(NoiseChannel expected, NoiseChannel actual)
    {
        Assert.Equal((expected.Name, expected.Operators.Count), (actual.Name, actual.Operators.Count));
        foreach ((Complex[,] one, Complex[,] other) in expected.Operators.Zip(actual.Operators))
            Assert.Equal(one.Cast<Complex>(), other.Cast<Complex>());
    }
}
