using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>
/// Every published network, in every wiring, against tests/oracles/parity_reference.py, which implements them anew in PyTorch, in
/// double, with circuits as plain state vectors.
/// </summary>
public class ParityTests
{
    public static TheoryData<string, Wiring> Networks()
    {
        var networks = new TheoryData<string, Wiring>();
        foreach (NamedNetwork model in PublishedModels.All)
            foreach (Wiring wiring in Enum.GetValues<Wiring>()) networks.Add(model.Name, wiring);
        return networks;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void OutputAndGradientsArePyTorchs(string model, Wiring wiring)
    {
        ParityReport report = ParityCheck.Run(Recorded(model, wiring), Papers.Catalog, wiring: PublishedModels.NameOf(wiring));
        Assert.Equal((model, PublishedModels.NameOf(wiring)), (report.Model, report.Wiring));
        Assert.All(report.Rows, row => Assert.True(row.Error <= row.Tolerance, $"{row.Name}: {row.Error:E1}"));
    }

    /// <summary>The two wirings of FQConv differ in nothing but the order of wires and the direction of gates.</summary>
    [Fact]
    public void AnotherWiringIsAnotherNetwork()
    {
        ParityReport report = ParityCheck.Run(Recorded("qvunet-fullfq", Wiring.Paper), Papers.Catalog, wiring: "released");
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
            SafeTensors shortForm = SafeTensors.Read(Recorded("attention-light-plain", Wiring.Paper));
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
            Assert.Equal(ParityCheck.Run(Recorded("attention-light-plain", Wiring.Paper), Papers.Catalog).Rows,
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
        SafeTensors file = SafeTensors.Read(Recorded("qcunet-classical", Wiring.Paper));
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

    /// <summary>A wiring without a file is the same network as the paper's.</summary>
    static string Recorded(string model, Wiring wiring)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Fixture.Folder))!, "Networks", "Parity");
        string path = Path.Combine(folder, $"{model}-{wiring.ToString().ToLowerInvariant()}.safetensors");
        return File.Exists(path) ? path : Path.Combine(folder, $"{model}-paper.safetensors");
    }
}
