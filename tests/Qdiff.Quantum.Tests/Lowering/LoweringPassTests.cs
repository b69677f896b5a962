using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Qdiff.Quantum;

/// <summary>
/// Each pass of the lowering by itself, in double precision, so that a mistake shows where it was made: what is read out after
/// the pass is what the circuit as written gives. (That all of them together do is what RandomCircuitTests show.)
/// </summary>
public class LoweringPassTests
{
    [Fact]
    public void ElementaryGatesAreTheCircuit() => ForAllSeeds(random =>
    {
        var x = new Case(random);
        x.SameExpectation(x.Gates, new(x.Moved, 1));
    });

    [Fact]
    public void GatesThatMeetZerosChangeNothing() => ForAllSeeds(random =>
    {
        var x = new Case(random);
        x.SameExpectation(Simplification.FromZero(x.Gates), new(x.Moved, 1));
    });

    [Fact]
    public void GatesBehindReadOutsAreInTheStrings()
    {
        int dropped = 0, rewritten = 0;
        ForAllSeeds(random =>
        {
            var x = new Case(random);
            SignedPauli read = new(x.Moved, 1);
            (List<Elementary> kept, SignedPauli[] strings) = Simplification.BehindReadOuts(x.Gates, [read]);
            x.SameExpectation(kept, strings[0]);
            dropped += x.Gates.Count - kept.Count;
            rewritten += strings[0] == read ? 0 : 1;
        });
        Assert.True(dropped > 300 && rewritten > 20, $"{dropped} dropped, {rewritten} rewritten");
    }

    [Fact]
    public void FusedRunsAreTheirGatesInAnOrderThatCommutes()
    {
        int fused = 0;
        ForAllSeeds(random =>
        {
            var x = new Case(random);
            List<GateRun> runs = GateRun.Fuse(x.Gates, x.Circuit.Qubits);
            x.SameExpectation([.. runs.SelectMany(run => run.Members)], new(x.Moved, 1));
            fused += x.Gates.Count - runs.Count;
            foreach (GateRun run in runs.Where(run => !run.PerSample))
            {
                Complex[,] matrix = run.Evaluate(x.Weights).Matrix;
                var one = new WireState(1);
                foreach (Elementary member in run.Members)
                    one.Apply(member with { Target = 0, Control = -1 }, member.Angle.Value(x.Inputs, x.Weights));
                Assert.True((one.Amplitudes[0] - matrix[0, 0]).Magnitude < 1e-12
                    && (one.Amplitudes[1] - matrix[1, 0]).Magnitude < 1e-12);
            }
        });
        Assert.True(fused > 100, $"{fused} fused");
    }

    [Fact]
    public void EveryReadOutIsInOneProgram() => ForAllSeeds(random =>
    {
        Circuit circuit = RandomCircuits.Next(random);
        Observable[] readOuts = RandomCircuits.ReadOuts(random, circuit.Qubits);
        Assert.Equal(Enumerable.Range(0, readOuts.Length), ReadOutGroups.Plan(circuit, readOuts)
            .SelectMany(layout => layout.Contraction.ReadOuts).Select(sum => sum.ReadOut).Order());
    });

    /// <summary>Steps may only overtake others that touch none of their bits.</summary>
    [Fact]
    public void PassesOverLargeStatesKeepTheOrderOnEveryBit() => ForAllSeeds(random =>
    {
        const int Bits = 18;
        ClusterStep[] steps = [.. Enumerable.Range(0, 60).Select(run =>
        {
            int target = random.Next(Bits), control = random.Next(2) == 0 ? -1 : (target + 1 + random.Next(Bits - 1)) % Bits;
            return new ClusterStep(StepKind.Apply, run, target, control, Bits);
        })];
        List<(ClusterStep Step, StepPass? Pass)> groups = StepPass.Group(steps);
        int[] order = [.. groups.SelectMany(group => group.Pass?.Steps.Select(step => step.Run) ?? [group.Step.Run])];
        Assert.Equal(Enumerable.Range(0, steps.Length), order.Order());
        Assert.True(groups.Count < 40, $"{groups.Count} passes of {steps.Length} steps");
        for (int bit = 0; bit < Bits; bit++)
        {
            int[] onBit = [.. order.Where(run => steps[run].Target == bit || steps[run].Control == bit)];
            Assert.Equal(onBit.Order(), onBit);
        }
    });

    static void ForAllSeeds(Action<Random> property) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(new(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20240226, 16147));

    /// <summary>A circuit at some point, one Pauli string to read, and what the literal simulator says.</summary>
    sealed class Case
    {
        readonly double expected;

        public Case(Random random)
        {
            Circuit = RandomCircuits.Next(random, maxQubits: 6);
            (Inputs, Weights) = (RandomCircuits.Numbers(random, Circuit.Inputs), RandomCircuits.Numbers(random, Circuit.Weights));
            PauliString pauli = RandomCircuits.NextPauli(random, Circuit.Qubits);
            expected = LiteralSimulator.Expectations(Circuit, [pauli], Inputs, Weights)[0];
            (Gates, int[] places) = Elementary.Decompose(Circuit);
            Moved = ReadOutGroups.Moved(pauli, places);
        }

        public Circuit Circuit { get; }

        public double[] Inputs { get; }

        public double[] Weights { get; }

        public List<Elementary> Gates { get; }

        public PauliString Moved { get; }

        public void SameExpectation(List<Elementary> gates, SignedPauli read)
        {
            var psi = new WireState((1UL << Circuit.Qubits) - 1);
            foreach (Elementary gate in gates) psi.Apply(gate, gate.Angle.Value(Inputs, Weights));
            TileCheck.Near([expected], [read.Sign * psi.Overlap(psi.Times(read.Pauli))], 1e-12, "expectation", Circuit);
        }
    }
}
