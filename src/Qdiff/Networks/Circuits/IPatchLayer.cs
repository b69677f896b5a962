using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A layer on small sets of elements, all with the same weights: a circuit, or what a comparison puts in its
/// place.</summary>
public interface IPatchLayer
{
    /// <summary>
    /// Runs once for each row of <paramref name="inputs"/>, whose entries say which element of <paramref name="x"/> is input i;
    /// output i becomes the element of the result that the same row of <paramref name="outputs"/> says.
    /// </summary>
    Tensor Apply(Tensor x, int[][] inputs, Shape output, int[][] outputs);
}
