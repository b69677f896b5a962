using Qdiff;
using Qdiff.Papers;

public class ConfigurationErrorTests
{
    [Theory]
    [InlineData("training:\n  bacth: 3", "test.yaml:2: there is no setting 'training.bacth'. Did you mean training.batch?")]
    [InlineData("training:\n  schedule: cosine", "Did you mean diffusion.schedule?")]
    [InlineData("trainig:\n  batch: 3", "test.yaml:1: there is no setting 'trainig'. Did you mean training?")]
    [InlineData("quantumLayer: 3", "Known: name, data, model, diffusion, training,")]
    [InlineData("training:\n  ema:\n    decay: 3", "test.yaml:3: there is no setting 'training.ema.decay'")]
    [InlineData("training:\n  batch: 0", "test.yaml:2: training.batch is 0; it must be an integer from 1 to 65536. Without it "
        + "the default is 128.")]
    [InlineData("training:\n  steps: -1", "training.steps is -1; it must be an integer of at least 1.")]
    [InlineData("training:\n  steps: 2000.5", "training.steps is 2000.5; it must be an integer")]
    [InlineData("training:\n  steps: \"2000\"", "training.steps is \"2000\"; it must be an integer")]
    [InlineData("training:\n  steps: [1]", "training.steps is [1]; it must be an integer")]
    [InlineData("training:\n  steps:", "training.steps is empty; it must be an integer")]
    [InlineData("training:\n  steps: 99999999999", "training.steps is 99999999999; it must be an integer")]
    [InlineData("training:\n  steps:\n    a: 1", "training.steps must be a single value")]
    [InlineData("training:\n  learningRate: .nan", "training.learningRate is .nan; it must be a number above 0")]
    [InlineData("training:\n  learningRate: 1e999", "it must be a number above 0")]
    [InlineData("training:\n  beta2: 1", "training.beta2 is 1; it must be a number of at least 0 and below 1.")]
    [InlineData("training: 5", "test.yaml:1: training is a group of settings, not 5")]
    [InlineData("model:\n  multipliers: [1, 0]", "model.multipliers is [1, 0]; it must be a list of integers of at least 1")]
    [InlineData("training:\n  epochs: 0", "training.epochs is 0; it must be a number above 0")]
    [InlineData("training:\n  labelDropout: 0.1", "training.labelDropout needs a model that takes class labels, not 'unet'")]
    [InlineData("model:\n  name: attention-light\ntraining:\n  labelDropout: 0.1", "not 'attention-light'")]
    [InlineData("model:\n  name: qcunet\nsampling:\n  guidance: 2", "set training.labelDropout, for example 0.1")]
    [InlineData("model:\n  control: coseno", "Did you mean cosine?")]
    [InlineData("data:\n  classes: [[0]]", "data.classes must be a single value or a list of values")]
    [InlineData("data:\n  split: tets", ", or null. Did you mean test?")]
    [InlineData("model:\n  name: qvunet-1hqq", "Did you mean qvunet-1hq?")]
    [InlineData("model:\n  wiring: 1", "model.wiring is 1; it must be one of paper, released")]
    [InlineData("sampling:\n  clip: yes", "sampling.clip is yes; it must be true or false.")]
    [InlineData("name: ../escape", "name is ../escape; it must be a name of at most 80 letters")]
    [InlineData("name: a\nname: b", "this is not YAML")]
    [InlineData("name: [", "test.yaml:2: this is not YAML")]
    [InlineData("a: b: c", "test.yaml:1: this is not YAML")]
    [InlineData("name: a\ntraining:\n\tbatch: 3", "test.yaml:3: this is not YAML")]
    [InlineData("name: a\ntraining:\n  batch: 3\n  \tsteps: 4", "test.yaml:4: this is not YAML")]
    [InlineData("- name", "a configuration is a list of 'key: value'")]
    [InlineData("name: a\n---\nname: b", "has 2 documents")]
    [InlineData("schema: 2", "test.yaml:1: schema is 2; this version of qdiff reads schema 1.")]
    [InlineData("a: &x [1]\ntraining:\n  steps: *x", "test.yaml:3: aliases (*name) cannot be used here.")]
    [InlineData("training:\n  ? [a]\n  : 3", "a key must be a word")]
    [InlineData("a:\n[ b: c\nd:", "test.yaml:1: this is not YAML")]
    [InlineData("...\n--- a\n... b", "test.yaml:1: this is not YAML")]
    [InlineData("name: a\n: 1", "test.yaml:2: a key is empty")]
    [InlineData("name: a\n\"\": 1", "test.yaml:2: a key is empty")]
    public void MistakesNamePlaceValueAndCure(string yaml, string expected) =>
        Assert.Contains(expected,
            Assert.Throws<InputException>(() => ResolvedExperiment.Parse(yaml, "test.yaml", Papers.Catalog)).Message);

