using Qdiff;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Small networks with one thing wrong each.</summary>
public class AuditTests
{
    static readonly int[][] s_wires = [[0, 1, 2, 3]];

    static Tensor Sinusoids(Tensor x, int[] timesteps) => Operation.SinusoidalEmbedding(x.Workspace, timesteps, 4);

    [Fact]
    public void NothingIsWrong()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 3, padding: 1);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.Silu(Operation.AddChannels(convolution.Apply(x), time.Apply(Sinusoids(x, t))));
        }));
        Assert.Empty(report.Findings);
        Assert.Equal((48, 48, 0), (report.Nominal, report.Live, report.Detached));
        Assert.Equal([ParameterKind.Convolution, ParameterKind.Dense], report.Totals.Select(t => t.Kind));
        Assert.All(report.Inputs, input => Assert.True(input.Matters));
    }

    [Fact]
    public void ABiasBeforeANormOfItsChannelIsANote()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 3, padding: 1);
            var norm = new GroupNormLayer(n.Parameters, "norm", 2, 2);
            var time = new DenseLayer(n.Parameters, "time", 4, 4);
            return (x, t, _) => norm.Apply(convolution.Apply(x), time.Apply(Sinusoids(x, t)));
        }));
        AuditFinding finding = Assert.Single(report.Findings);
        Assert.Equal(("absorbed-bias", AuditSeverity.Note, 2), (finding.Code, finding.Severity, finding.Parameters));
        Assert.Equal("0-1", report.Parameters.Single(p => p.Name == "conv.bias").Dead);
        Assert.True(report.IsClean);
    }

    [Fact]
    public void IgnoredTimestepLabelAndUnreadParametersAreErrors()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 1);
            n.Parameters.Add("label.weight", [3, 5], Initialisers.Zeros);
            return (x, _, _) => convolution.Apply(x);
        }, classes: 3));
        Assert.Equal(["dead-parameters", "ignores-label", "ignores-timestep"], report.Findings.Select(f => f.Code).Order());
        // The papers' networks do the same, but this is none of them.
        Assert.All(report.Findings, f => Assert.Null(f.Divergence));
        Assert.Equal(15, report.Findings.Single(f => f.Code == "dead-parameters").Evidence["unread"]);
        Assert.Equal(new AuditTotal(ParameterKind.Embedding, 15, 0, 0),
            report.Totals.Single(t => t.Kind == ParameterKind.Embedding));
    }

    /// <summary>Every row of the table is felt by some sample, also when there are more classes than samples in a tile.</summary>
    [Fact]
    public void EveryLabelIsSeen()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            Parameter table = n.Parameters.Add("label.weight", [50, 4], Initialisers.Zeros);
            var dense = new DenseLayer(n.Parameters, "dense", 4, 2);
            // One feature in four is thrown away.
            var mask = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, l) => Operation.Silu(Operation.AddChannels(Operation.AddChannels(x, mask.Apply(Sinusoids(x, t))),
                dense.Apply(Operation.Concatenate(
                    Operation.Channels(Operation.Embedding(x.Workspace, l, table), 0, 3), x.Workspace.Input([1])))));
        }, classes: 50));
        Assert.Equal(150, report.Totals.Single(t => t.Kind == ParameterKind.Embedding).Live);
        // The weights of the feature that is always zero are dead too.
        Assert.Equal("3, 7", report.Parameters.Single(p => p.Name == "dense.weight").Dead);
    }

    /// <summary>A value that matters although no gradient goes back: it can act, and never learns.</summary>
    [Fact]
    public void DetachedValuesAreAnError()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var dense = new DenseLayer(n.Parameters, "dense", 2, 2);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.ScaleChannels(Operation.AddChannels(x, time.Apply(Sinusoids(x, t))),
                Operation.Detach(Operation.Silu(dense.Apply(Operation.GlobalAveragePool(x))), "gate"));
        }));
        AuditFinding finding = Assert.Single(report.Findings);
        Assert.Equal(("detached-input", "gate", 6, null), (finding.Code, finding.Where, finding.Parameters, finding.Divergence));
        Assert.True(finding.Evidence["effect"] > report.Margin.Threshold);
        Assert.Equal((16, 16, 6), (report.Nominal, report.Live, report.Detached));
    }

    [Fact]
    public void AnImageBehindADetachIsAnError()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 1);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.AddChannels(convolution.Apply(Operation.Detach(x, "x")), time.Apply(Sinusoids(x, t)));
        }));
        Assert.Equal(["image", "x"], report.Findings.Select(f => f.Where).Order());
        Assert.All(report.Findings, f => Assert.Equal("detached-input", f.Code));
    }

    /// <summary>Rectified units that are off at most draws are not dead.</summary>
    [Fact]
    public void UnitsThatAreMerelyOffAreAlive()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var first = new ConvolutionLayer(n.Parameters, "a", 2, 40, 3, padding: 1,
                initialiseBias: Initialisers.Uniform(-6, -1));
            var second = new ConvolutionLayer(n.Parameters, "b", 40, 2, 1);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.AddChannels(second.Apply(Operation.Relu(first.Apply(x))), time.Apply(Sinusoids(x, t)));
        }));
        Assert.Empty(report.Findings);
        Assert.Equal(report.Nominal, report.Live);
    }

    /// <summary>Angles that read alike when they are printed are not the same circuit.</summary>
    [Fact]
    public void CircuitsThatDifferInALateDigitAreLookedAtEach()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            QuantumLayer still = n.Circuit("still", Turned(0)), turned = n.Circuit("turned", Turned(0.00004));
            var dense = new DenseLayer(n.Parameters, "dense", 4, 2);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.AddChannels(Operation.AddChannels(x, time.Apply(Sinusoids(x, t))),
                dense.Apply(Operation.Add(still.Apply(x, s_wires, [4], s_wires), turned.Apply(x, s_wires, [4], s_wires))));
        }));
        Assert.Equal(Turned(0).Gates[^1].ToString(), Turned(0.00004).Gates[^1].ToString());
        Assert.Equal((0, 4), (report.Circuits[0].LiveWeights, report.Circuits[1].LiveWeights));

        static Circuit Turned(double angle) => new(4, [.. Qdiff.Quantum.Embedding.Angles(4),
            .. Enumerable.Range(0, 4).Select(wire => Gate.RZ(wire, Angle.Weight(wire))),
            .. Enumerable.Range(0, 4).Select(wire => Gate.RX(wire, Angle.Fixed(angle)))]);
    }

    [Fact]
    public void ACircuitOfPhasesAndPermutationsAndOneWithNothingToTrain()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            QuantumLayer fixedCircuit = n.Circuit("released", PublishedCircuits.QuantumAttention(4, 2, Wiring.Released));
            QuantumLayer idle = n.Circuit("idle", new(4, Qdiff.Quantum.Embedding.Angles(4)));
            var dense = new DenseLayer(n.Parameters, "dense", 4, 2);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.AddChannels(Operation.AddChannels(x, time.Apply(Sinusoids(x, t))),
                dense.Apply(idle.Apply(fixedCircuit.Apply(x, s_wires, [4], s_wires), s_wires, [4], s_wires)));
        }));
        Assert.Equal(["phases-and-permutations released", "fixed-read-outs released", "frozen-circuit idle"],
            report.Findings.Select(f => $"{f.Code} {f.Where}"));
        Assert.Equal((8, 0, 4), (report.Circuits[0].Weights, report.Circuits[0].LiveInNetwork, report.Circuits[0].LiveInputs));
        Assert.True(report.Circuits[0].OnlyPhasesAndPermutations);
    }

    /// <summary>Wire 2 is turned by an input and a weight, but nobody reads it.</summary>
    [Fact]
    public void WiresAndAnglesThatNobodyReads()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var circuit = new Circuit(3,
                [.. Qdiff.Quantum.Embedding.Angles(3), .. Enumerable.Range(0, 3).Select(i => Gate.RY(i, Angle.Weight(i))),
                    Gate.CNOT(0, 1)],
                weights: 4);
            var layer = new QuantumLayer(n.Parameters, "circuit", circuit, Initialisers.Uniform(0, 1),
                [Observable.Z(0), Observable.Z(1)]);
            n.Layered.Add(layer);
            var time = new DenseLayer(n.Parameters, "time", 4, 2);
            return (x, t, _) => Operation.ScaleChannels(Operation.AddChannels(x, time.Apply(Sinusoids(x, t))),
                layer.Apply(x, [[0, 1, 2]], [2], [[0, 1]]));
        }));
        Assert.Equal(["unused-angles", "unfelt-inputs", "unseen-angles", "unread-wires"], report.Findings.Select(f => f.Code));
        Assert.Equal([2], report.Circuits[0].WiresOutsideLightCones);
        AuditCircuit seen = report.Circuits[0];
        Assert.Equal((2, 2, 2), (seen.StructurallyLiveWeights, seen.LiveWeights, seen.LiveInNetwork));
    }

    [Fact]
    public void EqualSeedsGiveEqualReportsThroughJson()
    {
        static SmallNetwork Build() => new(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 3, padding: 1);
            return (x, _, _) => convolution.Apply(x);
        });
        string json = Audit.Run(Build(), seed: 5).ToJson();
        Assert.Equal(json, Audit.Run(Build(), seed: 5).ToJson());
        AuditReport back = AuditReport.FromJson(json);
        Assert.Equal(json, back.ToJson());
        Assert.Contains("ignores-timestep: timestep", back.ToText());
        Assert.Contains("audit.json, line", Assert.Throws<InputException>(() => AuditReport.FromJson("{ \"seed\": 1 }")).Message);
    }

    [Fact]
    public void WeightsHaveToFitAndToBeNumbers()
    {
        var network = new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 3, padding: 1);
            return (x, _, _) => convolution.Apply(x);
        });
        Weights weights = new Weights(network.Parameters).Initialise(1);
        Assert.Equal(38, Audit.Run(network, weights).Live);
        weights.Values[3] = float.NaN;
        Assert.Contains("'conv.weight'", Assert.Throws<ArgumentException>(() => Audit.Run(network, weights)).Message);
        Assert.Throws<ArgumentException>(() => Audit.Run(network, new Weights(new ParameterTable())));
    }
}
