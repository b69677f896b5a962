using Qdiff.Tensors;

public class ShapeTests
{
    [Fact]
    public void SizesAreKeptInOrder()
    {
        Shape shape = [10, 28, 28];
        Assert.Equal(7840, shape.Count);
        Assert.Equal("10×28×28", shape.ToString());
        Assert.Equal(1, Shape.Scalar.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void SizesMustBePositive(int size) => Assert.Throws<ArgumentException>(() => new Shape(3, size));
}
