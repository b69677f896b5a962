using ILGPU;

namespace Qdiff.Gpu;

/// <summary>A circuit's tables on the device and the sizes of a launch; the same for all threads.</summary>
/// <param name="Code">Steps and their tables.</param>
/// <param name="Matrices">2×2 matrices of the runs that are the same for all samples, 8 numbers each.</param>
/// <param name="Inputs">For each run of the circuit, which element of x is input i.</param>
/// <param name="Outputs">For each run of the circuit, which element of y is read-out i.</param>
/// <param name="Sums">Overlaps of each run of gates, four rows of Slots partial sums.</param>
/// <param name="Gradients">The gradient of the inputs: [program][run][input][batch].</param>
/// <param name="Registers">For formulas: see <see cref="FormulaWork"/>.</param>
/// <param name="Entries">Where in Code the entry points are: where each program's steps begin and how many there are.</param>
/// <param name="LogSamples">A thread group takes 2^LogSamples samples.</param>
/// <param name="Slots">Partial sums of an overlap over all groups.</param>
/// <param name="GroupSlots">Those of one group.</param>
/// <param name="GroupFloats">Memory of a group.</param>
readonly record struct CircuitTables(ArrayView<int> Code, ArrayView<float> Matrices, ArrayView<int> Inputs,
    ArrayView<int> Outputs, ArrayView<float> Sums, ArrayView<float> Gradients, ArrayView<double> Registers,
    int Entries, int Runs, int InputCount, int OutputCount, int Batch, int LogSamples, int Slots, int GroupSlots,
    int GroupFloats);

/// <summary>What a thread works on: its sample, its place among the threads, and the group's memory.</summary>
readonly struct CircuitWork(CircuitTables tables, ArrayView<float> memory, ArrayView<float> weights, ArrayView<float> x,
    ArrayView<float> y, ArrayView<float> dy)
{
    public readonly ArrayView<int> Code = tables.Code;
    public readonly ArrayView<double> Registers = tables.Registers;
    public readonly ArrayView<float> Matrices = tables.Matrices, Memory = memory, Weights = weights, X = x, Y = y, DY = dy,
        Sums = tables.Sums, Gradients = tables.Gradients;
    public readonly ArrayView<int> Inputs = tables.Inputs, Outputs = tables.Outputs;
    public readonly int Log = tables.LogSamples, Batch = tables.Batch, Slots = tables.Slots,
        OutputCount = tables.OutputCount;

    /// <summary>The sample within the group, and within the batch.</summary>
    public readonly int Lane = Group.IdxX & (1 << tables.LogSamples) - 1,
        Sample = (Grid.IdxX % (tables.Batch >> tables.LogSamples) << tables.LogSamples)
            + (Group.IdxX & (1 << tables.LogSamples) - 1);

    /// <summary>Where this run's rows of elements and of gradients begin, and the group's partial sums.</summary>
    public readonly int FirstInput = Grid.IdxX / (tables.Batch >> tables.LogSamples) % tables.Runs * tables.InputCount,
        FirstOutput = Grid.IdxX / (tables.Batch >> tables.LogSamples) % tables.Runs * tables.OutputCount,
        FirstGradient = Grid.IdxX / (tables.Batch >> tables.LogSamples) * tables.InputCount,
        FirstSlot = Grid.IdxX % ((tables.Batch >> tables.LogSamples) * tables.Runs) * tables.GroupSlots;
}