    [Theory]
    [InlineData("training.steps=0", "option training.steps: training.steps is 0; it must be an integer of at least 1.")]
    [InlineData("training.stepps=5", "option training.stepps: there is no setting 'training.stepps'. Did you mean "
        + "training.steps?")]
    [InlineData("steps=5", "option steps: there is no setting 'steps'. Did you mean training.steps, "
        + "diffusion.steps or sampling.steps?")]
    [InlineData("seed=43", "Did you mean training.seed, data.seed or sampling.seed?")]
    [InlineData("training=5", "option training: training is a group of settings; name one of them. Known in training: seed, ")]
    [InlineData("training.ema=5", "Known in training.ema: copySteps, every, ")]
    [InlineData("training.steps", "write it as PATH=VALUE")]
    [InlineData("=5", "write it as PATH=VALUE")]
    [InlineData("data.classes=[0", "option data.classes: this is not YAML")]
    [InlineData("model.dimension=20", null)]
    public void OverridesAreCheckedAlike(string option, string? expected)
    {
        if (expected is null) ResolvedExperiment.Parse("", "test.yaml", Papers.Catalog, [option]);
        else Assert.Contains(expected,
            Assert.Throws<InputException>(() => ResolvedExperiment.Parse("", "test.yaml", Papers.Catalog, [option])).Message);
    }

