using Qdiff.Tensors;

/// <summary>With the reference engine the same calls give the definitions, in double.</summary>
public class ReferenceModeTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => OperationTable.Names;

    /// <summary>
    /// Every operation of the table, called as networks call it, against the definition that the row states from scratch: equal
    /// but for the order of sums and constants that the engine keeps in float (the ε of a norm).
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void OperationsAreTheirDefinitions(string name)
    {
        OperationCase row = OperationTable.Row(name);
        var table = new ParameterTable();
        ApplyOperation apply = row.Declare(table);
        var weights = new Weights(table);
        new RandomStream(2, "weights " + name).FillNormal(weights.Values);
        weights.Refresh();
        var wide = new ReferenceWeights(weights);
        var space = new Workspace(weights, engine: new ReferenceEngine(wide));
        double[][][] x = [.. row.Inputs.Select((shape, i) => Enumerable.Range(0, Tensor.Samples).Select(s =>
        {
            var random = new RandomStream(2, "input " + name, i, s);
            return Enumerable.Range(0, shape.Count).Select(_ => random.NextNormal()).ToArray();
        }).ToArray())];
        Tensor[] inputs = [.. row.Inputs.Select((shape, i) =>
        {
            Tensor input = space.Input(shape);
            for (int s = 0; s < Tensor.Samples; s++) input.SetSample(s, x[i][s]);
            return input;
        })];

        Tensor y = apply(space, inputs);

        double[][] expected = [.. Enumerable.Range(0, Tensor.Samples)
            .Select(s => row.Definition(s, [.. x.Select(v => v[s])], [.. table.Select(p => wide[p])]))];
        var actual = new double[Tensor.Samples][];
        for (int s = 0; s < Tensor.Samples; s++) y.GetSample(s, actual[s] = new double[y.Count]);
        // A row may declare a bias that it does not use.
        Assert.Equal(table.Where(p => p.Name != "b").ToHashSet(),
            ReferenceEngine.ReadBy(space).Where(p => p.Name != "b").ToHashSet());
        Tile.Near(actual, expected, 1e-11, name);
    }

    [Fact]
    public void SinusoidsAndFewerSamples()
    {
        Workspace space = Two();
        Tensor y = Operation.SinusoidalEmbedding(space, [0, 700], 10);
        var values = new double[10];
        y.GetSample(1, values);
        Assert.Equal(Math.Sin(70), values[1], 1e-12);
        Assert.Equal(Math.Cos(700), values[5], 1e-12);
        Assert.Throws<ArgumentException>(() => Operation.SinusoidalEmbedding(space, [1, 2, 3], 10));
    }

    /// <summary>Digits are lost where they are asked for in single precision, and nowhere else.</summary>
    [Fact]
    public void FloatsAreCopiesOfTheDoubles()
    {
        Workspace space = Two();
        Tensor x = space.Input([2]);
        x.Values[1 * Tensor.Samples + 1] = 3;
        Tensor third = Operation.Scale(Operation.Add(x, x), 1 / 3f);
        Assert.Equal(2, third.Values[1 * Tensor.Samples + 1]);
        x.SetSample(0, [1e-9, 1 / 3.0]);
        double[] sum = new double[2];
        Operation.Add(Operation.Add(x, third), x).GetSample(0, sum);
        Assert.Equal([2e-9, 2 / 3.0], sum);
        Assert.Equal(1 / 3f, x.Values[1 * Tensor.Samples]);
        x.Values[0] = 5;
        Operation.Add(x, x).GetSample(0, sum);
        Assert.Equal(10, sum[0]);
    }

    /// <summary>A definition is somebody's own, and may write where it reads.</summary>
    [Fact]
    public void WhatADefinitionWritesNobodyElseSees()
    {
        var table = new ParameterTable();
        Parameter w = table.Add("w", [2], Initialisers.Ones);
        var space = new Workspace(new Weights(table).Initialise(1), engine: new ReferenceEngine(samples: 2));
        Tensor x = space.Input([2]);
        for (int s = 0; s < 2; s++) x.SetSample(s, [3.0, 5.0]);
        Tensor residual = Operation.Add(x, Doubled()), again = Doubled();
        double[] sum = new double[2], alone = new double[2];
        for (int s = 0; s < 2; s++)
        {
            residual.GetSample(s, sum);
            again.GetSample(s, alone);
            Assert.Equal([9.0, 15.0], sum);
            Assert.Equal([6.0, 10.0], alone);
        }

        Tensor Doubled() => Operation.Apply(x, [2], w, (_, _) => { }, (_, _, _, _) => { }, (v, weights) =>
        {
            for (int i = 0; i < v.Length; i++)
            {
                v[i] *= 2 * weights[i];
                weights[i] = 0;
            }

            return v;
        });
    }

    [Fact]
    public void ADefinitionThatGivesTooFewNumbersIsRefused()
    {
        Tensor x = Two().Input([2]);
        Assert.Contains("gave 1 numbers for 2", Assert.Throws<ArgumentException>(() =>
            Operation.Apply(x, [2], null, (_, _) => { }, (_, _, _, _) => { }, (_, _) => [1.0])).Message);
    }

    [Fact]
    public void ThereAreNoGradients()
    {
        var weights = new Weights(new ParameterTable());
        Assert.Contains("reference", Assert.Throws<ArgumentException>(
            () => new Workspace(weights, new WeightGradient(weights.Table), ComputeEngine.Reference)).Message);
        Assert.Throws<ArgumentException>(() => Two().Reset(weights, new WeightGradient(weights.Table)));
        Assert.Throws<ArgumentException>(() => Two().Input([1], requiresGradient: true));
    }

    static Workspace Two() => new(new Weights(new ParameterTable()), engine: new ReferenceEngine(samples: 2));

    [Fact]
    public void DetachPassesTheValueAndStopsTheGradient()
    {
        var table = new ParameterTable();
        Parameter w = table.Add("w", [3, 2], Initialisers.Ones);
        Weights weights = new Weights(table).Initialise(1);
        foreach (bool ignores in (bool[])[false, true])
        {
            var gradient = new WeightGradient(table);
            var names = new List<string>();
            var space = new Workspace(weights, gradient) { IgnoresDetach = ignores, OnDetach = (name, _, _) => names.Add(name) };
            Tensor x = space.Input([2], requiresGradient: true);
            x.Values.Fill(2);
            Tensor y = Operation.Add(Operation.Detach(Operation.Dense(x, w), "stop"), Operation.Concatenate(x, space.Input([1])));
            Assert.Equal(6, y.Values[0]);
            space.Backward(y, Enumerable.Repeat(1f, y.Values.Length).ToArray());
            Assert.Equal(["stop"], names);
            Assert.Equal(ignores ? 4 : 1, x.Gradient[0]);
            Assert.Equal(ignores ? 32 : 0, gradient[w][0]);
        }
    }

    [Fact]
    public void AnAuditMayDisturbWhatIsDetached()
    {
        Workspace space = Two();
        space.OnDetach = (name, sample, values) => values[0] += name.Length + sample;
        Tensor x = space.Input([1]), y = Operation.Detach(x, "stop");
        double[] value = [0];
        y.GetSample(1, value);
        Assert.Equal(5, value[0]);
        x.GetSample(1, value);
        Assert.Equal(0, value[0]);
    }
}
