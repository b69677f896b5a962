using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>
/// Every published network, in every wiring, against tests/oracles/parity_reference.py, which implements them anew in PyTorch, in
/// double, with circuits as plain state vectors.
/// </summary>
public class ParityTests
{
    public static IEnumerable<TheoryDataRow<string, Wiring>> Recorded() => Wired(areRecorded: true);

    public static IEnumerable<TheoryDataRow<string, Wiring>> NotRecorded() => Wired(areRecorded: false);

    [Theory]
    [MemberData(nameof(Recorded))]
    public void OutputAndGradientsArePyTorchs(string model, Wiring wiring)
    {
        ParityReport report = ParityCheck.Run(Place(model, wiring), Papers.Catalog, wiring: PublishedModels.NameOf(wiring));
        Assert.Equal((model, PublishedModels.NameOf(wiring)), (report.Model, report.Wiring));
        Assert.All(report.Rows, row => Assert.True(row.Error <= row.Tolerance, $"{row.Name}: {row.Error:E1}"));
    }

    [Theory]
    [MemberData(nameof(NotRecorded))]
    public void AWiringWithoutAFileIsThePapersNetwork(string model, Wiring wiring) =>
        Assert.Equal(Output(model, Wiring.Paper), Output(model, wiring));

    /// <summary>The two wirings of FQConv differ in nothing but the order of wires and the direction of gates.</summary>
    [Fact]
    public void AnotherWiringIsAnotherNetwork()
    {
        ParityReport report = ParityCheck.Run(Place("qvunet-fullfq", Wiring.Paper), Papers.Catalog, wiring: "released");
        Assert.False(report.Passes);
        Assert.True(report.Rows[0].Error > 0.01);
    }

    /// <summary>One number in 14,400 that is wrong shows in the projections of its gradient.</summary>
    [Fact]
    public void AProjectionShowsEveryNumberOfAGradient()
    {
        var gradient = new float[14_400];
        new RandomStream(1, "gradient").FillNormal(gradient);
        double[] before = ParityNumbers.Summary("some.weight", gradient);
        gradient[7_000] = -gradient[7_000] + 1;
        double[] after = ParityNumbers.Summary("some.weight", gradient);
        Assert.Equal(1 + ParityNumbers.Projections, before.Length);
        Assert.True(before.Zip(after, (a, b) => Math.Abs(a - b)).Max() > ParityCheck.GradientTolerance * before[0]);
        (gradient[3], gradient[4]) = (gradient[4], gradient[3]);
        Assert.NotEqual(after[1], ParityNumbers.Summary("some.weight", gradient)[1]);
    }

    /// <summary>A file of the long form and one of the short form with the same numbers say the same.</summary>
    [Fact]
    public void WeightsInTheFileOrByTheRecipe()
    {
        string folder = Directory.CreateTempSubdirectory("qdiff-parity-").FullName;
        try
        {
            SafeTensors shortForm = SafeTensors.Read(Place("attention-light-plain", Wiring.Paper));
            Network network = PublishedModels.Named("attention-light-plain").Build();
            var weights = new Weights(network.Parameters);
            var arrays = shortForm.Names.Select(name => KeyValuePair.Create(name, shortForm[name])).ToList();
            foreach (Parameter p in network.Parameters)
            {
                ParityNumbers.FillWeight(p, weights[p]);
                arrays.Add(new("weight/" + p.Name, StoredArray.Create(p.Shape.ToArray(), weights[p])));
            }

            foreach (string name in (string[])["input", "cotangent"])
                arrays.Add(new(name, StoredArray.Create([2, 1, 28, 28], ParityNumbers.Spread(name, 2 * 28 * 28))));
            string path = Write(arrays, new() { ["case"] = "attention-light-plain" });
            Assert.Equal(ParityCheck.Run(Place("attention-light-plain", Wiring.Paper), Papers.Catalog).Rows,
                ParityCheck.Run(path, Papers.Catalog).Rows);

            // What does not fit says what and where.
            Message("'weight/enc1.bias'", arrays.Where(a => a.Key != "weight/enc1.bias"), []);
            Message("'gradient/other'", [.. arrays.Where(a => !a.Key.StartsWith("weight/", StringComparison.Ordinal)),
                new("gradient/other", StoredArray.Create([1], [1f]))], new() { ["generated"] = "splitmix64" });
            Message("'dice'", arrays, new() { ["generated"] = "dice" });
            Message("'projection/enc1.weight' has 2 numbers",
                arrays.Select(a => a.Key == "projection/enc1.weight" ? new(a.Key, StoredArray.Create([2], [1f, 2])) : a), []);
            Message("'timestep' holds -1",
                arrays.Select(a => a.Key == "timestep" ? new(a.Key, StoredArray.Create([2], [-1L, 2])) : a), []);
            Message("'soldered'", arrays, new() { ["wiring"] = "soldered" });

            void Message(string part, IEnumerable<KeyValuePair<string, StoredArray>> changed, Dictionary<string, string> metadata)
            {
                metadata["case"] = "attention-light-plain";
                Assert.Contains(part, Assert.Throws<InputException>(() =>
                    ParityCheck.Run(Write(changed, metadata), Papers.Catalog)).Message);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Write(IEnumerable<KeyValuePair<string, StoredArray>> arrays, Dictionary<string, string> metadata)
        {
            string path = Path.Combine(folder, "whole.safetensors");
            new SafeTensors(arrays, metadata).Write(path);
            return path;
        }
    }

    [Fact]
    public void ALabelThatTheNetworkLacksIsRefused()
    {
        using TemporaryFolder folder = new();
        SafeTensors file = SafeTensors.Read(Place("qcunet-classical", Wiring.Paper));
        long[] labels = [99, .. file["label"].ToInt64s()[1..]];
        new SafeTensors(file.Names.Select(name => KeyValuePair.Create(name, name == "label"
            ? StoredArray.Create([labels.Length], labels) : file[name])), file.Metadata.ToDictionary(m => m.Key, m => m.Value))
            .Write(folder.File("changed.safetensors"));
        Assert.Contains("'label' holds 99; qcunet-classical has labels 0 to ", Assert.Throws<InputException>(() =>
            ParityCheck.Run(folder.File("changed.safetensors"), Papers.Catalog)).Message);
    }

    [Fact]
    public void AGroupWithoutANumberIsTheWorst() => Assert.True(double.IsNaN(new ParityReport("unet", "paper", 1,
        [new("gradient/mid.a.weight", 1e-6, 1), new("gradient/mid.b.weight", double.NaN, 1)]).Groups.Single().Error));

    static IEnumerable<TheoryDataRow<string, Wiring>> Wired(bool areRecorded) =>
        from model in PublishedModels.All
        from wiring in Enum.GetValues<Wiring>()
        where File.Exists(Place(model.Name, wiring)) == areRecorded
        select new TheoryDataRow<string, Wiring>(model.Name, wiring);

    static string Place(string model, Wiring wiring) =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Fixture.Folder))!, "Networks", "Parity",
            $"{model}-{PublishedModels.NameOf(wiring)}.safetensors");

    static float[] Output(string model, Wiring wiring)
    {
        Network network = PublishedModels.Named(model).Build(wiring);
        var weights = new Weights(network.Parameters);
        foreach (Parameter p in network.Parameters) ParityNumbers.FillWeight(p, weights[p]);
        weights.Refresh();
        Tensor x = new Workspace(weights).Input(network.Image);
        new RandomStream(1, "input").FillNormal(x.Values);
        return network.Predict(x, [3, 700], network.Classes > 0 ? [0, 1] : []).Values.ToArray();
    }
}
