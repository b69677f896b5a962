using System.Text.RegularExpressions;
using Qdiff;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Reports;
using Qdiff.Tensors;

/// <summary>Experiments whose network holds circuits that no paper has: from files, of one's own catalog, in published
/// places.</summary>
public sealed class OwnCircuitTests : IDisposable
{
    const string Ring = """
        OPENQASM 3.0;
        include "stdgates.inc";
        input array[float[64], 4] x;
        input array[float[64], 4] w;
        qubit[4] q;
        ry(x[0]) q[0]; ry(x[1]) q[1]; ry(x[2]) q[2]; ry(x[3]) q[3];
        crx(w[0]) q[0], q[1]; crx(w[1]) q[1], q[2]; crx(w[2]) q[2], q[3]; crx(w[3]) q[3], q[0];
        """;

    const string Yaml = """
        name: own
        data: { dataset: fashion-mnist-test, perClass: 2, size: 8 }
        model:
          dimension: 4
          groups: 2
          multipliers: [1, 3]
          heads: 1
          headFeatures: 4
          vertex: { circuit: circuits-of-mine/ring.qasm, groups: 2 }
        training: { batch: 16, steps: 2, checkpointEvery: 1, sampleEvery: 0, frameEvery: 0, learningRate: 0.01,
            ema: { copySteps: 0 } }
        """;

    readonly TemporaryFolder folder = new();

    string Original => folder.File("circuits-of-mine/ring.qasm");

    public OwnCircuitTests()
    {
        folder.Write("circuits-of-mine/ring.qasm", System.Text.Encoding.UTF8.GetBytes(Ring));
        File.WriteAllText(folder.File("own.yaml"), Yaml);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ARunKeepsTheFileAndGoesOnWithoutTheOriginal()
    {
        string whole = TinyExperiment.Train(Start("whole")), broken = TinyExperiment.Train(Start("broken"), steps: 1);
        Assert.Equal(Ring, File.ReadAllText(Path.Combine(broken, "circuits", "ring.qasm")));
        Assert.Contains("    circuit: circuits/ring.qasm", File.ReadAllText(Path.Combine(broken, "config.yaml")));
        File.Delete(Original);
        string moved = folder.File("elsewhere");
        Directory.Move(Path.Combine(folder.Path, "broken"), moved);

        string run = TinyExperiment.Train(TrainingRun.Resume(Path.Combine(moved, "own-42"), Papers.Catalog));
        TinyExperiment.AssertEqual(TinyExperiment.Content(whole, 2), TinyExperiment.Content(run, 2));
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(run, Papers.Catalog));
        Assert.Equal(["mid.res0.circuit.0", "mid.res0.circuit.1", "mid.res0.circuit.2", "mid.res0.circuit.3"],
            trained.Network.Circuits.Take(4).Select(circuit => circuit.Name));
        Assert.All(trained.Network.Circuits, circuit => Assert.Equal(4, circuit.Angles!.Count));
    }

    [Fact]
    public void AFileThatWasChangedIsNotGoneOnWith()
    {
        string run = TinyExperiment.Train(Start("runs"), steps: 1), copy = Path.Combine(run, "circuits", "ring.qasm");
        File.WriteAllText(copy, Ring.Replace("crx", "cry"));
        string resumed = Assert.Throws<InputException>(() => TrainingRun.Resume(run, Papers.Catalog)).Message;
        Assert.Matches(@"config\.yaml:\d+: model\.vertex\.circuit is circuits/ring\.qasm \(sha256:[0-9a-f]{64}\), but the run "
            + "was trained with sha256:", resumed);
        Assert.Contains("model.vertex.circuit", Assert.Throws<InputException>(() =>
            TrainedRun.Open(RunFolder.Open(run, Papers.Catalog))).Message);
        // Not that the experiment's own file would be the one that counts: it is another experiment then.
        File.WriteAllText(copy, Ring);
        File.WriteAllText(Original, Ring.Replace("crx", "cry"));
        Assert.Contains("was started with model.vertex.circuit", Assert.Throws<InputException>(() => TrainingRun.StartOrResume(
            Load(), folder.File("runs"), ["test"])).Message);
        File.Delete(copy);
        Assert.Contains("There is no circuit "
            + "file", Assert.Throws<InputException>(() => RunFolder.Open(run, Papers.Catalog)).Message);
    }

