using Qdiff.Tensors;

/// <summary>What every row of <see cref="OperationTable"/> promises besides its gradient.</summary>
public class OperationTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => OperationTable.Names;

    [Theory, MemberData(nameof(Names)), Trait("Runs", "on every instruction set")]
    public void EqualsItsDefinition(string name)
    {
        OperationCase row = OperationTable.Row(name);
        var run = new OperationRun(row);
        double[][][] x = [.. run.Inputs.Select(input => Tile.Read(input.Values))];
        double[][] w = run.WeightValues;
        double[][] expected =
            [.. Enumerable.Range(0, Tensor.Samples).Select(s => row.Definition(s, [.. x.Select(v => v[s])], w))];
        Tile.Near(Tile.Read(run.Output.Values), expected, row.ValueTolerance, name);
    }

    /// <summary>The same numbers in a workspace whose memory is dirty, so nothing depends on what was there before.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TwoEpochsGiveEqualBits(string name)
    {
        var run = new OperationRun(OperationTable.Row(name));
        float[][] first = run.Everything();
        run.Compute();
        Assert.Equal(first, run.Everything());
    }

    [Theory, MemberData(nameof(Names))]
    public void IdleSamplesContributeNothing(string name)
    {
        var run = new OperationRun(OperationTable.Row(name));
        float[] gradient = run.Gradient.Values.ToArray();
        run.Compute(change: inputs => ScaleSamples(inputs, s => s >= OperationRun.Live));
        Assert.Equal(gradient, run.Gradient.Values);
        foreach (Tensor x in run.Inputs.Where(x => x.RequiresGradient))
            Assert.All(Tile.Read(x.Gradient)[OperationRun.Live..], sample => Assert.All(sample, g => Assert.Equal(0, g)));
    }

    [Theory, MemberData(nameof(Names))]
    public void ChangingOneSampleChangesOnlyThatSample(string name)
    {
        var run = new OperationRun(OperationTable.Row(name));
        double[][][] before = [Tile.Read(run.Output.Values), .. run.Inputs.Select(x => Tile.Read(x.Gradient))];
        run.Compute(change: inputs => ScaleSamples(inputs, s => s == 3));
        double[][][] after = [Tile.Read(run.Output.Values), .. run.Inputs.Select(x => Tile.Read(x.Gradient))];
        for (int s = 0; s < Tensor.Samples; s++)
            if (s != 3) Assert.Equal(before.Select(v => v[s]), after.Select(v => v[s]));
        Assert.NotEqual(before[0][3], after[0][3]);
    }

    /// <summary>Beside two logits of a million each the loss is still that of two equal ones.</summary>
    [Fact, Trait("Runs", "on every instruction set")]
    public void LargeLogitsLeaveTheDigitsOfTheirLoss()
    {
        Tensor logits = new Workspace(new(new ParameterTable())).Input([2]);
        logits.Values.Fill(1e6f);
        Assert.All(Operation.CrossEntropy(logits, new int[Tensor.Samples]).Values.ToArray(),
            loss => Assert.Equal(Math.Log(2), loss, 1e-6));
    }

    /// <summary>Whoever concatenates may have other parts in the same array before the way back.</summary>
    [Fact]
    public void PartsArePassedTheGradientThatWereConcatenated()
    {
        var space = new Workspace(new(new ParameterTable()));
        Tensor a = space.Input([1], requiresGradient: true), b = space.Input([1], requiresGradient: true);
        Tensor[] parts = [a, b];
        Tensor y = Operation.Concatenate(parts);
        parts[1] = a;
        space.Backward(y, [.. Enumerable.Range(0, 2 * Tensor.Samples).Select(i => i < Tensor.Samples ? 1f : 2)]);
        Assert.All(a.Gradient.ToArray(), slope => Assert.Equal(1, slope));
        Assert.Equal([.. Enumerable.Repeat(2f, Tensor.Samples)], b.Gradient.ToArray());
    }

    /// <summary>No gradient is recorded where nothing asks for one, and the one that is asked for is the same alone.</summary>
    [Theory, MemberData(nameof(Names))]
    public void GradientsGoWhereTheyAreAskedFor(string name)
    {
        OperationCase row = OperationTable.Row(name);
        var run = new OperationRun(row);
        float[][] all = run.Everything();
        run.Compute(asks: _ => false, withWeights: false);
        Assert.False(run.Output.RequiresGradient);
        Assert.Throws<ArgumentException>(() => run.Output.Workspace.Backward(run.Output, run.Cotangent));

        run.Compute(asks: _ => false);
        Assert.Equal(run.Table.Count > 0, run.Output.RequiresGradient);
        Assert.All(run.Inputs, x => Assert.True(x.Gradient.IsEmpty));
        Assert.Equal(all[^1], run.Gradient.Values);

        for (int i = 0; i < row.Inputs.Length; i++)
        {
            run.Compute(asks: asked => asked == i, withWeights: false);
            for (int j = 0; j < run.Inputs.Length; j++) Assert.Equal(i == j ? all[1 + j] : [], run.Inputs[j].Gradient);
            Assert.All(run.Gradient.Values.ToArray(), g => Assert.Equal(0, g));
        }
    }

    /// <summary>
    /// Weight gradients are added to what is there: the second of two tiles doubles the first if it is the same.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void WeightGradientsAreAdded(string name)
    {
        var run = new OperationRun(OperationTable.Row(name));
        if (run.Table.Count == 0) return;
        double[] once = Tile.Widen(run.Gradient.Values);
        run.Compute(tiles: 2);
        Tile.Near(Tile.Widen(run.Gradient.Values), [.. once.Select(g => 2 * g)], Tolerance.Sum, name);
    }

    static void ScaleSamples(Tensor[] inputs, Func<int, bool> selects)
    {
        foreach (Tensor x in inputs)
            for (int i = 0; i < x.Values.Length; i++)
                if (selects(i % Tensor.Samples)) x.Values[i] = 0.5f - 1.5f * x.Values[i];
    }
}
