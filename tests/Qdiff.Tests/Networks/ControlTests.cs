using Qdiff;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>What stands in the place of circuits: what it computes, how many numbers it has, and what of it is trained.</summary>
public sealed class ControlTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public static TheoryData<int> Circuits => [0, 1, 2, 3, 4];

    static Circuit Named(int number) => number switch
    {
        0 => PublishedCircuits.HQConv(),
        1 => PublishedCircuits.HQConv(wiring: Wiring.Released),
        2 => PublishedCircuits.FQConv(),
        3 => PublishedCircuits.Basic(),
        _ => PublishedCircuits.QuantumAttention(6),
    };

    public void Dispose() => folder.Dispose();

    /// <summary>A wire by itself is a point on the sphere that rotations turn: an oracle that knows no amplitudes.</summary>
    [Theory]
    [MemberData(nameof(Circuits))]
    public void WithoutEntanglementEveryWireTurnsByItself(int number)
    {
        Circuit whole = Named(number), alone = ControlCircuits.WithoutEntanglement(whole);
        Assert.Equal((whole.Qubits, whole.Inputs, whole.Weights), (alone.Qubits, alone.Inputs, alone.Weights));
        (double[] x, double[] w) = (Normal("inputs", whole.Inputs), Normal("weights", whole.Weights));
        var points = new (double X, double Y, double Z)[whole.Qubits];
        Array.Fill(points, (0, 0, 1));
        foreach (Gate gate in whole.Gates.Where(gate => gate.Angles.Length == 1))
        {
            (double sin, double cos) = Math.SinCos(gate.Angle.Value(x, w));
            (double px, double py, double pz) = points[gate.Target];
            points[gate.Target] = gate.Spec.Name[^1] switch
            {
                'X' => (px, cos * py - sin * pz, sin * py + cos * pz),
                'Y' => (cos * px + sin * pz, py, cos * pz - sin * px),
                'Z' => (cos * px - sin * py, sin * px + cos * py, pz),
                _ => throw new InvalidOperationException(gate.ToString()),
            };
        }

        double[] literal = LiteralSimulator.Expectations(alone, Observable.ZOfEachWire(alone.Qubits), x, w);
        for (int wire = 0; wire < literal.Length; wire++) Assert.Equal(points[wire].Z, literal[wire], 1e-12);
        Assert.Contains(LiteralSimulator.Expectations(whole, Observable.ZOfEachWire(whole.Qubits), x, w).Zip(literal),
            pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Circuits))]
    public void TheEncodingAloneIsTheCosine(int number)
    {
        Circuit whole = Named(number), encoding = ControlCircuits.EncodingOnly(whole);
        Assert.Equal((whole.Inputs, 0), (encoding.Inputs, encoding.Weights));
        double[] x = Normal("inputs", whole.Inputs);
        double[] literal = LiteralSimulator.Expectations(encoding, Observable.ZOfEachWire(encoding.Qubits), x, []);
        for (int wire = 0; wire < literal.Length; wire++) Assert.Equal(Math.Cos(x[wire]), literal[wire], 1e-12);
    }

    /// <summary>Every gate of the table is something without its second wire: a rotation of the first, or nothing.</summary>
    [Fact]
    public void EveryGateOfTwoWiresLeavesItsRotation()
    {
        foreach (GateSpec spec in GateTable.Rows.Where(spec => spec.Shape != GateShape.Single))
        {
            var circuit = new Circuit(2, [new(spec.Kind, 0, 1, spec.Angles > 0 ? Angle.Weight(0) : default)]);
            Circuit alone = ControlCircuits.WithoutEntanglement(circuit);
            Assert.Equal(circuit.Weights, alone.Weights);
            Assert.Equal(spec.Angles, alone.Gates.Count);
            Assert.All(alone.Gates, gate =>
                Assert.Equal((0, -1, spec.Name[^1]), (gate.Target, gate.Partner, gate.Spec.Name[^1])));
        }
    }

    /// <summary>Of angles that mix inputs and weights the inputs are left: added weights go, factors become 1.</summary>
    [Fact]
    public void TheEncodingOfMixedAnglesHasNoWeights()
    {
        (AngleExpression x, AngleExpression w, AngleExpression v) =
            (AngleExpression.Input(0), AngleExpression.Weight(0), AngleExpression.Weight(1));
        var circuit = new Circuit(1, [Gate.RY(0, (x * 2 + w).ToAngle()), Gate.RX(0, (w * x).ToAngle()), Gate.RZ(0, v.ToAngle()),
            Gate.RY(0, (v * (x + w).ToThe(0.5)).ToAngle())]);
        Circuit encoding = ControlCircuits.EncodingOnly(circuit);
        Assert.Equal((1, 0), (encoding.Inputs, encoding.Weights));
        Assert.Equal([1.6, 0.8, Math.Sqrt(0.8)], encoding.Gates.Select(gate => gate.Angle.Value([0.8], [])));
    }

    /// <summary>A program's definition of a known gate does not come back when the control is measured.</summary>
    [Fact]
    public void ControlsOfProgramsStayWhatTheyAreWhenTheyAreMeasured()
    {
        Circuit circuit = Qasm.Read("""
            OPENQASM 3.0; include "stdgates.inc"; input float x; input float w;
            gate rxx(theta) a, b { h a; h b; cx a, b; rz(theta) b; cx a, b; h a; h b; }
            qubit[2] q; ry(x) q[0]; rxx(w * x) q[0], q[1]; rxx(w) q[1], q[0];
            """);
        foreach (Circuit control in (Circuit[])[
            ControlCircuits.WithoutEntanglement(circuit), ControlCircuits.EncodingOnly(circuit),
            new(2, Embedding.Reuploading(2, [Gate.RY(0, Angle.Input(0))], circuit.Gates.Skip(2)), 1, 2)])
        {
            double[] weights = [1.1, 0.7];
            weights = weights[..control.Weights];
            Observable[] readOuts = Observable.ZOfEachWire(2);
            double[] exact = LiteralSimulator.Expectations(control, readOuts, [0.4], weights);
            double[] measured = NoisyExpectations.Of(control, NoiseModel.None, readOuts, [0.4], weights, 1, new()).Values;
            for (int wire = 0; wire < 2; wire++) Assert.Equal(exact[wire], measured[wire], 1e-12);
        }
    }

    [Theory]
    [InlineData("qvunet-1hq", 475_329, 475_329, 475_329, 474_993, 475_271)]
    [InlineData("qvunet-fullhq", 429_993, 429_993, 429_993, 425_561, 430_191)]
    [InlineData("quanvunet", 474_293, 474_293, 474_293, 473_901, 473_661)]
    [InlineData("attention-light", 450_321, 450_321, 450_305, 450_225, null)]   // 16 of its angles no read-out can feel
    public void EachControlHasItsNumberOfParameters(string name, int frozen, int unentangled, int classical, int cosine,
        int? shrunk)
    {
        Assert.Equal(frozen, Count(Control.Frozen));
        Assert.Equal(unentangled, Count(Control.Unentangled));
        Assert.Equal(classical, Count(Control.Classical));
        Assert.Equal(cosine, Count(Control.Cosine));
        if (shrunk is { } count) Assert.Equal(count, Count(Control.Shrunk));
        else Assert.Contains("-matched", Assert.Throws<ArgumentException>(() => Count(Control.Shrunk)).Message);

        int Count(Control control)
        {
            Network network = PublishedModels.Named(name).Build(control: control);
            Assert.Equal(network.Parameters.Scalars, network.Layers.Sum(layer => layer.Count(network.Parameters)));
            return network.Parameters.Scalars;
        }
    }

    [Fact]
    public void TheClassicalControlHasAsManyAsTheReleasedCircuitHasLive() =>
        Assert.Equal(475_329 - 4 * 72,
            PublishedModels.Named("qvunet-1hq").Build(Wiring.Released, control: Control.Classical).Parameters.Scalars);

    [Theory]
    [InlineData("unet")]
    [InlineData("qcunet-classical")]
    [InlineData("attention-light-plain")]
    [InlineData("attention-light-matched")]
    public void AControlOfANetworkWithoutCircuitsIsRefused(string name)
    {
        foreach (Control control in Control.All.Skip(1))
        {
            string message = Assert.Throws<ArgumentException>(() => PublishedModels.Named(name).Build(control: control)).Message;
            Assert.Contains($"no circuits, so the control '{control.Name}' has nothing to replace",
                message);
        }
    }

    /// <summary>y_i = tanh(b_i + Σ w_ik x_(i+k)) with weights in rounds, and 1 where w_i0 was not given out.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(12)]
    public void TheClassicalLayerIsItsFormula(int count)
    {
        const int width = 3;
        var table = new ParameterTable();
        IPatchLayer layer = ClassicalPatchLayer.Create(table, "layer", width, width, count);
        Assert.Equal(count, table.Scalars);
        Weights weights = new Weights(table).Initialise(4);
        var space = new Workspace(weights);
        Tensor x = space.Input([6]);
        for (int i = 0; i < x.Values.Length; i++) x.Values[i] = MathF.Sin(i);
        int[][] inputs = [[5, 0, 3], [1, 2, 4]], outputs = [[0, 1, 2], [5, 4, 3]];
        Tensor y = layer.Apply(x, inputs, [6], outputs);

        // The rounds, spelt out: w·0, b, w·1, w·2.
        double[] given = [.. weights.Values.ToArray().Select(w => (double)w), .. new double[12 - count]];
        for (int i = count; i < width; i++) given[i] = 1;
        for (int s = 0; s < Tensor.Samples; s++)
            for (int patch = 0; patch < 2; patch++)
                for (int i = 0; i < width; i++)
                {
                    double sum = given[width + i];
                    foreach ((int k, int round) in ((int, int)[])[(0, 0), (1, 2), (2, 3)])
                        sum += given[round * width + i] * x.Values[inputs[patch][(i + k) % width] * Tensor.Samples + s];
                    Assert.Equal(Math.Tanh(sum), y.Values[outputs[patch][i] * Tensor.Samples + s], 1e-6);
                }
    }

    /// <summary>More weights than one layer has room for are layers in a row, and have gradients.</summary>
    [Theory]
    [InlineData(3, 2, 8)]     // as many as two outputs of three inputs can have
    [InlineData(3, 2, 13)]    // five in a layer before
    [InlineData(2, 4, 30)]    // three layers before
    public void TheClassicalLayerTakesAnyNumberOfWeights(int inputs, int outputs, int count)
    {
        var table = new ParameterTable();
        IPatchLayer layer = ClassicalPatchLayer.Create(table, "layer", inputs, outputs, count);
        Assert.Equal(count, table.Scalars);
        Weights weights = new Weights(table).Initialise(4);
        int[][] from = [[.. Enumerable.Range(0, inputs)]], to = [[.. Enumerable.Range(0, outputs)]];
        var gradient = new WeightGradient(table);
        var space = new Workspace(weights, gradient);
        Tensor y = Run(space);
        var one = new float[y.Values.Length];
        Array.Fill(one, 1);
        space.Backward(y, one);
        gradient.Propagate(weights);
        for (int w = 0; w < count; w++)
        {
            float before = weights.Values[w], step = 0.01f;
            double up = Sum(before + step), down = Sum(before - step);
            weights.Values[w] = before;
            Assert.Equal((up - down) / (2 * step), gradient.Values[w], 0.02);

            double Sum(float value)
            {
                weights.Values[w] = value;
                double sum = 0;
                foreach (float number in Run(new Workspace(weights)).Values) sum += number;
                return sum;
            }
        }

        Tensor Run(Workspace space)
        {
            Tensor x = space.Input([inputs]);
            for (int i = 0; i < x.Values.Length; i++) x.Values[i] = MathF.Sin(i);
            return layer.Apply(x, from, [outputs], to);
        }
    }

    [Fact]
    public void FrozenAnglesStayWhileOthersMove()
    {
        (float[] frozen, float[] frozenAfter, float[] average, float[] others, float[] othersAfter) = Train(Control.Frozen);
        Assert.Equal(336, frozen.Length);
        Assert.Equal(frozen, frozenAfter);
        Assert.Equal(frozen, average);
        Assert.True(others.Zip(othersAfter).Count(pair => pair.First != pair.Second) > 0.9 * others.Length);
        (float[] free, float[] freeAfter, _, _, _) = Train(Control.None);
        Assert.Equal(frozen, free);
        Assert.All(free.Zip(freeAfter), pair => Assert.NotEqual(pair.First, pair.Second));

        (float[], float[], float[], float[], float[]) Train(Control control)
        {
            using TrainingRun run = TinyExperiment.Start(folder.File(control.ToString()), "model.name=qvunet-1hq",
                $"model.control={control.Name}",
                "model.dimension=null", "model.groups=null", "model.multipliers=null", "model.heads=null",
                "model.headFeatures=null",
                "data.perClass=1", "training.batch=4", "training.steps=2", "training.ema.copySteps=1", "training.ema.every=1",
                    "training.frameEvery=0");
            (float[] angles, float[] rest) = Numbers(run.State.Weights);
            foreach (TrainingStep _ in run.Steps()) { }

            (float[] anglesAfter, float[] restAfter) = Numbers(run.State.Weights);
            return (angles, anglesAfter, Numbers(run.State.Average).Angles, rest, restAfter);

            (float[] Angles, float[] Others) Numbers(Weights weights)
            {
                ILookup<bool, Parameter> parameters = run.State.Network.Parameters.ToLookup(p => p.Name.EndsWith(".angles"));
                return ([.. parameters[true].SelectMany(p => weights[p].ToArray())],
                    [.. parameters[false].SelectMany(p => weights[p].ToArray())]);
            }
        }
    }

    [Theory]
    [InlineData(40, 10)]
    [InlineData(35, 7)]
    [InlineData(34, 17)]
    [InlineData(13, 1)]
    [InlineData(7, 1)]
    public void ANarrowerBlockKeepsGroupsOfAboutFourChannels(int channels, int groups) =>
        Assert.Equal(groups, ResidualBlock.GroupsFor(channels, 4));

    [Fact]
    public void TheShrunkVertexAvoidsWidthsWithoutSuchGroups()
    {
        // 13 channels would be nearest, but 13 is prime: one group of 13, where the network's others are of four.
        Network shrunk = PublishedModels.Named("qvunet-7fq").Build(control: Control.Shrunk);
        Assert.Equal(14, shrunk.Parameters.First(p => p.Name == "mid.res0.conv0.bias").Count);
    }

    [Fact]
    public void FrozenAnglesStayInATrainerThatNobodyToldOfThem()
    {
        Network network = SmallHybrid.Design.Build(Control.Frozen);
        ImageSet images = new("zeros", network.Image, new byte[4 * network.Image.Count]);
        var state = new TrainingState(network, seed: 1);
        float[] before = Angles();
        var objective = new Objective(NoiseSchedule.Cosine(100), Prediction.Epsilon, Weighting.Uniform);
        new Trainer(state, objective, images, new() { Batch = 4 }).Run().First();
        Assert.NotEmpty(before);
        Assert.Equal(before, Angles());

        float[] Angles() => [.. network.Frozen.SelectMany(p => state.Weights[p].ToArray())];
    }

    [Fact(Explicit = true)]
    public void TheAuditKnowsControls()
    {
        AuditReport frozen = Audit.Run(SmallHybrid.Design.Build(Control.Frozen));
        Assert.Equal(4, frozen.Findings.Count(f => f is { Code: "frozen-circuit", Severity: AuditSeverity.Note }));
        Assert.All(frozen.Circuits, circuit => Assert.Equal(84, circuit.LiveInNetwork));

        AuditReport cosine = Audit.Run(SmallHybrid.Design.Build(Control.Cosine));
        Assert.Equal(4, cosine.Findings.Count(f => f.Code == "frozen-circuit"));
        Assert.DoesNotContain(cosine.Totals, total => total.Kind == ParameterKind.CircuitAngle);

        AuditReport classical = Audit.Run(SmallHybrid.Design.Build(Control.Classical));
        Assert.Empty(classical.Circuits);
        AuditParameter[] layers = [.. classical.Parameters.Where(p => p.Name.EndsWith(".weights"))];
        Assert.Equal(4, layers.Length);
        Assert.All(layers, p => Assert.Equal((ParameterKind.Dense, 84, 84), (p.Kind, p.Nominal, p.Live)));
    }

    [Fact]
    public void TheAuditCountsTheNullLabel()
    {
        Network network = (SmallHybrid.Design with { Vertex = null, Classes = 3, NullLabel = true }).Build();
        AuditReport report = Audit.Run(network);
        AuditParameter label = report.Parameters.Single(p => p.Name == "time.label.weight");
        Assert.Equal((40, 40), (label.Nominal, label.Live));
        Assert.All(report.Inputs, input => Assert.True(input.Matters));
        Assert.Equal(["image", "timestep", "label"], report.Inputs.Select(input => input.Name));
    }

    static double[] Normal(string purpose, int count)
    {
        var values = new float[count];
        new RandomStream(7, purpose).FillNormal(values);
        return [.. values.Select(value => (double)value)];
    }
}