    [Theory]
    [InlineData("model:\n  groups: 3", "test.yaml:2: model.dimension (=10) must be divisible by model.groups (=3); for example "
        + "groups 2.")]
    [InlineData("model:\n  dimension: 12\n  groups: 10", "test.yaml:3: model.dimension (=12) must be divisible by model.groups "
        + "(=10); for example groups 6.")]
    [InlineData("model:\n  dimension: 5\n  groups: 5", "an even number")]
    [InlineData("model:\n  name: attention-light\n  heads: 2",
        "test.yaml:3: the model 'attention-light' has no setting model.heads")]
    [InlineData("model:\n  vertex: { circuit: hqcnv }", "test.yaml:2: model.vertex.circuit is hqcnv; it must be one of hqconv")]
    [InlineData("model:\n  vertex: { circuit: hqcnv }", "Did you mean hqconv?")]
    [InlineData("model:\n  vertex: { circut: hqconv }",
        "there is no setting 'model.vertex.circut'. Did you mean model.vertex.circuit?")]
    [InlineData("model:\n  vertex:\n    layers: 2", "test.yaml:3: model.vertex.layers is given, but there is no circuit; set "
        + "model.vertex.circuit.")]
    [InlineData("model:\n  vertex:\n    circuit: basic\n    qubits: 5",
        "test.yaml:4: model.vertex.circuit: The circuit basic has 5 "
        + "inputs, which are no whole channels of 2×2 pixels: 4, 8, 12, … fit.")]
    [InlineData("model:\n  vertex:\n    circuit: hqconv\n    qubits: 6",
        "test.yaml:4: model.vertex.qubits: HQConv joins registers")]
    [InlineData("model:\n  vertex:\n    circuit: basic\n    readout: [Z0, Z9, Z1, Z2]",
        "test.yaml:4: model.vertex.readout: Z9: there is "
        + "no wire 9; the circuit has wires 0 to 3.")]
    [InlineData("model:\n  vertex:\n    circuit: basic\n    readout: [Z0]",
        "The circuit basic has 1 read-outs, which are no whole")]
    [InlineData("model:\n  vertex:\n    circuit: basic\n    encoding: qx",
        "test.yaml:4: model.vertex.encoding is qx; it must be one of rx")]
    [InlineData("model:\n  vertex: { circuit: none.qasm }", "test.yaml:2: There is no circuit file none.qasm.")]
    [InlineData("model:\n  quanvolution:\n    circuit: basic\n    level: 4",
        "test.yaml:4: model.quanvolution.level is 4, but the network "
        + "has levels 0 to 3.")]
    [InlineData("model:\n  name: qvunet-fullhq\n  vertex:\n    remainder: { qubits: 3 }",
        "test.yaml:4: model.vertex.circuit: The circuit "
        + "basic has 3 inputs")]
    [InlineData("model:\n  vertex: { circuit: basic }\n  gate:\n    qubits: 4", "test.yaml:4: model.gate.qubits is given")]
    [InlineData("diffusion:\n  zeroTerminalSnr: true", "test.yaml:2: with diffusion.zeroTerminalSnr")]
    [InlineData("diffusion:\n  weighting: uniform\n  gamma: 1",
        "test.yaml:3: diffusion.gamma is 1, but it belongs to the weightings p2 and min-snr")]
    [InlineData("diffusion:\n  weighting: min-snr\n  k: 1", "test.yaml:3: diffusion.k is 1, but it belongs to the weighting p2")]
    [InlineData("diffusion:\n  steps: 10\nsampling:\n  steps: 50", "test.yaml:4: sampling.steps (=50) cannot exceed "
        + "diffusion.steps (=10)")]
    [InlineData("sampling:\n  sampler: ddim\n  variance: 1", "test.yaml:3: sampling.variance is 1, but it belongs to the sampler "
        + "ddpm, not to ddim")]
    [InlineData("sampling:\n  clip: false\n  threshold: 0.9", "test.yaml:3: sampling.threshold says how estimates are clipped")]
    [InlineData("sampling:\n  guidanceFrom: 5\n  guidanceTo: 4", "test.yaml:2: sampling.guidanceFrom (=5) must not be above "
        + "sampling.guidanceTo (=4).")]
    [InlineData("diffusion:\n  steps: 10\nsampling:\n  guidanceFrom: 10", "test.yaml:4: sampling.guidanceFrom (=10) must be "
        + "below diffusion.steps (=10)")]
    [InlineData("sampling:\n  eta: 0.5", "test.yaml:2: sampling.eta is 0.5, but it belongs to the sampler ddim, not to ddpm")]
    [InlineData("training:\n  warmUp: 9375", "test.yaml:2: training.warmUp (=9375) must be below training.steps (=9375).")]
    public void WhatDoesNotGoTogetherIsRefused(string yaml, string expected) =>
        Assert.Contains(expected,
            Assert.Throws<InputException>(() => ResolvedExperiment.Parse(yaml, "test.yaml", Papers.Catalog)).Message);

    /// <summary>Pieces of YAML in any order: read, or refused with the place; never a mistake of the parser's.</summary>
    [Fact]
    public void WhateverIsWrittenIsReadOrRefused()
    {
        string[] pieces = ["a", "name", "training", ":", ": ", "\n", "\n  ", "- ", "[", "]", "{", "}", "---", "...", "? ", "&x ",
            "*x", "!!t ", "'", "\"", "|", ">", "#", ",", "\t", "%YAML 1.2", "<<", "~", "\u001b", "\u0085", "0"];
        var random = new Random(7);
        for (int n = 0; n < 4000; n++)
        {
            string yaml = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                ResolvedExperiment.Parse(yaml, "test.yaml", Papers.Catalog);
            }
            catch (InputException e)
            {
                Assert.StartsWith("test.yaml", e.Message);
            }
        }
    }

    [Fact]
    public void HostileFilesEndInAMessage()
    {
        Assert.Contains("nested too deeply",
            Assert.Throws<InputException>(() =>
                ResolvedExperiment.Parse(new string('[', 200_000), "test.yaml", Papers.Catalog)).Message);
        Assert.Contains("characters",
            Assert.Throws<InputException>(() =>
                ResolvedExperiment.Parse(new string('#', 2_000_000), "test.yaml", Papers.Catalog)).Message);
        Assert.Contains("cannot be read",
            Assert.Throws<InputException>(() => ResolvedExperiment.Load("no/such/file.yaml", Papers.Catalog)).Message);
    }
}
