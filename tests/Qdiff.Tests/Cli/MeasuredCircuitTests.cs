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
}
