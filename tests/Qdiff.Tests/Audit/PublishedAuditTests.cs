using Qdiff;
using Qdiff.Papers;

/// <summary>
/// The audit, which knows none of these numbers, finds what is known of the published networks: the live column of the
/// specification's table of counts (De Falco et al., arXiv 2402.16147), less the biases that normalisations of single channels
/// take away again, which that column does not subtract.
/// </summary>
public class PublishedAuditTests
{
    /// <param name="live">The table's live total.</param>
    /// <param name="absorbed">
    /// Biases before one-channel groups: 2 · 10 in each block at 10 channels; in a quanvolution block three of ten channels have
    /// none.
    /// </param>
    [Theory(Explicit = true)]
    [InlineData("qvunet-1hq", Wiring.Released, 475_329, 474_513, 24, 140)]
    [InlineData("unet", Wiring.Released, 483_321, 483_321, 0, 140)]
    [InlineData("qvunet-1fq", Wiring.Released, 475_281, 474_633, 144, 140)]
    [InlineData("qvunet-fullhq", Wiring.Released, 429_993, 426_217, 656, 140)]
    [InlineData("quanvunet", Wiring.Released, 473_817, 472_185, 48, 128)]
    [InlineData("qvunet-7hq", Wiring.Released, 440_985, 435_273, 168, 140)]
    [InlineData("qvunet-7fq", Wiring.Released, 440_649, 436_113, 1_008, 140)]
    [InlineData("qvunet-fullfq", Wiring.Released, 429_369, 429_337, 3_776, 140)]
    [InlineData("qvunet-1hq", Wiring.Paper, 475_329, 475_329, 336, 140)]
    [InlineData("qvunet-1fq", Wiring.Paper, 475_281, 475_281, 288, 140)]
    [InlineData("qvunet-7hq", Wiring.Paper, 440_985, 440_985, 2_352, 140)]
    [InlineData("qvunet-7fq", Wiring.Paper, 440_649, 440_649, 2_016, 140)]
    [InlineData("qvunet-fullhq", Wiring.Paper, 429_993, 429_993, 4_432, 140)]
    [InlineData("qvunet-fullfq", Wiring.Paper, 429_369, 429_369, 3_808, 140)]
    [InlineData("quanvunet", Wiring.Paper, 474_293, 474_293, 392, 128)]
    [InlineData("qcunet-classical", Wiring.Paper, 1_281_243, 1_281_243, 0, 140)]
    public void LiveCounts(string model, Wiring wiring, int nominal, int live, int angles, int absorbed) =>
        Check(model, wiring, nominal, live, angles, absorbed);

    static void Check(string model, Wiring wiring, int nominal, int live, int angles, int absorbed)
    {
        AuditReport report = Audit.Run(PublishedModels.Named(model).Build(wiring));
        Assert.Equal((nominal, live - absorbed, 0), (report.Nominal, report.Live, report.Detached));
        Assert.Equal(angles, report.Totals.Where(t => t.Kind == ParameterKind.CircuitAngle).Sum(t => t.Live));
        Assert.Equal(absorbed, report.Findings.Where(f => f.Code == "absorbed-bias").Sum(f => f.Parameters));
        Assert.Equal(report.Dead, report.Findings.Sum(f => f.Parameters));
        Assert.All(report.Inputs, input => Assert.True(input.Matters));

        // Dead and live are nine orders of magnitude apart.
        Assert.InRange(report.Margin.NoiseFloor, 1e-16, 1e-12);
        Assert.True(report.Margin.LargestDead < report.Margin.Threshold / 10);
        Assert.True(report.Margin.SmallestLive > report.Margin.Threshold * 1000);
        Assert.Equal(live == nominal, report.IsClean);
        Assert.Equal(Expected(model, wiring),
            report.Findings.Where(f => f.Severity == AuditSeverity.Error).Select(f => f.Divergence!).Distinct().Order());
    }

    static string[] Expected(string model, Wiring wiring) => (model, wiring) switch
    {
        (_, Wiring.Paper) or ("unet", _) => [],
        ("qvunet-1fq" or "qvunet-7fq", _) => ["A-02"],
        ("qvunet-fullfq", _) => ["A-03"],
        ("qvunet-fullhq", _) => ["A-01", "A-03"],
        ("quanvunet", _) => ["A-01", "A-02", "A-05", "A-06"],
        _ => ["A-01", "A-02"],
    };

    /// <summary>System B as released: the angles can do nothing, and what is before the circuit never learns.</summary>
    [Fact(Explicit = true)]
    public void ReleasedQuantumAttention()
    {
        AuditReport report = Audit.Run(PublishedModels.Named("attention-light").Build(Wiring.Released));
        Assert.Equal((450_273, 450_225, 2_064), (report.Nominal, report.Live, report.Detached));
        Assert.Equal(["B-01", "B-02"],
            report.Findings.Where(f => f.Severity == AuditSeverity.Error).Select(f => f.Divergence).Order());
        Assert.Equal(16, report.Circuits[0].ReadOutsIgnoringWeights.Count);
        AuditCircuit circuit = report.Circuits[0];
        Assert.Equal((0, 0, 16), (circuit.LiveInNetwork, circuit.StructurallyLiveWeights, circuit.LiveInputs));
    }

    /// <summary>The text's circuit has RZ as its last rotation, which Z read-outs behind CNOTs cannot feel: 16 of 96
    /// angles.</summary>
    [Fact(Explicit = true)]
    public void PaperQuantumAttention()
    {
        AuditReport report = Audit.Run(PublishedModels.Named("attention-light").Build(Wiring.Paper));
        AuditFinding finding = Assert.Single(report.Findings);
        Assert.Equal(("unseen-angles", 16), (finding.Code, finding.Parameters));
        Assert.Equal("80-95", report.Parameters.Single(p => p.Name == "gate.angles").Dead);
    }
}
