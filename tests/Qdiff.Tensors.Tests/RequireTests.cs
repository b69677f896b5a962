using Qdiff.Tensors;

public class RequireTests
{
    /// <summary>Operations check their arguments for every tile: a message that nobody reads must cost nothing.</summary>
    [Fact]
    public void MessagesArePutTogetherOnlyWhenTheyAreNeeded()
    {
        int asked = 0;
        Require.That(true, $"{Ask()} is evaluated");
        Assert.Equal(0, asked);
        var error = Assert.Throws<ArgumentException>(() => Require.That(false, $"{Ask()} of {0.5:F2} is evaluated"));
        Assert.Equal("1 of 0.50 is evaluated", error.Message);

        int Ask() => ++asked;
    }

    [Fact]
    public void TheArgumentIsNamed()
    {
        var space = new Workspace(new(new ParameterTable()));
        Tensor image = space.Input([1, 2, 2]), vector = space.Input([4]);
        Assert.Equal("vector", Assert.Throws<ArgumentException>(() => Require.SameShape(image, vector)).ParamName);
        Assert.Equal("vector", Assert.Throws<ArgumentException>(() => Require.Rank(vector, 3)).ParamName);
    }
}