    /// <summary>Runs come from others: what one names lies in its folder, while somebody's own configuration may name
    /// anything.</summary>
    [Fact]
    public void ARunsConfigurationLeadsToNothingOutside()
    {
        string run = TinyExperiment.Train(Start("runs"), steps: 1), config = Path.Combine(run, "config.yaml");
        string circuits = File.ReadAllText(config), secret = folder.File("secret.txt");
        File.WriteAllText(secret, "what lies outside");
        List<string> outside = ["../../secret.txt", "circuits/../../../secret.txt", secret];
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(run, "circuits", "link.qasm"), secret);
            Directory.CreateSymbolicLink(Path.Combine(run, "way-out"), folder.Path);
            outside.AddRange(["circuits/link.qasm", "way-out/secret.txt"]);
        }

        foreach (string path in outside)
        {
            Refused(circuits.Replace("circuits/ring.qasm", path));
            Refused($"schema: 1\ntraining: {{ noise: '{path}' }}\n");

            void Refused(string yaml)
            {
                File.WriteAllText(config, yaml);
                string why = Assert.Throws<InputException>(() => RunFolder.Open(run, Papers.Catalog)).Message;
                Assert.Matches($@"^{Regex.Escape(config)}:\d+: {Regex.Escape(path)} leads out of this folder\.", why);
                Assert.Equal([why], RunContent.Read(run, Papers.Catalog).Problems);
            }
        }

        File.WriteAllText(config, circuits.Replace("circuits/ring.qasm", "../../circuits-of-mine/ring.qasm"));
        Assert.Equal(Ring, ResolvedExperiment.Load(config, Papers.Catalog).Config.Model.Vertex.File!.Text);
    }

    /// <summary>The same content under another name is the same experiment.</summary>
    [Fact]
    public void TheContentCountsAndNotThePlace()
    {
        string run = TinyExperiment.Train(Start("runs"), steps: 1);
        File.Copy(Original, folder.File("other.qasm"));
        using TrainingRun again = TrainingRun.StartOrResume(Load("model.vertex.circuit=" + folder.File("other.qasm")),
            folder.File("runs"), ["test"]);
        Assert.Equal((1L, run), (again.State.Step, again.Folder.Path));
    }

    [Fact]
    public void TwoFilesOfOneNameAreTwoFiles()
    {
        folder.Write("b/ring.qasm", System.Text.Encoding.UTF8.GetBytes(Ring.Replace("crx", "cry")));
        using TrainingRun run = TrainingRun.Start(Load("model.gate.circuit=" + folder.File("b/ring.qasm")), folder.File("runs"),
            ["test"]);
        Assert.Equal(["2-ring.qasm", "ring.qasm"],
            Directory.GetFiles(Path.Combine(run.Folder.Path, "circuits")).Select(Path.GetFileName)
            .Order());
        RunFolder back = RunFolder.Open(run.Folder.Path, Papers.Catalog);
        back.RequireAsStarted();
        Assert.Equal("circuits/2-ring.qasm", back.Experiment.Config.Model.Gate.Circuit);
        Assert.Equal("gate.angles", back.Experiment.Config.BuildNetwork([1, 8, 8], Papers.Catalog).Circuits[^1].Angles!.Name);
    }

    [Theory]
    [InlineData("pennylane_quanvolution", 2, 4)]          // dead weights and parts of two wires
    [InlineData("squlearn_yz_cx", 2, 16)]                 // angles that mix features and weights
    [InlineData("squlearn_chebyshev_pqc", 1, 24)]         // weights times features; two features, four read-outs
    [InlineData("squlearn_hubregtsen", 1, 16)]            // each feature on several wires
    public void PublicCircuitsWithAnEncodingTakeAPlace(string name, int patch, int weights)
    {
        string path = Path.Combine(Repository.Root, "tests", "Qdiff.Quantum.Tests", "Fixtures", "Qasm", name + ".qasm");
        ResolvedExperiment experiment = Load(ResolvedExperiment.Option("model.vertex.circuit", path),
            $"model.vertex.patch={patch}");
        Network network = experiment.Config.BuildNetwork([1, 8, 8], Papers.Catalog);
        Assert.Equal(8, network.Circuits.Count);
        Assert.All(network.Circuits, circuit => Assert.Equal(weights, circuit.Angles!.Count));
        NetworkCheck.FastEqualsReference(network, tolerance: 1e-4);
        foreach (string control in (string[])["frozen", "unentangled", "cosine", "classical", "shrunk"])
            experiment.With($"model.control={control}").Config.BuildNetwork([1, 8, 8], Papers.Catalog);
        string both = Assert.Throws<InputException>(() => experiment.With("model.vertex.encoding=rx")).Message;
        Assert.StartsWith("option model.vertex.encoding: model.vertex.encoding: ", both);
        Assert.Contains("brings its own encoding; leave this out.", both);
        Assert.Contains("layers are for circuits by name",
            Assert.Throws<InputException>(() => experiment.With("model.vertex.layers=2")).Message);
    }

    [Fact]
    public void AFileWithoutInputsNeedsAnEncoding()
    {
        string path = Path.Combine(Repository.Root, "tests", "Qdiff.Quantum.Tests", "Fixtures", "Qasm",
            "lgg_unet_bottleneck.qasm");
        string option = ResolvedExperiment.Option("model.vertex.circuit", path);
        Assert.Contains("has no inputs, so that nothing of the image could act on it: w[0] to w[23] count as weights; call what "
            + "is fed in x, or set encoding, for example to rx.", Assert.Throws<InputException>(() => Load(option)).Message);
        foreach (string encoding in Papers.Catalog.Encodings.Names)
            Assert.NotEmpty(Load(option, $"model.vertex.encoding={encoding}", "model.vertex.groups=1").Config
                .BuildNetwork([1, 8, 8], Papers.Catalog).Circuits);
    }

    [Fact]
    public void ABrokenFileIsToldWithItsPlace()
    {
        File.WriteAllText(Original, Ring.Replace("ry(x[0])", "ry(y)"));
        Assert.Matches(@"own\.yaml:9: .*ring\.qasm:6:4: ""y"" is not declared",
            Assert.Throws<InputException>(() => Load()).Message);
        // A parameter that no gate uses is a warning when training starts.
        File.WriteAllText(Original, Ring.Replace("crx(w[3])", "crx(w[2])"));
        Assert.Contains("ring.qasm:4:1: w[3] is in no gate's angle.", Assert.Single(Load().Warnings));
    }

    /// <summary>Circuits, encodings and networks of one's own are names like any other.</summary>
    [Fact]
    public void PartsOfOnesOwnAreNames()
    {
        Catalog own = Papers.Catalog with
        {
            Circuits = [.. Papers.Catalog.Circuits, NamedCircuit.Create("my-ring", (qubits, layers) =>
                Enumerable.Range(0, qubits * layers).Select(k => Gate.CRY(k % qubits, (k + 1) % qubits, Angle.Weight(k))))],
            Encodings = [.. Papers.Catalog.Encodings, NamedEncoding.Create("twice", qubits =>
                Enumerable.Range(0, qubits).Select(wire => Gate.RY(wire, Angle.Input(wire, 2))))],
            Controls = [.. Papers.Catalog.Controls, Control.Create("without-weights", circuit =>
                new(circuit.Qubits, circuit.Gates.Where(gate => gate.Angle.DependsOnInputs || gate.Spec.Angles == 0),
                    circuit.Inputs, weights: 0))],
            Networks = [.. Papers.Catalog.Networks, NamedNetwork.Create("twin", (model, image) =>
                new UNet { Image = image, Dimension = model.Dimension ?? 4, Multipliers = [1], Heads = 1, HeadFeatures = 4 }) with
            { Settings = ["dimension"] }],
        };
        ExperimentConfig config = Parse("model.vertex.circuit=my-ring", "model.vertex.qubits=8", "model.vertex.layers=3",
            "model.vertex.encoding=twice");
        Network network = config.BuildNetwork([1, 28, 28], own);
        Assert.Equal(4 * 24, network.Circuits.Sum(circuit => circuit.Angles!.Count));
        Assert.Equal(2, network.Circuits[0].Lowered.Circuit.Gates[0].Angle.Scale);

        Network plain = Parse("model.vertex.circuit=my-ring", "model.control=without-weights").BuildNetwork([1, 28, 28], own);
        Assert.All(plain.Circuits, circuit => Assert.Null(circuit.Angles));
        Assert.Contains(plain.Layers, layer => layer.Kind == "hybrid block, 1 × my-ring, without-weights");

        Assert.Equal([2, 8, 8], Parse("model.name=twin", "model.dimension=6").BuildNetwork([2, 8, 8], own).Image.ToArray());
        Assert.Contains("the model 'twin' has no setting model.heads",
            Assert.Throws<InputException>(() => Parse("model.name=twin", "model.heads=2")).Message);
        Assert.Contains("the model 'twin' has no wiring 'released'",
            Assert.Throws<InputException>(() => Parse("model.name=twin", "model.wiring=released")).Message);
        Assert.Contains("my-ring", Assert.Throws<InputException>(() => new ExperimentSettings(own with
        { Circuits = [.. own.Circuits, NamedCircuit.Create("my-ring", (qubits, _) => new Circuit(qubits, []))] })).Message);

        ExperimentConfig Parse(params string[] options) => ResolvedExperiment.Parse("", "a.yaml", own, options).Config;
    }

    [Fact]
    public void PublishedModelsChangeKeyByKey()
    {
        Network network = Parse("model.name=qvunet-1hq", "model.dimension=8", "model.vertex.layers=2");
        Assert.Equal(4 * 56, network.Circuits.Sum(circuit => circuit.Angles!.Count));
        Assert.Equal(8, network.Parameters["init.bias"].Count);
        Assert.Equal(3 * 4 * 56, Parse("model.name=qvunet-1hq", "model.vertex.layers=2",
            "model.vertex.groups=3").Circuits.Sum(c => c.Angles!.Count));
        Assert.Empty(Parse("model.name=qvunet-1hq", "model.vertex.circuit=none").Circuits);
        Assert.Equal(new Circuit(12, Ansatz.BasicEntangler(12, 4)).Weights,
            Parse("model.name=qvunet-1hq", "model.vertex.circuit=basic", "model.vertex.qubits=12").Circuits[0].Angles!.Count);
        Assert.Equal(24, Parse("model.name=attention-light", "model.gate.qubits=4").Circuits[0].Angles!.Count);
        Assert.Equal(16, Assert.Single(Parse("model.name=attention-light-plain",
            "model.gate.circuit=basic").Circuits).Angles!.Count);

        static Network Parse(params string[] options) =>
            ResolvedExperiment.Parse("", "a.yaml", Papers.Catalog, options).Config.BuildNetwork([1, 28, 28], Papers.Catalog);
    }

    /// <summary>What a published U-Net is in a wiring, written as settings of a plain one, is the same network.</summary>
    [Theory]
    [InlineData("quanvunet", "paper")]
    [InlineData("quanvunet", "released")]
    [InlineData("quanvunet", "repaired")]
    [InlineData("qvunet-fullfq", "released")]
    [InlineData("qvunet-1hq", "repaired")]
    [InlineData("qcunet-vertex", "released")]
    [InlineData("qcunet", "paper")]
    public void PublishedModelsAreLinesOfData(string name, string wiring)
    {
        NamedNetwork published = Papers.Catalog.Networks[name];
        ExperimentConfig settled = new() { Model = published.Settled(new() { Name = name, Wiring = wiring }) };
        string[] lines = [.. new ExperimentSettings(Papers.Catalog).All
            .Where(s => s.Path.StartsWith("model.") && s.Path is not ("model.name" or "model.wiring")
                && s.Show(settled) != "null")
            .Select(s => $"{s.Path}={s.Show(settled)}")];
        Assert.InRange(lines.Length, 1, 22);
        Network expected = published.Build(wiring), actual = ResolvedExperiment.Parse("", "a.yaml", Papers.Catalog,
            ["model.name=unet", .. lines]).Config.BuildNetwork(published.Images[0], Papers.Catalog);
        Assert.Equal(expected.Parameters.Select(p => (p.Name, p.Shape)), actual.Parameters.Select(p => (p.Name, p.Shape)));
        Assert.True(new Weights(expected.Parameters)
            .Initialise(1).Values.SequenceEqual(new Weights(actual.Parameters).Initialise(1).Values));
        Assert.All(expected.Circuits.Zip(actual.Circuits), pair =>
            Assert.Equal(pair.First.Lowered.Circuit.Gates, pair.Second.Lowered.Circuit.Gates));
    }

    TrainingRun Start(string root) => TrainingRun.Start(Load(), folder.File(root), ["test"]);

    ResolvedExperiment Load(params string[] options) => ResolvedExperiment.Load(folder.File("own.yaml"), Papers.Catalog, options);
}
