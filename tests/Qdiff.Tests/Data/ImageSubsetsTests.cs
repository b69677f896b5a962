using Qdiff;

public class ImageSubsetsTests
{
    /// <summary>Image i holds its own number; classes come in blocks of unequal size: 10 of 0, 20 of 1, 30 of 2.</summary>
    static readonly ImageSet s_images = new("set", [1, 1, 1], [.. Enumerable.Range(0, 60).Select(i => (byte)i)],
        [.. Enumerable.Range(0, 60).Select(i => i < 10 ? 0 : i < 30 ? 1 : 2)], ["ant", "bee", "cow"]);

    static int[] Numbers(ImageSet images) => [.. Enumerable.Range(0, images.Count).Select(i => (int)images.Image(i)[0])];

    [Fact]
    public void ClassesAreChosenByName()
    {
        Assert.Equal(s_images.WithLabels(2, 0).Hash, s_images.WithClasses("ant", "cow").Hash);
        string message = Assert.Throws<InputException>(() => s_images.WithClasses("ant", "bea")).Message;
        Assert.Contains("has no class 'bea'. Did you mean bee? Its classes are 0 ant; 1 bee; 2 cow.", message);
        ImageSet nameless = new("x", [1, 1, 1], [1], [0]);
        Assert.Contains("have no names", Assert.Throws<InputException>(() => nameless.WithClasses("ant")).Message);
    }

    [Fact]
    public void WithLabelsKeepsOrderAndNumbers()
    {
        ImageSet chosen = s_images.WithLabels(2, 0);
        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(30, 30)], Numbers(chosen));
        Assert.Equal([0, 2], chosen.Labels.ToArray().Distinct());
        Assert.Equal("set[labels 0,2]", chosen.Name);
        Assert.Equal("cow", chosen.ClassNames[2]);
    }

    [Fact]
    public void TakeGivesAsManyOfEachClass()
    {
        ImageSet chosen = s_images.Take(perClass: 7, seed: 5);
        Assert.Equal([7, 7, 7], chosen.Labels.ToArray().CountBy(label => label).Select(pair => pair.Value));
        Assert.Equal(Numbers(chosen).Distinct().Order(), Numbers(chosen));
        Assert.Equal(Numbers(chosen), Numbers(s_images.Take(7, 5)));
        Assert.NotEqual(Numbers(chosen), Numbers(s_images.Take(7, 6)));
    }

    [Fact]
    public void SmallerDrawsArePartsOfLargerOnes()
    {
        Assert.Empty(Numbers(s_images.Take(4, 3)).Except(Numbers(s_images.Take(9, 3))));
        Assert.Empty(Numbers(s_images.Draw(20, 3)).Except(Numbers(s_images.Draw(50, 3))));
    }

    [Fact]
    public void AClassDoesNotDependOnTheOthers() =>
        Assert.Equal(Numbers(s_images.Take(4, 3).WithLabels(1)), Numbers(s_images.WithLabels(1).Take(4, 3)));

    [Fact]
    public void DrawTakesEveryImageEquallyOften()
    {
        var counts = new int[60];
        for (int seed = 0; seed < 3000; seed++)
            foreach (int image in Numbers(s_images.Draw(12, seed))) counts[image]++;
        // 600 expected, standard deviation 21.9.
        Assert.All(counts, count => Assert.InRange(count, 600 - 110, 600 + 110));
    }

    [Fact]
    public void FirstIsTheStart() => Assert.Equal([0, 1, 2], Numbers(s_images.First(3)));

    [Fact]
    public void WithoutIsTheRestOfADraw()
    {
        ImageSet drawn = s_images.Draw(20, 3), rest = s_images.Without(drawn), cows = s_images.WithLabels(2);
        Assert.Equal(Enumerable.Range(0, 60).Except(Numbers(drawn)), Numbers(rest));
        Assert.Equal("set[without set[20 drawn, seed 3]]", rest.Name);
        Assert.Equal([.. Numbers(rest).Select(i => i < 10 ? 0 : i < 30 ? 1 : 2)], rest.Labels.ToArray());
        // Of a part, and of a part of a part.
        Assert.Equal([.. Enumerable.Range(35, 25)], Numbers(cows.Without(cows.First(5))));
        Assert.Equal([.. Enumerable.Range(0, 30)], Numbers(s_images.Without(cows)));
        Assert.Equal([1, 1], Numbers(s_images.Select([0, 1, 0, 1], "twice").Without(s_images.First(1))));

        Assert.Contains("nothing is left", Assert.Throws<InputException>(() => s_images.Without(s_images)).Message);
        // The ant 0 is no cow; equal images of another set are others.
        Assert.Contains("set[first 1] has images that were not chosen from set[labels 2]",
            Assert.Throws<ArgumentException>("part", () => cows.Without(s_images.First(1))).Message);
        Assert.Throws<ArgumentException>("part", () => s_images.Without(new("set", [1, 1, 1], [0], [0])));
    }

    [Fact]
    public void MistakesAreTold()
    {
        ImageSet bare = new("bare", [1, 1, 1], new byte[4]);
        Assert.Contains("has the label 7; its labels are 0, 1, 2",
            Assert.Throws<InputException>(() => s_images.WithLabels(7)).Message);
        Assert.Contains("11 images per class wanted, but set has only 10 of class 0 (ant)",
            Assert.Throws<InputException>(() => s_images.Take(11)).Message);
        Assert.Contains("bare has no labels", Assert.Throws<InputException>(() => bare.WithLabels(0)).Message);
        Assert.Contains("bare has no labels", Assert.Throws<InputException>(() => bare.Take(1)).Message);
        Assert.Contains("5 images wanted, but bare has only 4", Assert.Throws<InputException>(() => bare.Draw(5)).Message);
        Assert.Contains("must be positive, got 0", Assert.Throws<InputException>(() => bare.First(0)).Message);
    }
}
