using Qdiff.Tensors;

public class WeightsTests
{
    [Fact]
    public void ParametersSharedByNameAndShapeStartEqual()
    {
        ParameterTable small = new(), large = new();
        large.Add("first", [7], Initialisers.Normal(1));
        Parameter a = small.Add("shared", [3, 4], Initialisers.LecunNormal),
            b = large.Add("shared", [3, 4], Initialisers.LecunNormal),
            other = large.Add("other", [3, 4], Initialisers.LecunNormal);
        Weights one = new Weights(small).Initialise(5), two = new Weights(large).Initialise(5);
        Assert.Equal(one[a].ToArray(), two[b].ToArray());
        Assert.NotEqual(two[b].ToArray(), two[other].ToArray());
        Assert.NotEqual(one[a].ToArray(), new Weights(small).Initialise(6)[a].ToArray());
        Assert.Equal(two.Values.ToArray(), new Weights(large).Initialise(5).Values.ToArray());
    }

    [Fact]
    public void InitialisersSeeTheShape()
    {
        var table = new ParameterTable();
        Shape? seen = null;
        Parameter parameter = table.Add("p", [2, 3], (random, shape, values) =>
        {
            seen = shape;
            values.Fill((float)random.NextDouble());
        });
        var weights = new Weights(table);
        Assert.All(weights.Values.ToArray(), v => Assert.Equal(0, v));
        weights.Initialise(1);
        Assert.Equal([2, 3], seen);
        Assert.All(weights[parameter].ToArray(), v => Assert.InRange(v, 1e-9f, 1));
    }

    [Fact]
    public void DerivedValuesFollowARefresh()
    {
        var table = new ParameterTable();
        Parameter weight = table.Add("w", [1, 1, 2, 2], Initialisers.Zeros), derived = Derive.Standardised(table, weight);
        var weights = new Weights(table).Initialise(1);
        Assert.Equal([0, 0, 0, 0], weights[derived].ToArray());
        new float[] { 1, 1, 3, 3 }.CopyTo(weights.Values);
        Assert.Equal([0, 0, 0, 0], weights[derived].ToArray());
        weights.Refresh();
        Assert.Equal([-1.0, -1, 1, 1], Tile.Widen(weights[derived]), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    /// <summary>Zeros would pass for its numbers.</summary>
    [Fact]
    public void WhatIsDerivedIsRefusedBeforeTheFirstRefresh()
    {
        var table = new ParameterTable();
        Parameter weight = table.Add("w", [1, 1, 1, 2], Initialisers.Zeros), derived = Derive.Standardised(table, weight);
        var weights = new Weights(table);
        Assert.Equal(2, weights[weight].Length);
        Assert.Contains("not refreshed", Assert.Throws<InvalidOperationException>(() => weights[derived].Length).Message);
        weights.Refresh();
        Assert.Equal(2, weights[derived].Length);
    }

    [Fact]
    public void ACopyHasNumbersOfItsOwn()
    {
        var table = new ParameterTable();
        Parameter weight = table.Add("w", [1, 1, 1, 3], Initialisers.Normal(1)), derived = Derive.Standardised(table, weight);
        Weights weights = new Weights(table).Initialise(1), copy = weights.Copy();
        Assert.Same(table, copy.Table);
        Assert.Equal(weights.Values.ToArray(), copy.Values.ToArray());
        Assert.Equal(weights[derived].ToArray(), copy[derived].ToArray());
        float[] before = weights.Values.ToArray();
        copy.Values.Clear();
        Assert.Equal(before, weights.Values.ToArray());
    }

    [Fact]
    public void ParametersOfAnotherNetworkAreRefused()
    {
        ParameterTable mine = new(), others = new();
        Parameter own = mine.Add("w", [3], Initialisers.Zeros), stranger = others.Add("w", [3], Initialisers.Zeros);
        var weights = new Weights(mine);
        var gradient = new WeightGradient(mine);
        Assert.Equal(3, weights[own].Length);
        Assert.Contains("'w' belongs to another network",
            Assert.Throws<ArgumentException>(() => weights[stranger].Length).Message);
        Assert.Contains("'w' belongs to another network",
            Assert.Throws<ArgumentException>(() => gradient[stranger].Length).Message);
        Assert.Throws<ArgumentException>(() => gradient.Add(new(others)));

        var space = new Workspace(weights);
        Tensor x = space.Input([3, 1, 1]);
        Assert.Throws<ArgumentException>(() => Operation.LayerNorm(x, stranger));
    }

    /// <summary>A parameter that came too late lies behind the end of the memory.</summary>
    [Fact]
    public void ParametersDeclaredLaterAreRefused()
    {
        var table = new ParameterTable();
        Parameter first = table.Add("first", [1, 1, 1, 2], Initialisers.Zeros);
        var weights = new Weights(table);
        var gradient = new WeightGradient(table);
        Parameter late = table.Add("late", [1_000_000], Initialisers.Zeros), derived = Derive.Standardised(table, first);
        foreach (Parameter parameter in (Parameter[])[late, derived])
        {
            Assert.Contains($"'{parameter.Name}' was declared after",
                Assert.Throws<ArgumentException>(() => weights[parameter].Length).Message);
            Assert.Contains($"'{parameter.Name}' was declared after",
                Assert.Throws<ArgumentException>(() => gradient[parameter].Length).Message);
        }
    }

    [Fact]
    public void GradientsAddAndClear()
    {
        var table = new ParameterTable();
        Parameter w = table.Add("w", [1, 1, 1, 2], Initialisers.Zeros), derived = Derive.Standardised(table, w);
        WeightGradient a = new(table), b = new(table);
        a[w].Fill(1);
        b[w].Fill(2);
        b[derived].Fill(5);
        a.Add(b);
        Assert.Equal([3, 3], a[w].ToArray());
        Assert.Equal([5, 5], a[derived].ToArray());
        a.Clear();
        Assert.Equal([0, 0], a[w].ToArray());
        Assert.Equal([0, 0], a[derived].ToArray());
    }
}
