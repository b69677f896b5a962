using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Patch layers in a row: each but the last gives as many numbers as it takes.</summary>
sealed class PatchLayerChain(IReadOnlyList<IPatchLayer> hidden, int width, IPatchLayer last) : IPatchLayer
{
    public Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs)
    {
        // Between the layers the patches lie one behind another.
        int[][] row = [.. Enumerable.Range(0, inputs.Length).Select(patch => Enumerable.Range(patch * width, width).ToArray())];
        Tensor h = x;
        int[][] from = inputs;
        foreach (IPatchLayer layer in hidden)
        {
            h = layer.Apply(h, from, [inputs.Length * width], row);
            from = row;
        }

        return last.Apply(h, from, output, outputs);
    }
}
