using Qdiff;
using Qdiff.Tensors;

/// <summary>What an engine author can rely on, shown with one whose memory is not this machine's.</summary>
public class EngineTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => OperationTable.Names;

    [Theory, MemberData(nameof(Names))]
    public void AnEngineWithMemoryOfItsOwnGivesTheSameBits(string name)
    {
        OperationRun here = new(OperationTable.Row(name)), there = new(OperationTable.Row(name), new CopyingEngine());
        Assert.Equal(here.Everything(), there.Everything());
        there.Compute();
        Assert.Equal(here.Everything(), there.Everything());
    }

    /// <summary>Kernels are the same for vectors of 4, 8 and 16 samples, and so are results.</summary>
    [Theory, MemberData(nameof(Names))]
    public void VectorsOfEveryWidthGiveTheSameBits(string name)
    {
        OperationCase row = OperationTable.Row(name);
        float[][] narrow = new OperationRun(row, new CpuEngine<Lanes4>()).Everything();
        Assert.Equal(narrow, new OperationRun(row, new CpuEngine<Lanes8>()).Everything());
        Assert.Equal(narrow, new OperationRun(row, new CpuEngine<Lanes16>()).Everything());
    }

    /// <summary>Only what goes in and what is asked for crosses the border.</summary>
    [Fact]
    public void NothingIsCopiedBetweenOperations()
    {
        var engine = new CopyingEngine();
        Weights weights = new(new ParameterTable());
        var space = new Workspace(weights, new WeightGradient(weights.Table), engine);
        Tensor x = space.Input([2, 3, 3], requiresGradient: true);
        x.Values.Fill(1.5f);
        engine.CopiesOut = 0;
        Tensor y = Operation.GlobalAveragePool(Operation.Silu(Operation.Reshape(Operation.Add(x, x), [3, 2, 3])));
        Assert.Equal((1, 0), (engine.CopiesIn, engine.CopiesOut));
        space.Backward(y, Enumerable.Repeat(1f, 3 * Tensor.Samples).ToArray());
        Assert.Equal((2, 0), (engine.CopiesIn, engine.CopiesOut));
        Assert.Equal(3 / (1 + MathF.Exp(-3)), y.Values[0], 1e-6);
        Assert.Equal((3, 1), (engine.Primitives, engine.CopiesOut));
    }

    /// <summary>An input that is written again after an operation read it goes in again.</summary>
    [Fact]
    public void InputsMayBeWrittenAgain()
    {
        var space = new Workspace(new(new ParameterTable()), engine: new CopyingEngine());
        Tensor x = space.Input([1]);
        foreach (float value in (float[])[2, 3])
        {
            x.Values.Fill(value);
            Assert.Equal(2 * value, Operation.Scale(x, 2).Values[5]);
        }

        space.Reset(space.Weights);
        Assert.Throws<InvalidOperationException>(() => x.Values.Length);
        Assert.Equal(0, space.Input([1]).Values[0]);
    }

    /// <summary>A place in one engine's memory is never taken for one in another's: refused, or copied.</summary>
    [Fact]
    public void TensorsOfTwoEnginesAreNotMistaken()
    {
        Weights weights = new(new ParameterTable());
        ComputeEngine[] engines = [ComputeEngine.Cpu, ComputeEngine.Reference, new CopyingEngine()];
        Tensor[] tensors = [.. engines.Select(engine => new Workspace(weights, engine: engine).Input([2, 1, 1]))];
        int refused = 0;
        foreach (Tensor a in tensors)
            foreach (Tensor b in tensors.Where(b => b != a))
                foreach (Func<Tensor> operation in (Func<Tensor>[])[() => Operation.Add(a, b), () =>
                    Operation.SquaredError(a, b)])
                {
                    (a.Values[0], b.Values[0]) = (1, 1);
                    try
                    {
                        Tensor y = operation();
                        Assert.Equal(y.Count == 1 ? 0 : 2, y.Values[0]);
                    }
                    catch (InvalidOperationException)
                    {
                        refused++;
                    }
                }

        Assert.Equal(10, refused);
    }
}
