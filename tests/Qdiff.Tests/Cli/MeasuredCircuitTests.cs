/// <summary>Options of <c>qdiff circuit run</c> that would do nothing beside shots.</summary>
[Collection(nameof(HostileArgumentTests))]
public class MeasuredCircuitTests
{
    [Theory]
    [InlineData("with --shots each shot is a run", "--noise", "ion-trap", "--trajectories", "5")]
    [InlineData("--repetitions are of --gradient spsa", "--derivatives", "--repetitions", "3")]
    public void WhatDoesNothingIsRefused(string expected, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string circuit = folder.File("turn.qasm");
        File.WriteAllText(circuit, "OPENQASM 3.0; input float x; qubit q; ry(x) q;");
        CapturedTool.AssertRefused(expected, ["circuit", "run", circuit, "-x", "1", "--shots", "10", .. arguments]);
    }

    /// <summary>A bit that is 0 for sure and two bits of one wire leave no wire in the product, but a device misreads them
    /// too.</summary>
    [Theory]
    [InlineData("bit c; qubit q; c = measure q; x q;", "c")]
    [InlineData("bit[2] c; qubit q; x q; c[0] = measure q; c[1] = measure q;", "c[0]c[1]")]
    [InlineData("bit[3] c; qubit[2] q; x q; c[0] = measure q[0]; c[1] = measure q[0]; c[2] = measure q[1];", "c[0]c[1]c[2]")]
    public void BitsWithoutAWireAreNotReadUnderNoise(string program, string bits)
    {
        using TemporaryFolder folder = new();
        (string circuit, string noise) = (folder.File("bits.qasm"), folder.File("noise.yaml"));
        File.WriteAllText(circuit, "OPENQASM 3.0; include \"stdgates.inc\"; " + program);
        File.WriteAllText(noise, "readout: { p10: 0.1, p01: 0.2 }\n");
        CapturedTool.AssertRefused("two bits of one qubit, are read without --noise only", "circuit", "run", circuit, "--readout",
            bits, "--noise", noise, "-q");
    }
}
