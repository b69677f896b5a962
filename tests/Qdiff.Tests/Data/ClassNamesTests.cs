using Qdiff;

/// <summary>A class and what is written for it.</summary>
public class ClassNamesTests
{
    [Fact]
    public void WhatIsWrittenForAClassMeansIt()
    {
        // Folders of these names, in their order.
        string[] names = ["1", "10", "2"];
        Assert.All(Enumerable.Range(0, 3), label =>
            Assert.Equal(label, ClassNames.LabelOf(ClassNames.Of(label, names), names, names.Length, "pictures")));
        Assert.Equal("7", ClassNames.Of(7, []));
    }
}
