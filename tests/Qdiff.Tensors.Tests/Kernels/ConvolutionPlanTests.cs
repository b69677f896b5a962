using Qdiff.Tensors;

public class ConvolutionPlanTests
{
    /// <summary>The groups together say exactly what the definition of the geometry says, in both directions.</summary>
    [Theory]
    [InlineData(5, 6, 3, 3, 1, 1)]
    [InlineData(7, 7, 4, 4, 2, 1)]
    [InlineData(7, 7, 7, 7, 2, 1)]
    [InlineData(5, 4, 2, 2, 3, 0)]
    [InlineData(3, 3, 2, 2, 1, 2)]
    [InlineData(1, 1, 1, 1, 1, 0)]
    public void GroupsHoldEveryConnectionOnce(int height, int width, int kernelHeight, int kernelWidth, int stride, int padding)
    {
        var g = new SpatialGeometry(height, width, kernelHeight, kernelWidth, stride, padding);
        (int, int, int)[] connections = [.. g.Connections().Order()];
        Assert.Equal(connections, Connections(ConvolutionPlan.Forward(g)));
        Assert.Equal(connections, Connections(ConvolutionPlan.Transposed(g)).Select(c => (c.Item2, c.Item1, c.Item3)).Order());
        Assert.Equal(Enumerable.Range(0, g.OutputHeight * g.OutputWidth), Positions(ConvolutionPlan.Forward(g)));
        Assert.Equal(Enumerable.Range(0, height * width), Positions(ConvolutionPlan.Transposed(g)));
    }

    static IEnumerable<int> Positions(ConvolutionPlan plan) => plan.Groups.SelectMany(group => group.Outputs).Order();

    static IEnumerable<(int, int, int)> Connections(ConvolutionPlan plan) => plan.Groups
        .SelectMany(group => group.Outputs.Zip(group.Bases, (output, start) => (group, output, start)))
        .SelectMany(p => p.group.Offsets.Zip(p.group.Taps, (offset, tap) => (p.output, p.start + offset, tap)))
        .Order();
}
