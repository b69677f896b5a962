using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public class AugmentationTests
{
    static readonly Shape s_shape = [3, 5, 5];
    static readonly byte[] s_image = [.. Enumerable.Range(0, 75).Select(e => (byte)(e * 37 % 251))];

    static float[] Changed(Augmentation augmentation, long index, Shape? shape = null)
    {
        int size = (shape ?? s_shape).Count;
        var tile = new float[size * Tensor.Samples];
        augmentation.Fill(s_image.AsSpan(0, size), shape ?? s_shape, new RandomStream(7, "augmentation", 0, index),
            tile.AsSpan(3));
        Assert.All(Enumerable.Range(0, tile.Length).Where(i => i % Tensor.Samples != 3), i => Assert.Equal(0, tile[i]));
        return [.. Enumerable.Range(0, size).Select(e => tile[e * Tensor.Samples + 3])];
    }

    static float Value(int c, int y, int x) => s_image[(c * 5 + y) * 5 + x] * 2f / 255f - 1f;

    [Fact]
    public void WithoutChangesItIsTheTileOfTheSet()
    {
        float[] expected = new float[75 * Tensor.Samples];
        new ImageSet("one", s_shape, s_image).FillTile([0], expected);
        Assert.Equal(Enumerable.Range(0, 75).Select(e => expected[e * Tensor.Samples]), Changed(new(), 0), (a, b) =>
            Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void FlipsAndTurnsAreTheEightSymmetriesOfTheSquare()
    {
        var found = new HashSet<int>();
        for (int index = 0; index < 60; index++)
        {
            float[] changed = Changed(new() { Flip = true, Turn = true }, index);
            int symmetry = Enumerable.Range(0, 8).Single(s =>
                Enumerable.Range(0, 75).All(e => Math.Abs(changed[e] - Source(s, e / 25, e / 5 % 5, e % 5)) < 1e-4));
            found.Add(symmetry);
        }

        Assert.Equal(8, found.Count);

        static float Source(int symmetry, int c, int y, int x)
        {
            for (int turn = 0; turn < symmetry / 2; turn++) (y, x) = (x, 4 - y);
            return Value(c, y, symmetry % 2 == 1 ? 4 - x : x);
        }
    }

    [Fact]
    public void ItIsAPureFunctionOfTheStream()
    {
        Augmentation all = new() { Shift = 2, Rotation = 15, Zoom = 0.2, Flip = true, Turn = true, Colour = 0.2 };
        Assert.Equal(Changed(all, 4), Changed(all, 4));
        Assert.NotEqual(Changed(all, 4), Changed(all, 5));
        Assert.All(Enumerable.Range(0, 50).SelectMany(index => Changed(all, index)), value => Assert.InRange(value, -1f, 1f));
    }

    [Fact]
    public void AnEvenImageStaysEvenWhateverComesFromBeyondTheBorder()
    {
        var tile = new float[75 * Tensor.Samples];
        byte[] even = new byte[75];
        Array.Fill(even, (byte)204);
        for (int index = 0; index < 20; index++)
        {
            new Augmentation { Shift = 9, Rotation = 180, Zoom = 0.5 }.Fill(even, s_shape, new(1, "even", index), tile);
            for (int e = 0; e < 75; e++) Assert.Equal(0.6f, tile[e * Tensor.Samples], 1e-5f);
        }
    }

    [Fact]
    public void OnlySquaresAreTurned() =>
        Assert.Contains("3×5", Assert.Throws<InputException>(() => Changed(new() { Turn = true }, 0, [1, 3, 5])).Message);
}
