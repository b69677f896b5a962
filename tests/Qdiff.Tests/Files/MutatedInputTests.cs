using Qdiff;

/// <summary>A few thousand of the inputs that <c>tests/torture</c> tries by the million, always the same ones.</summary>
public class MutatedInputTests
{
    [Fact]
    public void EveryReaderReadsThemOrSaysWhatIsWrong()
    {
        using Readers readers = new();
        Assert.True(readers.All.Count > 35);
        foreach (InputReader reader in readers.All)
        {
            Trial trial = new(reader, seed: 1);
            // A recorded network would be megabytes; all others read at least one good input.
            if (reader.Name != "parity") Assert.True(trial.GoodSeeds > 0, reader.Name);
            for (int i = 0; i < 60; i++) Assert.Null(trial.Next()?.What);
        }
    }

    [Fact]
    public void WhatAReaderMustNotDoIsFound()
    {
        InputReader reader = new("x", "x", [[1, 2, 3]], _ => throw new IndexOutOfRangeException());
        Assert.Contains("IndexOutOfRangeException", new Trial(reader, 1).Next()!.What);
        Assert.Null(new Trial(reader with { Refusals = [typeof(IndexOutOfRangeException)] }, 1).Next());
        Assert.Null(new Trial(reader with { Read = _ => throw new InputException("It is damaged.") }, 1).Next());
        Assert.Contains("without words", new Trial(reader with { Read = _ => throw new InputException("") }, 1).Next()!.What);
    }

    [Fact]
    public void AnInputIsAFunctionOfItsNumber()
    {
        InputReader reader = new("x", "x", [[.. "one 1 two 22 three 333\n"u8]], _ => { }) { IsText = true };
        Trial trial = new(reader, seed: 4);
        byte[][] inputs = [.. Enumerable.Range(0, 200).Select(number => trial.Input(number))];
        for (int i = 0; i < 10; i++) trial.Next();
        Assert.Equal(inputs, Enumerable.Range(0, 200).Select(number => new Trial(reader, seed: 4).Input(number)));
        Assert.True(inputs.Select(Convert.ToHexString).Distinct().Count() > 150);
    }
}
