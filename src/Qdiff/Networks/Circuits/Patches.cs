using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Which elements of an image go to which inputs: patches over a few channels, which do not overlap.</summary>
static class Patches
{
    /// <summary>
    /// For each patch of <paramref name="side"/>² pixels of channels <paramref name="first"/> … <paramref name="first"/> +
    /// <paramref name="count"/> − 1 of <paramref name="image"/> [C, H, W], the element that is each input, in this order;
    /// pixel = side·row + column.
    /// </summary>
    public static int[][] Elements(Shape image, int first, int count, int side, WireOrder order)
    {
        int height = image[1], width = image[2], pixels = side * side;
        if (height % side != 0 || width % side != 0)
            throw new ArgumentException($"Patches of {side}×{side} do not tile an image of {height}×{width}"
                + (side == 2 ? ": both sides must be even." : "."));
        if (first + count > image[0])
            throw new ArgumentException($"Channels {first} to {first + count - 1} are asked for by a circuit, but there are "
                + $"{image[0]}; use fewer quantum groups.");

        var patches = new int[height / side * (width / side)][];
        for (int patch = 0; patch < patches.Length; patch++)
        {
            int top = patch / (width / side) * side, left = patch % (width / side) * side;
            int[] elements = patches[patch] = new int[count * pixels];
            for (int c = 0; c < count; c++)
                for (int pixel = 0; pixel < pixels; pixel++)
                    elements[order == WireOrder.ChannelMajor ? pixels * c + pixel : count * pixel + c] =
                        ((first + c) * height + top + pixel / side) * width + left + pixel % side;
        }

        return patches;
    }
}
