using ILGPU;

namespace Qdiff.Gpu;

/// <summary>A whole number for each sample on a device, such as its timestep.</summary>
/// <param name="Rows">The numbers; below 0 for idle samples.</param>
/// <param name="Values">How many values there are.</param>
readonly record struct SampleData(ArrayView<int> Rows, int Values)
{
    /// <summary>What the numbers say.</summary>
    public enum Kind
    {
        /// <summary>How much noise a sample has.</summary>
        Timesteps,

        /// <summary>Which class it has.</summary>
        Labels,
    }
}
