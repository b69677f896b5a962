using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;

public class ProtocolTests
{
    static readonly Protocol s_fid = new()
    {
        Metric = "fid",
        Features = "inception-768",
        Resize = "tf1bilinear",
        Width = 768,
        RealCount = 7000,
        GeneratedCount = 7000,
        Split = "train",
        WeightsHash = "sha256:01ab",
    };

    [Fact]
    public void TextIsCanonical()
    {
        Assert.Equal("fid/inception-768-tf1bilinear/v1 d=768 n=7000:7000 split=train seed=0 weights=sha256:01ab",
            s_fid.ToString());
        Protocol kid = new()
        {
            Metric = "kid",
            Features = "domain",
            Version = 2,
            Width = 64,
            RealCount = 500,
            GeneratedCount = 400,
            Split = "test",
            Subsets = 100,
            SubsetSize = 50,
            Seed = 7,
            Reference = "sha256:ff",
        };
        Assert.Equal("kid/domain/v2 d=64 n=500:400 split=test subsets=100 subset-size=50 seed=7 reference=sha256:ff",
            kid.ToString());
    }

    [Fact]
    public void EveryPropertyStandsInTheText()
    {
        Protocol[] others =
        [
            s_fid with { Metric = "kid" },
            s_fid with { Features = "x" },
            s_fid with { Resize = "bicubic" },
            s_fid with { Version = 2 },
            s_fid with { Width = 64 },
            s_fid with { RealCount = 1 },
            s_fid with { GeneratedCount = 1 },
            s_fid with { Split = "test" },
            s_fid with { Seed = 1 },
            s_fid with { WeightsHash = "sha256:02" },
            s_fid with { Reference = "sha256:03" },
            s_fid with { Subsets = 1 },
            s_fid with { SubsetSize = 1 },
            s_fid with { Splits = 1 },
            s_fid with { Neighbours = 1 },
            s_fid with { FewSamples = true },
            s_fid.With("bandwidth", 0.5),
        ];
        // One a settable property: a new property without a case here, or without a place in the text, is found.
        Assert.Equal(typeof(Protocol).GetProperties().Count(property => property.CanWrite), others.Length);
        Assert.Equal(others.Length + 1, others.Append(s_fid).Select(protocol => protocol.ToString()).Distinct().Count());
        Assert.All(others, other => Assert.NotNull(Protocol.Difference(s_fid, other)));
        Assert.Null(Protocol.Difference(s_fid, s_fid with { }));
    }

    [Fact]
    public void EqualTextsAreEqualProtocols()
    {
        Protocol measured = s_fid.With("bandwidth", 0.5), readAgain = s_fid.With("bandwidth", 0.5);
        Assert.NotSame(measured.Parameters, readAgain.Parameters);
        Assert.Equal(measured, readAgain);
        Assert.Equal(measured.GetHashCode(), readAgain.GetHashCode());
        Assert.NotEqual(measured, s_fid.With("bandwidth", 0.25));
    }

    [Fact]
    public void FewerSamplesThanTheMetricBearsAreRefused()
    {
        string message = Refused(new FidMetric(), s_fid with { GeneratedCount = 768 });
        Assert.Contains("at least 769", message);
        Assert.Contains("KID", message);
        Assert.True(new FidMetric().ProtocolOf(s_fid with { GeneratedCount = 768, FewSamples = true }).FewSamples);
        Assert.Contains("at most 1.", Refused(new KidMetric(), s_fid with { GeneratedCount = 1 }));
        Assert.Equal(45, new KidMetric { SubsetSize = 100 }.ProtocolOf(s_fid with { GeneratedCount = 90 }).SubsetSize);
        Assert.Contains("neighbour number 5", Refused(new CoverageMetric(), s_fid with { RealCount = 5 }));
        Assert.Contains("10 splits", Refused(new InceptionScoreMetric(), s_fid with { GeneratedCount = 9 }));
        Assert.Contains("must be a word", Refused(new FidMetric(), s_fid with { Split = "train set" }));
        Assert.Contains("is NaN", Assert.Throws<InputException>(() => new MetricValue(double.NaN, s_fid)).Message);
        Assert.Contains("must be a word", Assert.Throws<InputException>(() =>
            new MetricValue(1, s_fid.With("band width", 1))).Message);

        static string Refused(Metric metric, Protocol protocol) =>
            Assert.Throws<InputException>(() => metric.ProtocolOf(protocol)).Message;
    }

    [Fact]
    public void DifferentProtocolsDoNotCompare()
    {
        MetricValue a = new(10, s_fid), b = new(8, s_fid), other = new(8, s_fid with { GeneratedCount = 5000 });
        Assert.Equal(2, a.Minus(b));
        string message = Assert.Throws<InputException>(() => a.Minus(other)).Message;
        Assert.Contains("n=7000:7000 against n=7000:5000", message);
    }

    [Fact]
    public void PresetsGiveProtocolsThatBearTheirMetrics()
    {
        Assert.Equal(["domain", "paper-a", "paper-b", "paper-c"], Papers.Catalog.Presets.Names);
        foreach (EvaluationPreset preset in Papers.Catalog.Presets)
            foreach (Metric metric in preset.Metrics) Assert.Equal(metric.Name, Planned(preset, metric).Metric);

        EvaluationPreset a = Papers.Catalog.Presets["paper-a"];
        Assert.Equal("kid/inception-2048/v1 d=2048 n=7000:7000 split=train subsets=100 subset-size=100 seed=0",
            Planned(a, a.Metrics["kid"]).ToString());
        Assert.Equal("is/inception-2048/v1 d=2048 n=0:7000 splits=10 seed=0", Planned(a, a.Metrics["is"]).ToString());
        Assert.Contains("Known are domain, paper-a",
            Assert.Throws<InputException>(() => Papers.Catalog.Presets["paper-d"]).Message);

        static Protocol Planned(EvaluationPreset preset, Metric metric) => metric.ProtocolOf(new()
        {
            Metric = "",
            Features = preset.Features,
            Width = preset.Features == "domain" ? 128 : 2048,
            RealCount = preset.ReferenceCount == 0 ? 27_000 : preset.ReferenceCount,
            GeneratedCount = preset.GeneratedCount,
            Split = preset.ReferenceSplit.ToString().ToLowerInvariant(),
        });
    }
}
