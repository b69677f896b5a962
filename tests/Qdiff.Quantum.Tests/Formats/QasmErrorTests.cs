using Qdiff.Quantum;

/// <summary>OpenQASM that is wrong, hostile, or at the limits of what is read.</summary>
public class QasmErrorTests
{
    [Theory]
    [InlineData("OPENQASM 4.0;", "Line 1, column 10: OpenQASM \"4.0\" is not supported")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nccy q[0], q[1];", "Line 3, column 1: There is no gate \"ccy\"")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nRX(1) q[0];", "Is rx meant?")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\n  rx(0.5 q[0];", "Line 3, column 10: \")\" is expected, not \"q\"")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nh q[2];", "Line 3, column 5: Qubit 2 is outside the register q[2]")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\ncx q[1], q[1];", "Line 3, column 1: cx acts on qubit 1 twice")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\ncx q[1];", "cx acts on 2 qubits, got 1")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx q[1];", "rx takes 1 angles, got 0")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx(1/0) q[1];", "Division by zero")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx(sqrt(-1)) q[1];", "not a finite number")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx(theta) q[1];", "Line 3, column 4: \"theta\" is not declared")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nh q[0]", "is expected, not the end of the text")]
    [InlineData("OPENQASM 3.0;\nqubit[99] q;", "1 to 63 qubits, not 99")]
    [InlineData("OPENQASM 3.0;\nqubit[60] q; qubit[60] r;", "A circuit has at most 63 qubits")]
    [InlineData("OPENQASM 3.0;\nh q[0];", "\"q\" is not declared")]
    [InlineData("qubit q; gate mine a { h a;", "ends inside a block")]
    [InlineData("gate mine a { mine a; }", "Line 1, column 15: Gate mine calls itself")]
    [InlineData("gate mine a { other a; } gate other a { mine a; }", "There is no gate \"other\"")]
    [InlineData("gate g a { x a; } gate g a { y a; }", "Gate g is defined twice")]
    [InlineData("qubit q; opaque g a; g q;", "Gate g is opaque")]
    [InlineData("include \"stdgates.inc", "A name in quotes does not end")]
    [InlineData("include \"/etc/passwd\";", "no file is opened")]
    [InlineData("OPENQASM 3.0;", "The text ends without a register")]
    [InlineData("/* never ends", "does not end")]
    [InlineData("input float a; input float a; qubit q;", "\"a\" is declared twice")]
    [InlineData("input int n; qubit q;", "input parameters are float or angle")]
    [InlineData("qubit[2] q; qubit[3] r; cx q, r;", "registers of 2 and 3 qubits at once")]
    [InlineData("qubit q; while (true) { }", "does a loop not end?")]
    [InlineData("qubit q; for int i in [0:9999999999] { }", "does a loop not end?")]
    [InlineData("qubit[2] q; x q[0.5];", "Line 1, column 17: A whole number is expected here")]
    [InlineData("qubit[2.9] q; x q[0];", "A whole number is expected here")]
    [InlineData("qubit[3] q; ctrl(1.5) @ x q[0], q[1];", "A whole number is expected here")]
    [InlineData("qubit q; for int i in [0:1.5] { h q; }", "A whole number is expected here")]
    [InlineData("qubit q; for int i in [0:0:9] { h q; }", "The step of a range is 0")]
    [InlineData("qubit q; for int i in [1:100001] { x q; }", "more than 100,000 gates")]
    [InlineData("qubit q; pow(1e9) @ U(1, 2, 3) q;", "more than 100,000 gates")]
    [InlineData("input float a; qubit q; if (a > 0) { x q; }", "cannot be")]
    [InlineData("qubit q; bit c = measure q; int n = c;  h q;", "1:1")]
    [InlineData("qubit[2] q; bit c; h q[0]; c = measure q[0]; rx(c) q[1];", "depends on what was measured")]
    [InlineData("qubit[2] q; bit c; h q[0]; c = measure q[0]; if (c) { c = measure q[1]; }",
        "itself depends on what was measured")]
    [InlineData("extern f(int) -> int; qubit q; f(1);", "f is extern")]
    [InlineData("cal { }", "cal blocks play pulses")]
    [InlineData("h $x;", "\"$x\" is not a qubit")]
    [InlineData("qubit q; h \u001b[31mq;", "\\x1b")]
    [InlineData("qubit q; bit c; h q; c = measure q;\nc ^= 1;", "Line 2, column 1: This depends on what was measured")]
    [InlineData("qubit q; bit c; h q;\nc ^= measure q;", "Line 2, column 1: A measurement goes into bits by =, not by ^=")]
    [InlineData("qubit q; uint n = 5; if (~n == 2) x q;", "Line 1, column 26: ~ needs a value of a known width")]
    [InlineData("qubit[63] q; h q;\nreset q[0];", "Line 2, column 1: A circuit has at most 63 qubits")]
    [InlineData("qubit q; rx(abs(-9223372036854775807 - 1)) q;", "Line 1, column 13: A whole number is beyond 64 bits")]
    [InlineData("qubit q; rx(-(-9223372036854775807 - 1)) q;", "Line 1, column 13: A whole number is beyond 64 bits")]
    [InlineData("qubit q; rx(floor(1e300)) q;", "Line 1, column 13: A whole number is beyond 64 bits")]
    [InlineData("qubit q; array[int, 65536, 65536] a;", "Line 1, column 10: a has more than 100,000 elements")]
    [InlineData("qubit q; array[int, 3] a; rx(a[0:9223372036854775807][0]) q;", "Element 3 is outside the array a, which has 3")]
    [InlineData("qubit q; for int i in [0:9999] { bit[1000] c; }", "Line 1, column 34: A program has at most 1,000,000 bits")]
    [InlineData("OPENQASM 3.0; qubit q;\nfloat pi = 3;", "Line 2, column 1: \"pi\" is a constant of OpenQASM")]
    [InlineData("qubit q;\ninput float tau; rx(tau) q;", "Line 2, column 1: \"tau\" is a constant of OpenQASM")]
    [InlineData("OPENQASM 2.0; qreg q[1];\nfor int i in [0:1] { x q[0]; }",
        "Line 2, column 9: \";\" is expected, not \"i\". for is a word of OpenQASM 3, and the first line says 2.")]
    [InlineData("OPENQASM 2.0;\nqubit[1] q;", "qubit is a word of OpenQASM 3, and the first line says 2.")]
    [InlineData("def f(qubit[2] a) { x a; } qubit[3] q;\nf(q);", "Line 2, column 3: f takes 2 qubits as a, got 3.")]
    [InlineData("def f(bit[2] a) { } qubit q; bit b;\nf(b);", "Line 2, column 3: f takes 2 bits as a, got 1.")]
    [InlineData("qubit q; array[int, 2, 2] a;\na[1] = 3;", "Line 2, column 3: One element is assigned to at a time: 2 indices")]
    [InlineData("qubit q; array[int, 2] a;\na[2] = 3;", "Line 2, column 3: Element 2 is outside the array a")]
    [InlineData("qubit q; array[int, 2] a;\na = 3;", "Line 2, column 1: An array takes an array of the same sizes")]
    [InlineData("qubit q; const array[int, 2] a = {1, 2};\na[1] = 3;", "Line 2, column 1: \"a\" cannot be assigned to")]
    [InlineData("qubit q; bit[64] b; if (b[0:9] ==\n\"0000000000000000000000000000000000000000000000000000000000000001\") x q;",
        "Line 2, column 1: More than 62 bits are too many for a number")]
    [InlineData("input float w; qubit q;\ngate h a { rx(w) a; } h q;", "Line 2, column 15: \"w\" is not constant; a gate sees")]
    [InlineData("float s = 1; gate rx(a) b {\nU(s*a, -pi/2, pi/2) b; } s = 2; qubit q; rx(1) q;",
        "Line 2, column 3: \"s\" is not constant")]
    [InlineData("qubit q; bit c; gate g a {\nif (c) x a; } g q;", "Line 2, column 5: \"c\" is not constant")]
    [InlineData("qubit q; gate h a {\nfor int i in [0:1] x $7; } h q;", "\"$7\" cannot stand in a gate")]
    [InlineData("qubit q; gate h a {\nend; } h q;", "Line 2, column 1: end leaves the gate h")]
    public void ErrorsSayWhere(string text, string expected)
    {
        if (expected == "1:1")
        {
            // A bit that is known is a number.
            Assert.Equal(1, Qasm.Read(text).Qubits);
            return;
        }

        Assert.Contains(expected, Assert.Throws<FormatException>(() => Qasm.Read(text)).Message);
    }

    /// <summary>Chains of definitions that double at each step, and texts of random tokens: an error, soon.</summary>
    [Fact]
    public void HostileTextsAreRefused()
    {
        string chain = "gate g0 a { x a; } " + string.Concat(Enumerable.Range(1, 90)
            .Select(k => $"gate g{k} a {{ g{k - 1} a; g{k - 1} a; }} "));
        Assert.Contains("more than", Assert.Throws<FormatException>(() => Qasm.Read(chain + "qubit q; g90 q;")).Message);
        string controls = string.Join(", ", Enumerable.Range(0, 21).Select(k => $"q[{k}]"));
        Refused($"qubit[21] q;\nctrl(20) @ x {controls};", "Line 2, column 1: The circuit has more than 100,000 gates");
        Refused("gate id a { x a; x a; } qubit[9] q; bit[8] c; h q; c = measure q[0:7];\n"
            + "if (c == 255) for int i in [1:90000] id q[8];", "more than 1,000,000 gates");
        Refused($"qubit q; uint[8] a = 1; uint[8] b; for int i in [1:9000] {{ b = a{string.Concat(
            Enumerable.Repeat("<<0", 900))}; }}", "does a loop not end?");
        Refused("gate c4x a,b,c,d,e { for int i in [1:49000] { h a; h a; } ctrl(4) @ x a,b,c,d,e; }\nqubit[5] q; h q;",
            "does a loop not end?");
        Refused($"qubit q;\nrx({string.Join('+', Enumerable.Repeat(1, 200_000))}) q;",
            "Line 2, column 2005: An expression is a chain");
        Refused($"qubit q;\nrx(a{string.Concat(Enumerable.Repeat("[0]", 200_000))}) q;", "An expression is a chain");
        Refused($"qubit q;\nrx({new string('(', 150)}{string.Concat(Enumerable.Repeat(string.Concat(
            Enumerable.Repeat("1+", 900)) + "1)+", 150))}1) q;", "An expression is a chain");
        Refused("qubit[2] a0;\n" + Doubled("let a{0} = a{1} ++ a{1};") + "h a30;",
            "Line 17, column 15: More than 100,000 elements");
        Refused("qubit q; array[int, 2] a0;\n" + Doubled("let a{0} = {{a{1}, a{1}}};"), "More than 100,000 elements");
        Refused("input float a0; qubit q;\n" + Doubled("float a{0} = sin(a{1}) + cos(a{1});") + "rx(a30) q;",
            "or too deep or too long");
        Refused("input float x; qubit q; float f = x; for int i in [0:9999] {\nf = sin(f); } rx(f) q;",
            "Line 2, column 5: An angle has");
        Refused("input array[float, 400] w; qubit q; float a; float b; "
            + "for int i in [0:199] { a += w[i]; b += w[i + 200]; }\nu2(a, b) q;",
            "Line 2, column 1: An angle has more than 256 terms");
        Refused(Repeated(11, "array[int, 100000] a{0};"), "Line 11, column 1: The arrays of a program have at most 1,000,000");
        Refused(Repeated(11, "input array[float, 100000] a{0};"), "Line 11, column 1: The arrays of a program have at most");
        Refused("qubit q; for int i in [0:9999] {\narray[int, 1000] a; }", "Line 2, column 1: The arrays of a program have at");
        Refused("array[int, 100000] a; array[int, 100000] b; for int i in [1:2000] {\na = b; }",
            "Line 2, column 1: The program runs more than 2,000,000 statements, or moves 20,000,000 elements");
        Refused("array[int, 100000] a; int b; for int i in [1:2000] {\nb = a[0:99999][7]; }", "or moves 20,000,000 elements");
        Refused("input float x; qubit q; array[float, 10] b; float a0 = x;\n"
            + Repeated(11, "float a{0} = sin(a{1}) + cos(a{1});")
            + "for int i in [0:1999] {\nb[i % 10] = a11 + i; }", "The program runs more than 2,000,000 statements");
        Refused("gate g a { x a; h a; } qubit[2] q; for int i in [0:999] {\n"
            + "ctrl @ pow(0) @ inv @ inv @ pow(40000) @ g q[0], q[1]; }", "The program runs more than");
        Refused("gate g a { x a; y a; } gate h a {\nfor int i in [0:999] { pow(40000) @ g a; } } qubit q; h q;",
            "Line 2, column 24: The circuit has more than 100,000 gates");
        Refused("gate g a { x a; h a; } qubit q;\npow(-50001) @ g q;", "Line 2, column 1: pow(-50001) gives more than 100,000");
        Refused($"qubit q; int s; for int i in [0:99999] {{\ns = {string.Join('+', Enumerable.Repeat(1, 900))}; }}",
            "The program runs more than");
        Refused("qubit q; bit[100000] c; for int i in [0:999] {\nif (sizeof(c) == 3) { } }", "The program runs more than");
        foreach (string type in (string[])["float[", "array["])
            Refused("qubit q;\n" + string.Concat(Enumerable.Repeat(type, 100_000)), "A type is nested more than 200 levels deep");
        Refused($"qubit q;\nrx({new string('a', 1001)}) q;", "Line 2, column 4: A word is longer than 1,000 characters");
        Refused(Repeated(3, $"input array[float, 100000] {new string('a', 990)}{{0}};"),
            "Line 3, column 1: The program runs more than");
        string[] words = ["gate", "g", "q", "(", ")", "{", "}", "[", "]", ";", ",", "h", "rx", "pi", "2", "-", "/", "**", ":",
            "=",
            "qubit", "input", "float", "x", "for", "int", "in", "if", "measure", "ctrl", "@", "pow", "let", "++", "\"", "bit",
                "$0"];
        var random = new Random(8);
        for (int i = 0; i < 3000; i++)
        {
            string text = "qubit[3] q; input float x; " + string.Join(' ', Enumerable.Range(0, random.Next(1, 14))
                .Select(_ => words[random.Next(words.Length)]));
            if (Record.Exception(() => Qasm.Read(text)) is { } thrown) Assert.IsType<FormatException>(thrown);
        }

        static string Doubled(string line) => Repeated(30, line);

        static string Repeated(int times, string line) =>
            string.Concat(Enumerable.Range(1, times).Select(k => string.Format(null, line, k, k - 1) + "\n"));

        static void Refused(string text, string why) =>
            Assert.Contains(why, Assert.Throws<FormatException>(() => Qasm.Read(text)).Message);
    }

    /// <summary>Some files are filled up.</summary>
    [Fact]
    public void NullsAtTheEndAreNothing()
    {
        string filling = new('\0', 1_000_000);
        Assert.Single(Qasm.Read("qubit q; h q;\n" + filling).Gates);
        Assert.Single(Qasm.Read("qubit q; h q; " + filling + "\n").Gates);
        Assert.Contains("\\x00", Assert.Throws<FormatException>(() => Qasm.Read("qubit q; \0 h q;")).Message);
    }

    /// <summary>What stands inside an expression is worked out once, not twice at each level.</summary>
    [Theory]
    [InlineData("~(c[0:{0}] & d)", 3)]
    [InlineData("~uint[1 + ({0} & 1)](0)", 3)]
    [InlineData("sizeof(a, 2 - {0})", 2)]
    public async Task NestedWidthsAreReadAtOnce(string expression, int expected)
    {
        string nested = Enumerable.Range(0, 40).Aggregate("0", (inner, _) => string.Format(null, expression, inner));
        Circuit circuit = await ReadInTime($"qubit q; bit[4] c; bit[2] d; array[int, 2, 2, 2] a; rx({nested}) q;");
        Assert.Equal(expected, circuit.Gates[0].Angle.Scale);
    }

    /// <summary>Thousands of parameters in no angle are a warning each, found in one walk.</summary>
    [Fact]
    public async Task UnusedParametersAreFoundAtOnce()
    {
        string parameters = string.Concat(Enumerable.Range(0, 100_000).Select(k => $"input float a{k};\n"));
        Assert.Equal(100_000, (await ReadInTime(parameters + "qubit q; rx(a7) q;")).Weights);
        Assert.Equal(["Line 2, column 1: b[0], b[2] are in no gate's angle.", "Line 3, column 1: c is in no gate's angle."],
            QasmProgram.Read("input float a;\ninput array[float, 3] b;\ninput float c; qubit q; rx(a + b[1]) q;").Warnings);
    }

    static Task<Circuit> ReadInTime(string text) => Task.Run(() => Qasm.Read(text), TestContext.Current.CancellationToken)
        .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    /// <summary>Blocks in subroutines in blocks end in an error on the smallest stack of a thread.</summary>
    [Theory]
    [InlineData("def f{0}(qubit q) {{ {1}{{ f{2}(q); }} }} ", "f39(q);")]
    [InlineData("gate f{0} q {{ {1}{{ f{2} q; }} }} ", "f39 q;")]
    public void NestedCallsFitTheStack(string definition, string call)
    {
        string loops = string.Concat(Enumerable.Repeat("for int i in [0:0] ", 190));
        string text = (call[3] == '(' ? "qubit q; def f0(qubit q) { x q; } " : "qubit q; gate f0 q { x q; } ")
            + string.Concat(Enumerable.Range(1, 39).Select(k => string.Format(null, definition, k, loops, k - 1)));
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => Qasm.Read(text + call)), 1 << 20);
        thread.Start();
        thread.Join();
        Assert.Contains("Blocks and calls run more than", Assert.IsType<FormatException>(thrown).Message);
    }

    /// <summary>The longest chain that is read does not exhaust the stack.</summary>
    [Fact]
    public void LongChainsFitTheStack()
    {
        string chain = string.Join('+', Enumerable.Repeat("x", 1001)), sines = "f = sin(f); ";
        Circuit circuit = Qasm.Read("input float x; qubit q; float f = x; bit c = measure q; rx(" + chain + ") q; "
            + string.Concat(Enumerable.Repeat(sines, 199)) + $"ry(f) q; if (c + {chain.Replace('x', '0')[4..]} == 0) h q;");
        CircuitJacobian.Compute(circuit, null, [0.5], []);
        Assert.Equal(3, circuit.Gates.Count);
    }
}
