using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// Computes a network's operations on a device, in single precision and always in the same order: forward and backward of a
/// primitive stand in one method. A tile of 16 samples is little work for a device; whole batches go through a recorded step.
/// </summary>
public sealed partial class GpuEngine : ComputeEngine
{
    /// <summary>Groups that keep a device busy.</summary>
    const int BusyGroups = 512;

    readonly GpuDevice device;
    readonly Func<Workspace, GpuMemory> createMemory;

    /// <summary>An engine that computes on this device.</summary>
    public GpuEngine(GpuDevice device)
        : this(device, space => new(device, space, Tensor.Samples, new(device, device.Accelerator.DefaultStream)))
    {
    }

    /// <summary>An engine whose workspaces have a memory of their own kind, for recording.</summary>
    internal GpuEngine(GpuDevice device, Func<Workspace, GpuMemory> createMemory) =>
        (this.device, this.createMemory) = (device, createMemory);

    /// <inheritdoc/>
    public override string Name => device.Name;

    /// <inheritdoc/>
    public override TileMemory CreateMemory(Workspace space) => createMemory(space);

    static GpuMemory Of(Workspace space) => (GpuMemory)space.Memory;

    static GpuMemory Of(Tensor x) => Of(x.Workspace);

    /// <summary>Where a tensor is, to be read.</summary>
    internal static ArrayView<float> View(Tensor x) => Of(x).View(Memory(x.Workspace, x), x.Count);

    /// <summary>The complete gradient of a result.</summary>
    static ArrayView<float> GradientView(Tensor y) => Of(y).View(Gradient(y), y.Count);

    /// <summary>Has a contribution to the gradient of x written, if x asks for one.</summary>
    static void Contribute(Tensor x, Action<ArrayView<float>> write)
    {
        if (!x.RequiresGradient) return;
        nint contribution = BeginGradient(x);
        write(Of(x).View(contribution, x.Count));
        EndGradient(x, contribution);
    }

    /// <summary>The same by a kernel that adds what came so far, which is empty if nothing did: one way through memory
    /// instead of three.</summary>
    static void Contribute(Tensor x, Action<ArrayView<float>, ArrayView<float>> write)
    {
        if (!x.RequiresGradient) return;
        nint soFar = TakeGradient(x), contribution = BeginGradient(x);
        write(Of(x).View(contribution, x.Count), soFar == 0 ? default : Of(x).View(soFar, x.Count));
        EndGradient(x, contribution);
    }

    /// <summary>Gives a gradient to x without a copy, from an element on: nobody writes it any more.</summary>
    static void Share(Tensor y, Tensor x, int first = 0)
    {
        if (x.RequiresGradient) EndGradient(x, Gradient(y) + (nint)first * Of(y).Batch);
    }

    /// <summary>A result, with its memory.</summary>
    static (Tensor Tensor, ArrayView<float> View) New(Workspace space, Shape shape, bool requiresGradient)
    {
        Tensor y = Result(space, shape, requiresGradient);
        return (y, View(y));
    }

    /// <summary>Warps of a group that works on so many pixels.</summary>
    static int WarpsFor(GpuMemory memory, int pixels) => Math.Min(memory.Device.MaxWarps, pixels >= 256
        ? GroupSum.MaxWarps : pixels >= 64 ? 8 : pixels >= 16 ? 4 : 1);

    static int Chunks(int wanted, int most) => Math.Clamp(wanted, 1, most);
}
