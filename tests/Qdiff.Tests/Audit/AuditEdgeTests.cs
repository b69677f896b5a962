using Qdiff;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Numbers at the edge of what can be told: near noise, seldom on, hidden by zeros, on very different scales.</summary>
public class AuditEdgeTests
{
    static Tensor Sinusoids(Tensor x, int[] timesteps) => Operation.SinusoidalEmbedding(x.Workspace, timesteps, 4);

    /// <summary>A number for each sample, the same for all channels.</summary>
    static Tensor Numbers(Tensor x, Func<int, float> value, int channels = 1)
    {
        Tensor numbers = x.Workspace.Input([channels]);
        for (int s = 0; s < x.Workspace.Samples; s++)
            numbers.SetSample(s, Enumerable.Repeat(value(s), channels).ToArray());
        return numbers;
    }

    /// <summary>x + conv x, so that every pixel acts, plus what a test is about.</summary>
    static SmallNetwork Plus(Func<SmallNetwork, Func<Tensor, int[], Tensor>> build) => new(n =>
    {
        var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 1);
        var time = new DenseLayer(n.Parameters, "time", 4, 2);
        Func<Tensor, int[], Tensor> more = build(n);
        return (x, t, _) => Operation.Add(Operation.AddChannels(convolution.Apply(x), time.Apply(Sinusoids(x, t))), more(x, t));
    });

    static AuditParameter Of(AuditReport report, string name) => report.Parameters.Single(p => p.Name == name);

    /// <summary>Noise that looks steady is not life: among a thousand biases that a norm takes away some always do.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AThousandAbsorbedBiasesAreAllDead(int seed)
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 1000, 1);
            var norm = new GroupNormLayer(n.Parameters, "norm", 1000, 1000);
            var time = new DenseLayer(n.Parameters, "time", 4, 2000);
            return (x, t, _) => norm.Apply(convolution.Apply(x), time.Apply(Sinusoids(x, t)));
        }), seed: seed);
        Assert.Equal(("0-999", 0), (Of(report, "conv.bias").Dead, Of(report, "conv.bias").Undecided));
        Assert.Equal((report.Nominal - 1000, 1000), (report.Live, report.Dead));
        Assert.Equal("absorbed-bias", Assert.Single(report.Findings).Code);
    }

    /// <summary>At given weights a layer that starts at zero hides everything before it, until the first step.</summary>
    [Fact]
    public void LayersThatStartAtZeroHideNothing()
    {
        var network = new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 4, 3, padding: 1);
            var gate = new DenseLayer(n.Parameters, "gate", 4, 4);
            var last = new ConvolutionLayer(n.Parameters, "last", 4, 2, 1);
            return (x, t, _) =>
                last.Apply(Operation.ScaleChannels(Operation.Silu(convolution.Apply(x)), gate.Apply(Sinusoids(x, t))));
        });
        Weights weights = new Weights(network.Parameters).Initialise(1);
        foreach (Parameter p in network.Parameters)
            if (!p.Name.StartsWith("conv", StringComparison.Ordinal)) weights[p].Clear();
        weights.Refresh();
        AuditReport report = Audit.Run(network, weights);
        Assert.Empty(report.Findings);
        Assert.Equal(report.Nominal, report.Live);
        Assert.InRange(report.Margin.NoiseFloor, 1e-16, 1e-12);
        Assert.All(report.Inputs, input => Assert.InRange(input.Effect, 1e-3, 1e3));
    }

    /// <summary>A layer behind relu(sin t − 0.9995), open for ten timesteps in a thousand; one that acts at a single timestep;
    /// and a table with a row for each hundred of them.</summary>
    [Fact]
    public void LayersThatActAtFewTimestepsAreAlive()
    {
        AuditReport report = Audit.Run(Plus(n =>
        {
            var seldom = new ConvolutionLayer(n.Parameters, "seldom", 2, 2, 1);
            var once = new ConvolutionLayer(n.Parameters, "once", 2, 2, 1);
            Parameter table = n.Parameters.Add("hundred.weight", [10, 2], Initialisers.Zeros);
            return (x, t) =>
            {
                Tensor open = Operation.Relu(Numbers(x, s => MathF.Sin(Timestep(t, s)) - 0.9995f, 2));
                Tensor at537 = Numbers(x, s => Timestep(t, s) == 537 ? 1 : 0, 2);
                Tensor rows = Operation.Embedding(x.Workspace, [.. t.Select(step => step / 100)], table);
                return Operation.AddChannels(Operation.Add(Operation.ScaleChannels(seldom.Apply(x), open),
                    Operation.ScaleChannels(once.Apply(x), at537)), rows);
            };
        }));
        Assert.Empty(report.Findings);
        Assert.Equal(report.Nominal, report.Live);
    }

    static int Timestep(int[] timesteps, int sample) => sample < timesteps.Length ? timesteps[sample] : 0;

    /// <summary>Whichever row of a large table has the weakest gradient, it is found to act for its label.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void EveryRowOfALargeTableIsAlive(int seed)
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            Parameter table = n.Parameters.Add("label.weight", [100, 4], Initialisers.Zeros);
            var dense = new DenseLayer(n.Parameters, "dense", 8, 2);
            return (x, t, l) => Operation.AddChannels(x, Operation.Silu(dense.Apply(
                Operation.Concatenate(Operation.Embedding(x.Workspace, l, table), Sinusoids(x, t)))));
        }, classes: 100), seed: seed);
        Assert.Empty(report.Findings);
        Assert.Equal(report.Nominal, report.Live);
    }

    /// <summary>The timestep matters if it matters at one of a thousand.</summary>
    [Fact]
    public void ATimestepThatMattersOnceMatters()
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 1);
            return (x, t, _) =>
                Operation.AddChannels(convolution.Apply(x), Numbers(x, s => Timestep(t, s) == 444 ? 1 : 0, 2));
        }));
        Assert.True(report.Inputs.Single(input => input.Name == "timestep").Matters);
        Assert.Empty(report.Findings);
    }

    /// <summary>What leads to the output only through a unit that never opens is neither live nor dead.</summary>
    [Fact]
    public void BehindAUnitThatNeverOpensNothingIsDecided()
    {
        AuditReport report = Audit.Run(Plus(n =>
        {
            var closed = new ConvolutionLayer(n.Parameters, "closed", 2, 2, 1);
            n.Parameters.Add("unread.weight", [3, 5], Initialisers.Zeros);
            return (x, t) => Operation.ScaleChannels(closed.Apply(x), Operation.Relu(Numbers(x, _ => -1.5f, 2)));
        }));
        Assert.Equal((report.Nominal - 15 - 6, 15, 6), (report.Live, report.Dead, report.Undecided));
        Assert.Equal((0, 4, "0-3", ""), (Of(report, "closed.weight").Live, Of(report, "closed.weight").Undecided,
            Of(report, "closed.weight").NotDecided, Of(report, "closed.weight").Dead));
        Assert.Equal(6, report.Totals.Sum(total => total.Undecided));
        Assert.Equal(["dead-parameters unread 15", "undecided closed 6"],
            report.Findings.Select(f => $"{f.Code} {f.Where} {f.Parameters}"));
        Assert.False(report.IsClean);
        AuditReport back = AuditReport.FromJson(report.ToJson());
        Assert.Equal((report.ToJson(), 6), (back.ToJson(), back.Undecided));
        Assert.Contains("6 are not decided", report.ToText());
        Assert.Matches(@"nominal +live +dead +undecided +detached", report.ToText());

        // Reports of earlier versions have no such number.
        string earlier = System.Text.RegularExpressions.Regex.Replace(report.ToJson(),
            @",?\s*""(undecided|notDecided)"": (\d+|""[^""]*"")", "");
        Assert.DoesNotContain("ecided\":", earlier);
        Assert.Equal(0, AuditReport.FromJson(earlier).Undecided);
    }

    /// <summary>A unit that is far from open, but that its own weights can open, is alive.</summary>
    [Fact]
    public void WeightsThatCanOpenAUnitAreAlive()
    {
        AuditReport report = Audit.Run(Plus(n =>
        {
            var far = new DenseLayer(n.Parameters, "far", 4, 2);
            return (x, t) => Operation.ScaleChannels(x, Operation.Relu(
                Operation.Add(far.Apply(Sinusoids(x, t)), Numbers(x, _ => -1e4f, 2))));
        }));
        Assert.Equal(0, report.Dead);
        Assert.Equal((8, 2), (Of(report, "far.weight").Live, Of(report, "far.bias").Live));
    }

    /// <summary>However small the scale of a layer, its numbers have one verdict: below what double rounds to, below what float
    /// can hold.</summary>
    [Theory]
    [InlineData(1e-4f, 1f)]
    [InlineData(1e-13f, 1f)]
    [InlineData(1e-30f, 1f)]
    [InlineData(1e-30f, 1e-30f)]
    public void NumbersOfOneScaleHaveOneVerdict(float scale, float again)
    {
        AuditReport report = Audit.Run(Plus(n =>
        {
            var faint = new DenseLayer(n.Parameters, "faint", 4, 2);
            return (x, t) => Operation.Scale(Operation.Scale(
                Operation.ScaleChannels(x, faint.Apply(Sinusoids(x, t))), scale), again);
        }));
        Assert.Equal((8, 2), (Of(report, "faint.weight").Live, Of(report, "faint.bias").Live));
        Assert.Equal((report.Nominal, 0, 0), (report.Live, report.Undecided, report.Detached));
        Assert.DoesNotContain(report.Findings, f => f.Severity == AuditSeverity.Error);
    }

    /// <summary>Only the published network itself has the papers' divergences.</summary>
    [Fact]
    public void IdsAreThoseOfThePublishedNetworks()
    {
        AuditReport own = Audit.Run(new SmallNetwork(n =>
        {
            n.Circuit("idle", PublishedCircuits.Basic());
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 1);
            return (x, _, _) => convolution.Apply(x);
        }));
        Assert.Equal(["circuit-never-run", "ignores-timestep"], own.Findings.Select(f => f.Code).Order());
        Assert.All(own.Findings, f => Assert.Null(f.Divergence));

        Assert.NotNull(PublishedModels.Named("qcunet-classical").Build(Wiring.Released).Divergences);
        Assert.NotNull(PublishedModels.Named("attention-full").Build(Wiring.Released, [3, 28, 28]).Divergences);
        Assert.Null(PublishedModels.Named("qvunet-1hq").Build(Wiring.Repaired).Divergences);
        Assert.Null(PublishedModels.Named("qvunet-1hq").Build(Wiring.Released, [3, 28, 28]).Divergences);
        Assert.Null(PublishedModels.Named("qvunet-1hq").Build(Wiring.Released, control: Control.Frozen).Divergences);
        ModelConfig config = new() { Name = "qcunet-vertex", Wiring = "released" };
        Assert.NotNull(config.Build([3, 64, 64], Papers.Catalog).Divergences);
        Assert.Null(config.Build([3, 64, 64], Papers.Catalog, nullLabel: true).Divergences);
        Assert.Null(new ModelConfig { Wiring = "released", Dimension = 20 }.Build([1, 28, 28], Papers.Catalog).Divergences);
    }

    /// <summary>A formula that takes only some inputs is looked at where it is defined, which is where a gate feeds it.</summary>
    [Fact]
    public void ACircuitOfABoundedEncodingIsAudited()
    {
        AuditReport report = Audit.Run(Gated("arcsin(2 * x[i] / pi - 1)").Build());
        AuditCircuit circuit = Assert.Single(report.Circuits);
        Assert.Equal((4, 4, 4), (circuit.Weights, circuit.LiveWeights, circuit.LiveInputs));

        // π·sigmoid is no sine, mostly.
        Assert.Contains("A circuit of the network gives or is fed what is no number",
            Assert.Throws<InputException>(() => Audit.Run(new SmallNetwork(n =>
            {
                QuantumLayer layer = n.Circuit("unbounded", Bounded("arcsin(x[i])"));
                var dense = new DenseLayer(n.Parameters, "dense", 4, 2);
                int[][] wires = [[0, 1, 2, 3]];
                return (x, t, _) => Operation.AddChannels(x, dense.Apply(layer.Apply(layer.Apply(x, wires, [4], wires),
                    wires, [4], wires)));
            }))).Message);

        static UNet Gated(string angle) => new()
        {
            Image = [1, 8, 8],
            Dimension = 4,
            Multipliers = [1],
            Heads = 1,
            HeadFeatures = 4,
            Gate = new() { Circuit = Bounded(angle), Projected = false },
        };

        static Circuit Bounded(string angle) => Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; input array[float, 4] x; "
            + "input array[float, 4] w; qubit[4] q; for int i in [0:3] { ry(" + angle + ") q[i]; } "
            + "for int i in [0:3] { crx(w[i]) q[i], q[(i + 1) % 4]; }");
    }

    /// <summary>A table of learned rows has as many as there are timesteps: each is asked for, and none beyond.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(1500)]
    public void EveryRowOfATableOfTimestepsActs(int timesteps)
    {
        AuditReport report = Audit.Run(new SmallNetwork(n =>
        {
            var convolution = new ConvolutionLayer(n.Parameters, "conv", 2, 2, 1);
            Parameter table = n.Parameters.Add("table", [timesteps, 2], Initialisers.Uniform(-1, 1));
            return (x, t, _) => Operation.AddChannels(convolution.Apply(x), Operation.Embedding(x.Workspace, t, table));
        }), timesteps: timesteps);
        Assert.Equal((report.Nominal, 0), (report.Live, report.Dead));
        Assert.Empty(report.Findings);
    }

    /// <summary>A run that was audited before 'numbers' became 'parameters' is still read.</summary>
    [Fact]
    public void AuditsOfEarlierRunsAreRead()
    {
        AuditReport report = Audit.Run(new UNet { Image = new(1, 8, 8), Dimension = 4, Multipliers = [1, 2] }.Build());
        AuditFinding finding = report.Findings.First(f => f.Parameters > 0);
        string json = report.ToJson();
        Assert.DoesNotContain("\"numbers\"", json);
        string earlier = json.Replace($"\"parameters\": {finding.Parameters},", $"\"numbers\": {finding.Parameters},");
        Assert.NotEqual(json, earlier);
        Assert.Contains(AuditReport.FromJson(earlier).Findings, f => f.Parameters == finding.Parameters);
    }
}
