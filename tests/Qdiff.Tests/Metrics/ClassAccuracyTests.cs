using Qdiff;
using Qdiff.Evaluation;

public class ClassAccuracyTests
{
    [Fact]
    public void CountsTheConfusion()
    {
        ClassAccuracy accuracy = ClassAccuracy.Compute([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 2], classes: 4);
        Assert.Equal((3, 1, 1, 0), (accuracy[0, 0], accuracy[0, 1], accuracy[1, 2], accuracy[2, 1]));
        Assert.Equal(4 / 6.0, accuracy.Accuracy);
        Assert.Equal(0.75, accuracy.OfClass(0));
        Assert.Null(accuracy.OfClass(3));
        Assert.Equal((0.75 + 0.5) / 2, accuracy.BalancedAccuracy);
        Assert.True(accuracy.Interval.Contains(accuracy.Accuracy));
    }

    [Fact]
    public void BadLabelsAreRefused()
    {
        Assert.Contains("got 2 and 1", Assert.Throws<InputException>(() => ClassAccuracy.Compute([0, 1], [0], 2)).Message);
        Assert.Contains("Sample 1 has wanted label 1 and predicted label 5",
            Assert.Throws<InputException>(() => ClassAccuracy.Compute([0, 1], [0, 5], 2)).Message);
        Assert.Contains("got 0 and 0", Assert.Throws<InputException>(() => ClassAccuracy.Compute([], [], 2)).Message);
    }
}
