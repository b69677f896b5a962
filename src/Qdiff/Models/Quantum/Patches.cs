using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Which elements of an image go to which wires: non-overlapping 2×2 patches over a few channels.</summary>
static class Patches
{
    /// <summary>Pixels of a patch.</summary>
    public const int Pixels = 4;

    /// <summary>
    /// For each patch of channels <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of
    /// <paramref name="image"/> [C, H, W], the element that is on each wire. Paper: wire = 4·channel + pixel; released:
    /// wire = channels·pixel + channel (divergence A-10); pixel = 2·row + column.
    /// </summary>
    public static int[][] Wires(Shape image, int first, int count, Wiring wiring)
    {
        int height = image[1], width = image[2];
        if (height % 2 != 0 || width % 2 != 0)
            throw new ArgumentException($"Patches of 2×2 do not tile an image of {height}×{width}: both sides must be even.");
        if (first + count > image[0])
            throw new ArgumentException($"Channels {first} to {first + count - 1} are asked for by a circuit, but there are "
                + $"{image[0]}; use fewer quantum groups.");

        var patches = new int[height / 2 * (width / 2)][];
        for (int patch = 0; patch < patches.Length; patch++)
        {
            int top = patch / (width / 2) * 2, left = patch % (width / 2) * 2;
            var wires = patches[patch] = new int[count * Pixels];
            for (int c = 0; c < count; c++)
                for (int pixel = 0; pixel < Pixels; pixel++)
                    wires[wiring == Wiring.Paper ? Pixels * c + pixel : count * pixel + c] =
                        ((first + c) * height + top + pixel / 2) * width + left + pixel % 2;
        }

        return patches;
    }
}
