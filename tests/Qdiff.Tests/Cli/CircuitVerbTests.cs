using System.Text.Json;

/// <summary>The verbs of circuits: what they print for machines and for people, and how they refuse.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class CircuitVerbTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    /// <summary>⟨Z0⟩ = cos x, ⟨Z1⟩ = cos x · cos w: w0 turns behind the CNOT's target, w1 cannot act.</summary>
    const string Pair = """
        OPENQASM 3.0;
        include "stdgates.inc";
        input float x;
        input float[64] turn;
        input float[64] phase;
        qubit[3] q;
        rx(x) q[0];
        cx q[0], q[1];
        ry(turn) q[1];
        rz(phase) q[1];
        """;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void CheckSaysWhoReadsOpenQasm()
    {
        string file = Written("// a pair\n\n" + Pair);
        (int code, _, string error) = CapturedTool.Run("circuit", "check", file);
        Assert.Equal(2, code);
        Assert.Contains($"is OpenQASM, which 'qdiff circuit show {file}' reads and checks", error);
    }

    [Fact]
    public void RunPrintsExpectationsAndJacobians()
    {
        JsonElement json = Json("circuit", "run", Written(Pair), "--inputs", "0.3", "--weights", "0.5 0.7", "--derivatives");
        Near([Math.Cos(0.3), Math.Cos(0.3) * Math.Cos(0.5), 1], json.GetProperty("expectations"));
        Near([-Math.Sin(0.3), -Math.Sin(0.3) * Math.Cos(0.5), 0], Assert.Single(Rows(json.GetProperty("inputJacobian"))));
        JsonElement[] weights = Rows(json.GetProperty("weightJacobian"));
        Near([0, -Math.Cos(0.3) * Math.Sin(0.5), 0], weights[0]);
        Near([0, 0, 0], weights[1]);

        JsonElement products = Json("circuit", "run", Written(Pair), "-x", "0.3", "-w", "0.5,0.7", "--readout", "Z0Z1,IIZ");
        Near([Math.Cos(0.5), 1], products.GetProperty("expectations"));
        string table = Done("circuit", "run", Written(Pair), "-x", "0.3", "-w", "0.5,0.7", "--derivatives");
        Assert.Contains("d/d turn", table);
        Assert.Contains("0.9553364891", table);
    }

    /// <summary>A list of numbers is as long as the circuit asks; texts of that length are refused elsewhere.</summary>
    [Fact]
    public void WeightsMayBeMany()
    {
        const string Long = """
            OPENQASM 3.0;
            include "stdgates.inc";
            input array[float, 1200] w;
            qubit q;
            for int i in [0:1199] { rx(w[i]) q; }
            """;
        string weights = string.Join(',', Enumerable.Repeat("0.00100", 1200));
        Near([Math.Cos(1.2)], Json("circuit", "run", Written(Long), "--weights", weights).GetProperty("expectations"));
    }

    [Fact]
    public void ShotsAreMeansOfOneSeed()
    {
        string[] call = ["circuit", "run", Written(Pair), "-x", "0.3", "-w", "0.5,0.7", "--shots", "4000", "--seed", "5"];
        JsonElement json = Json(call);
        Assert.Equal((4000, 5L), (json.GetProperty("shots").GetInt32(), json.GetProperty("seed").GetInt64()));
        double[] means = Numbers(json.GetProperty("expectations")), errors = Numbers(json.GetProperty("standardErrors"));
        double[] exact = [Math.Cos(0.3), Math.Cos(0.3) * Math.Cos(0.5), 1];
        for (int i = 0; i < 3; i++) Assert.InRange(means[i], exact[i] - 5 * errors[i] - 1e-12, exact[i] + 5 * errors[i] + 1e-12);
        Assert.Equal(4000, json.GetProperty("counts").EnumerateObject().Sum(outcome => outcome.Value.GetInt32()));
        Assert.Equal(json.GetRawText(), Json(call).GetRawText());
        Assert.NotEqual(means, Numbers(Json([.. call[..^1], "6"]).GetProperty("expectations")));
        Assert.Contains("standard error", Done(call));

        string[] one = ["circuit", "run", Written(Pair), "-x", "0.3", "-w", "0.5,0.7", "--shots", "1", "--readout", "Z0,III"];
        Assert.All(Rows(Json(one).GetProperty("standardErrors")), error => Assert.Equal(JsonValueKind.Null, error.ValueKind));
        Assert.Matches("(?m)^Z0 +-?1.0+ +–$", Done(one));
        Assert.Matches("(?m)^I +1.0+ +–$", Done(one));
    }

    /// <summary>One noisy gate on wire 0, a noisy CNOT, and two noisy gates on wire 1.</summary>
    [Fact]
    public void NoiseActsAfterEveryGate()
    {
        string noise = folder.File("noise.yaml");
        File.WriteAllText(noise, "oneQubit: [ { channel: depolarizing, p: 0.03 } ]\ntwoQubit: [ { channel: bit-flip, p: 0.1 } ]\n"
            + "readout: { p10: 0.02, p01: 0.05 }\n");
        string[] call = ["circuit", "run", Written(Pair), "-x", "0.3", "-w", "0.5,0.7", "--noise", noise];
        JsonElement exact = Json(call);
        double[] z = [Math.Cos(0.3) * 0.96 * 0.8, Math.Cos(0.3) * 0.96 * 0.8 * Math.Cos(0.5) * 0.96 * 0.96, 1];
        Near([.. z.Select(value => 0.03 + 0.93 * value)], exact.GetProperty("expectations"));
        Assert.False(exact.TryGetProperty("standardErrors", out _));

        string[] sampled = [.. call, "--shots", "4000", "--derivatives", "--seed", "3"];
        (int code, string output, string error) = CapturedTool.Run([.. sampled, "--json"]);
        Assert.Equal((0, "derivatives by parameter shift: 6 circuit runs of 4,000 shots, 24,000 shots in all\n"), (code, error));
        JsonElement shots = JsonDocument.Parse(output).RootElement;
        Assert.Equal(6, shots.GetProperty("runs").GetInt32());
        double[] derivative = Numbers(Rows(shots.GetProperty("inputJacobian"))[0]);
        Assert.InRange(derivative[0], -0.93 * Math.Sin(0.3) * 0.96 * 0.8 - 0.06, -0.93 * Math.Sin(0.3) * 0.96 * 0.8 + 0.06);
        Assert.Contains("d/d turn", Done([.. sampled, "--quiet"]));

        JsonElement mitigated = Json([.. call, "--shots", "4000", "--mitigate", "readout"]);
        double[] means = Numbers(mitigated.GetProperty("expectations")), errors =
            Numbers(mitigated.GetProperty("standardErrors"));
        for (int i = 0; i < 3; i++) Assert.InRange(means[i], z[i] - 4 * errors[i] - 1e-12, z[i] + 4 * errors[i] + 1e-12);
        double[] folded = Numbers(Json([.. call[..^1], "ion-trap", "--mitigate", "folding"]).GetProperty("expectations"));
        Assert.Equal(Math.Cos(0.3) * (1 - 0.0032), folded[0], 4);
        Assert.Equal(2, Json([.. sampled, "--gradient", "spsa", "--quiet"]).GetProperty("runs").GetInt32());
    }

    /// <summary>Also where expectations are exact.</summary>
    [Fact]
    public void DerivativesByRandomMovesNameTheirSeed()
    {
        string[] call = ["circuit", "run", Written(Pair), "-x", "0.3", "-w", "0.5,0.7", "--noise", "ion-trap", "--derivatives",
            "--quiet"];
        JsonElement shifted = Json(call), moved = Json([.. call, "--gradient", "spsa", "--repetitions", "2", "--seed", "7"]);
        Assert.Equal((2, 7L), (moved.GetProperty("repetitions").GetInt32(), moved.GetProperty("seed").GetInt64()));
        foreach (string name in (string[])["standardErrors", "repetitions", "seed"])
            Assert.False(shifted.TryGetProperty(name, out _), name);
        Assert.False(moved.TryGetProperty("standardErrors", out _));
    }

    [Fact]
    public void DerivativesAreMitigatedAsExpectationsAre()
    {
        string noise = folder.File("readout.yaml"), circuit = Written("OPENQASM 3.0; input float x; qubit q; ry(x) q;");
        File.WriteAllText(noise, "readout: { p10: 0.1, p01: 0.2 }\n");
        string[] call = ["circuit", "run", circuit, "-x", "1", "--derivatives", "--quiet"];
        JsonElement inverted = Json([.. call, "--noise", noise, "--shots", "200000", "--seed", "1", "--mitigate", "readout"]);
        Assert.Equal(-Math.Sin(1), Numbers(Rows(inverted.GetProperty("inputJacobian"))[0])[0], 0.01);
        Assert.Equal(2, inverted.GetProperty("runs").GetInt32());

        File.WriteAllText(noise, "oneQubit: [ { channel: depolarizing, p: 0.01 } ]\n");
        JsonElement folded = Json([.. call, "--noise", noise, "--mitigate", "folding"]);
        Assert.Equal(-Math.Sin(1), Numbers(Rows(folded.GetProperty("inputJacobian"))[0])[0], 1e-4);
        // Three for the expectation, three for each of the two that are shifted.
        Assert.Equal(9, folded.GetProperty("runs").GetInt32());
        string[] spsa = [.. call[..^1], "--noise", noise, "--shots", "10", "--mitigate", "folding", "--gradient", "spsa"];
        Assert.Contains("simultaneous perturbation: 6 circuit runs of 10 shots, 60 shots", CapturedTool.Run(spsa).Error);

        // X and Y are not read in the same run.
        string[] both = [.. call, "--noise", noise, "--readout", "X0,Y0"];
        Assert.Equal(4, Json(both).GetProperty("runs").GetInt32());
        Assert.Equal(18, Json([.. both, "--mitigate", "folding"]).GetProperty("runs").GetInt32());
    }

    /// <summary>⟨X⟩ = sin x, 0.92 of it after a noisy gate, read as 0.1 + 0.7 of it. The parabola through 0.92, 0.92³ and 0.92⁵
    /// of sin 1 is 0.8405 at no noise, and the standard error that of 15/8, −5/4 and 3/8 of readings divided by 0.7.</summary>
    [Fact]
    public void BothWaysOfMitigationTakeBackTheNoiseOfAReadOutOfX()
    {
        string noise = folder.File("both.yaml"), circuit = Written("OPENQASM 3.0; input float x; qubit q; ry(x) q;");
        File.WriteAllText(noise, "oneQubit: [ { channel: depolarizing, p: 0.06 } ]\nreadout: { p10: 0.1, p01: 0.2 }\n");
        string[] call = ["circuit", "run", circuit, "-x", "1", "--readout", "X0", "--noise", noise, "--shots", "200000", "--seed",
            "1", "--mitigate", "readout"];
        JsonElement inverted = Json(call), both = Json([.. call, "--mitigate", "folding"]);
        Read(0.774153, 0.002449, inverted);
        Read(0.840458, 0.005758, both);
        Assert.Equal(3, both.GetProperty("runs").GetInt32());

        static void Read(double mean, double error, JsonElement reading)
        {
            Assert.InRange(Numbers(reading.GetProperty("expectations"))[0], mean - 4 * error, mean + 4 * error);
            Assert.Equal(error, Numbers(reading.GetProperty("standardErrors"))[0], 5e-5);
            Assert.Equal(0.641907, Numbers(reading.GetProperty("unmitigated"))[0], 0.008);
        }
    }

    [Fact]
    public void NoiseOnAWireThatDoesNotExistIsRefused()
    {
        string noise = folder.File("wires.yaml");
        File.WriteAllText(noise, "oneQubit: [ { channel: bit-flip, p: 0.1, wires: [7] } ]\n");
        // A reset takes a wire that is not the program's.
        foreach (string program in (string[])[Pair, Pair + " reset q[0]; "])
        {
            (int code, _, string error) = CapturedTool.Run(
                "circuit", "run", Written(program), "-x", "0.3", "-w", "0.5,0.7", "--noise", noise);
            Assert.Equal((2, $"qdiff: --noise {noise}: there is noise on wire 7, but the circuit has wires 0 to 2\n"),
                (code, error));
        }
    }

    [Fact]
    public void AuditOfACircuitSaysWhatCannotActAndWhy()
    {
        JsonElement circuit = Json("audit", Written(Pair)).GetProperty("circuit");
        Assert.Equal((2, 1), (circuit.GetProperty("weights").GetInt32(), circuit.GetProperty("inputs").GetInt32()));
        Assert.Equal([1.0], Numbers(circuit.GetProperty("dead")));
        Assert.Empty(Rows(circuit.GetProperty("deadInputs")));
        Assert.Equal(["[0,1]", "[2]"], Rows(circuit.GetProperty("parts")).Select(part => part.GetRawText().Replace(" "
            + "", "").Replace("\n", "")));

        string text = Done("audit", Written(Pair));
        Assert.StartsWith("weights 2, of which 1 cannot act; inputs 1, of which 0 cannot act\nweights: turn, phase; inputs: x\n"
            + "falls into 2 parts: {0,1} {2}\n", text);
        Assert.Matches("(?m)^phase +diagonal before the read-out$", text);

        // What is read decides: nothing of wire 0 knows the others, and X of wire 1 sees the phase.
        string cone = Done("audit", Written(Pair), "--readout", "Z0");
        Assert.Matches("(?m)^turn +outside the light cone", cone);
        Assert.Contains("of which 0 cannot act; inputs 1", Done("audit", Written(Pair), "--readout", "X1"));
        Assert.Matches(@"(?m)^theta +on a wire that is still \|0", Done("audit",
            Written("OPENQASM 3.0;\ninput float theta;\nqubit[1] q;\nrz(theta) q[0];\nh q[0];\n")));
        Assert.Contains("all wires are joined", Done("audit", "basic"));
        Assert.Contains("\nweights: none; inputs: none\nnothing in it can be trained: numbers stay what they are, ", Done("audit",
            Written("OPENQASM 2.0;\nqreg q[1];\nry(0.5) q[0];\n")));
    }

    /// <summary>What a library of circuits writes with its numbers put in, with names in their place.</summary>
    [Fact]
    public void InputsMayStandInAFileOfVersionTwoThatIsCalledThree()
    {
        string text = Done("audit", Written("""
            OPENQASM 3.0;
            include "qelib1.inc";
            input array[float[64], 2] x;
            input array[float[64], 3] w;
            qreg q[2];
            creg c[2];
            ry(x[0]) q[0];
            ry(x[1]) q[1];
            x q[1];
            u3(w[0],w[1],w[2]) q[0];
            cx q[0],q[1];
            measure q[0] -> c[0];
            measure q[1] -> c[1];
            """));
        Assert.StartsWith("weights 3, of which 1 cannot act; inputs 2, of which 0 cannot act\n"
            + "weights: w[0] to w[2]; inputs: x[0] to x[1]\n", text);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("theta", "theta")]
    [InlineData("w[0] to w[2], v[7], w[4] to w[5], b", "w[0]", "w[1]", "w[2]", "v[7]", "w[4]", "w[5]", "b")]
    [InlineData("a, b, c, d, e, f, g, h and 2 more", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j[3]")]
    public void NamesAreListedInFewWords(string expected, params string[] names) =>
        Assert.Equal(expected, Qdiff.ListedNames.Of(names));

    [Fact]
    public void ListKnowsEveryCircuitAndShowBuildsItInAnySize()
    {
        JsonElement[] rows = Rows(Json("circuit", "list"));
        JsonElement hqconv = Assert.Single(rows, row => row.GetProperty("name").GetString() == "hqconv");
        Assert.Equal((12, 3, 84, "rx"), (hqconv.GetProperty("qubits").GetInt32(), hqconv.GetProperty("layers").GetInt32(),
            hqconv.GetProperty("weights").GetInt32(), hqconv.GetProperty("encoding").GetString()));
        JsonElement small = Json("circuit", "show", "hqconv", "--qubits", "8", "--layers", "2", "--encoding", "iqp");
        Assert.Equal((8, 36), (small.GetProperty("qubits").GetInt32(), small.GetProperty("weights").GetInt32()));
        Assert.Equal(24, Json("circuit", "show", "hqconv", "--wiring", "released").GetProperty("gates").GetInt32());
        Assert.Equal(28, Json("circuit", "show", "basic", "--encoding", "amplitude", "--layers",
            "3").GetProperty("gates").GetInt32() + 4);
    }

    [Theory]
    [InlineData("--readout Z9: there is no wire 9; the circuit has wires 0 to 2.", "circuit", "run", "pair.qasm", "--readout",
        "Z9")]
    [InlineData("--readout Z9: there is no wire 9", "audit", "pair.qasm", "--readout", "Z9")]
    [InlineData("--readout 'Q0': letters X, Y or Z", "audit", "pair.qasm", "--readout", "Q0")]
    [InlineData("--readout Z0X0: wire 0 is named twice", "audit", "pair.qasm", "--readout", "Z0X0")]
    [InlineData("--inputs: the circuit has 1 inputs (x), got 2", "circuit", "run", "pair.qasm", "-x", "1,2", "-w", "1,2")]
    [InlineData("--weights: 'one' is not a number", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,one")]
    [InlineData("There is no noise file nowhere.yaml", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1", "--noise",
        "nowhere.yaml")]
    [InlineData("takes back noise", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1", "--mitigate", "folding")]
    [InlineData("takes back noise", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1", "--shots", "9", "--mitigate",
        "readout")]
    [InlineData("--gradient is for derivatives from shots", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1",
        "--derivatives", "--gradient", "spsa")]
    [InlineData("--repetitions is for derivatives from shots", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1",
        "--derivatives", "--repetitions", "5")]
    [InlineData("give --shots", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1", "--noise", "ion-trap", "--mitigate",
        "readout")]
    [InlineData("--trajectories 0", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1", "--noise", "ideal", "--trajectories",
        "0")]
    [InlineData("--shots 0: 1 to 10,000,000", "circuit", "run", "pair.qasm", "-x", "1", "-w", "1,1", "--shots", "0")]
    [InlineData("--layers is for named circuits", "circuit", "show", "pair.qasm", "--layers", "2")]
    [InlineData("--encoding rx: The circuit has 1 inputs of its own", "circuit", "show", "pair.qasm", "--encoding", "rx")]
    [InlineData("There is no encoding 'rq'. Did you mean rx?", "circuit", "show", "basic", "--encoding", "rq")]
    [InlineData("--qubits 6: HQConv joins registers of 4 wires", "circuit", "show", "hqconv", "--qubits", "6")]
    [InlineData("--qubits 99: A circuit has 1 to 63 qubits, not 99.", "circuit", "show", "basic", "--qubits", "99")]
    [InlineData("There is no circuit 'bsic' and no file of that name. Did you mean basic?", "circuit", "show", "bsic")]
    [InlineData("There is no circuit file other.qasm.", "circuit", "show", "other.qasm")]
    public void RefusalsAreOneLine(string expected, params string[] arguments)
    {
        string path = Written(Pair);
        (int code, string output, string error) = CapturedTool.Run([.. arguments.Select(a => a == "pair.qasm" ? path : a)]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd('\n').Split('\n')));
    }

    /// <summary>Every mistake of a file is told with file, line and column.</summary>
    [Theory]
    [InlineData("4:4", "qubit[2] q;\nh q[0];\nry(a) q[0];", "\"a\" is not declared")]
    [InlineData("3:1", "qubit[2] q;\nfoo q[0];", "There is no gate \"foo\"")]
    [InlineData("2:12", "gate g a { g a; }\nqubit[1] q;\ng q[0];", "Gate g calls itself")]
    [InlineData("3:1", "input float w;\ninput float w;\nqubit[1] q;", "\"w\" is declared twice")]
    [InlineData("3:16", "qubit[1] q;\nwhile (true) { h q[0]; }", "more than 100,000 gates")]
    [InlineData("3:14", "qubit[1] q;\nwhile (true) { }", "does a loop not end?")]
    [InlineData("3:27", "qubit[1] q;\nfor int i in [0:200000] { h q[0]; }", "more than 100,000 gates")]
    [InlineData("3:5", "qubit[2] q;\nh q[2];", "Qubit 2 is outside the register q[2]")]
    [InlineData("2:7", "qubit[64] q;\nh q;", "1 to 63 qubits, not 64")]
    public void MistakesOfAFileHaveAPlace(string place, string body, string told)
    {
        string path = Written("OPENQASM 3.0;\n" + body);
        (int code, string output, string error) = CapturedTool.Run("circuit", "show", path);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"qdiff: {path}:{place}: ", Assert.Single(error.TrimEnd('\n').Split('\n')));
        Assert.Contains(told, error);
    }

    [Fact]
    public void AParameterThatIsNotUsedIsAWarning()
    {
        string path = Written("OPENQASM 3.0;\ninput float w;\nqubit[1] q;\nh q[0];\n");
        (int code, _, string error) = CapturedTool.Run("circuit", "show", path);
        Assert.Equal((0, $"qdiff: warning: {path}:2:1: w is in no gate's angle.\n"), (code, error));
        Assert.Equal("", CapturedTool.Run("circuit", "show", path, "--quiet").Error);
    }

    [Fact]
    public void ACircuitIsWrittenInEveryFormatThatIsNamed()
    {
        string circuit = Written(Pair), page = folder.File("a.pdf"), picture = folder.File("a.tex");
        Done("circuit", "show", circuit, "--pdf", page, "--quantikz", picture);
        Assert.StartsWith("%PDF-", File.ReadAllText(page));
        Assert.Contains(@"\begin{quantikz}", File.ReadAllText(picture));
        Assert.StartsWith("OPENQASM 2.0;\n", Done("circuit", "export", circuit, "--qasm", "2"));
        Assert.StartsWith("OPENQASM 3.0;\n", Done("circuit", "export", circuit));
    }

    [Fact]
    public void AnExportReplacesNothingUnasked()
    {
        string circuit = Written(Pair), file = folder.File("out.qasm");
        CapturedTool.AssertRefused($"--output {circuit} is the circuit that is to be read", "circuit", "export", circuit, "-o",
            circuit, "--force");
        Assert.Equal(Pair, File.ReadAllText(circuit));
        string[] export = ["circuit", "export", circuit, "-o", file];
        File.WriteAllText(file, "notes");
        (int code, _, string error) = CapturedTool.Run(export);
        Assert.Equal(0, code);
        Assert.Contains($"{file} holds something else and was kept; the new file is {folder.File("out-2.qasm")}", error);
        Assert.Equal("notes", File.ReadAllText(file));
        Done([.. export, "--force"]);
        Assert.Equal(File.ReadAllText(folder.File("out-2.qasm")), File.ReadAllText(file));
        // The same again is nothing to speak of.
        Done(export);
    }

    string Written(string text)
    {
        string path = folder.File("pair.qasm");
        File.WriteAllText(path, text);
        return path;
    }

    static JsonElement Json(params string[] arguments) => JsonDocument.Parse(Done([.. arguments, "--json"])).RootElement;

    static string Done(params string[] arguments)
    {
        (int code, string output, string error) = CapturedTool.Run(arguments);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    static void Near(double[] expected, JsonElement actual) => Assert.All(expected.Zip(Numbers(actual)), pair =>
        Assert.Equal(pair.First, pair.Second, 1e-9));

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    static JsonElement[] Rows(JsonElement array) => [.. array.EnumerateArray()];
}
