using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <summary>Circuits run on the device when whole batches are recorded; what else is not ours, and single tiles, go to the
    /// processors.</summary>
    /// <exception cref="InputException">It is to be recorded, and is no circuit.</exception>
    public override Tensor Apply(Tensor x, TileOperation operation)
    {
        GpuMemory memory = Of(x);
        if (!memory.Queue.IsRecording) return base.Apply(x, operation);
        if (operation is not CircuitOperation circuit)
            throw new InputException($"The network has an operation that a device does not know ({operation.GetType().Name}). "
                + "Compute on the processors.")
            { Remedy = Remedy.UseProcessors };
        if (memory.IsMeasuring) memory.WillHold(DeviceCircuit.BytesOf(memory.Device, circuit, memory.Batch));
        DeviceCircuit? there = memory.IsMeasuring ? null : memory.Keep(new DeviceCircuit(memory.Device, circuit, memory.Batch));
        Parameter? angles = operation.Parameter;
        ArrayView<float> from = View(x), weights = Values(memory, angles);
        (Tensor y, ArrayView<float> to) = New(memory.Space, operation.Output, Records(x, angles));
        // Weights that nobody trains stay as they are, and what is prepared of them.
        bool isTrained = memory.Space.Gradient is not null;
        if (!isTrained && there is not null) memory.Queue.Once(stream => there.Prepare(stream, weights));
        memory.Queue.Run("Circuit", stream =>
        {
            if (isTrained) there!.Prepare(stream, weights);
            there!.Forward(stream, weights, from, to);
        });
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y);
            ArrayView<float> share = angles is null || memory.Space.Gradient is null ? memory.TakeNumbers(angles?.Count ?? 1)
                : memory.Weights.TakeShare(angles, 0, angles.Count, 1);
            if (x.RequiresGradient) Contribute(x, Back);
            else Back(memory.TakeTensor(x.Count));

            void Back(ArrayView<float> dx) =>
                memory.Queue.Run("CircuitGradient", stream => there!.Backward(stream, weights, from, dy, dx, angles is null
                    ? default : share));
        });
        return y;
    }
}
