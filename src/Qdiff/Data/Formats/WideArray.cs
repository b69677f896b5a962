using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The numbers of an array as numbers of 64 bits, up to eight times the memory that it takes itself.</summary>
static class WideArray
{
    /// <param name="what">What the array is, to begin messages with.</param>
    /// <param name="widen">Makes the numbers of it.</param>
    /// <exception cref="InputException">They take too much memory, or one does not fit.</exception>
    public static T[] Read<T>(StoredArray array, string what, Func<StoredArray, T[]> widen)
    {
        ReadingBudget.Require(array.Bytes.Length + sizeof(long) * (long)array.Count, what);
        try
        {
            return widen(array);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{what}: {e.Message}", e);
        }
    }
}
