using Qdiff.Tensors;

public class ParameterTableTests
{
    [Fact]
    public void ParametersAreKeptInOrderOneAfterAnother()
    {
        var table = new ParameterTable();
        Parameter a = table.Add("a", [2, 3], Initialisers.Zeros), b = table.Add("b", Shape.Scalar, Initialisers.Zeros),
            c = table.Add("c", [4, 1, 2, 2], Initialisers.Zeros);
        Assert.Equal([a, b, c], table);
        Assert.Equal([0, 6, 7], table.Select(p => p.Offset));
        Assert.Equal((3, 23), (table.Count, table.Scalars));
        Assert.Same(b, table["b"]);
        Assert.Same(c, table.Find("c"));
        Assert.Null(table.Find("A"));
        Assert.Equal("a 2×3", a.ToString());
    }

    [Fact]
    public void NamesAreUnique()
    {
        var table = new ParameterTable();
        table.Add("conv.weight", [2], Initialisers.Zeros);
        var error = Assert.Throws<ArgumentException>(() => table.Add("conv.weight", [3], Initialisers.Zeros));
        Assert.Contains("'conv.weight'", error.Message);
        Assert.Equal((1, 2), (table.Count, table.Scalars));
        Assert.Contains("'bias'", Assert.Throws<ArgumentException>(() => table["bias"]).Message);
    }

    /// <summary>Derived parameters are no parameters of the paper's count and are not in checkpoints.</summary>
    [Fact]
    public void DerivedParametersAreNotCounted()
    {
        var table = new ParameterTable();
        Parameter weight = table.Add("w", [2, 1, 2, 2], Initialisers.Zeros), derived = Derive.Standardised(table, weight),
            after = table.Add("after", [1], Initialisers.Zeros);
        Assert.True(derived.IsDerived);
        Assert.False(weight.IsDerived);
        Assert.Equal([weight, after], table);
        Assert.Equal(9, table.Scalars);
        Assert.Equal(8, after.Offset);
        Assert.Null(table.Find(derived.Name));
    }
}
