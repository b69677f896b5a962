using System.Runtime.InteropServices;

namespace Qdiff.Quantum;

/// <summary>
/// The memory that one thread needs to run a circuit on one tile, reused from call to call and from circuit to circuit: it grows
/// to the largest. For one thread at a time: a second is refused with an <see cref="InvalidOperationException"/>.
/// </summary>
public sealed unsafe class CircuitWorkspace
{
    float* memory;
    long floats;
    int inUse;

    /// <summary>Bytes held now.</summary>
    public long Bytes => floats * sizeof(float);

    /// <summary>Frees the memory when the workspace is no longer reachable.</summary>
    ~CircuitWorkspace() => Free();

    /// <summary>Memory for this many floats, until <see cref="Leave"/>.</summary>
    internal float* Enter(long wanted)
    {
        if (Interlocked.Exchange(ref inUse, 1) != 0)
            throw new InvalidOperationException("This circuit workspace is in use by another thread; give each thread its own.");
        return wanted <= floats ? memory : Grow(wanted);
    }

    internal void Leave() => Volatile.Write(ref inUse, 0);

    float* Grow(long wanted)
    {
        try
        {
            long bytes = wanted * sizeof(float);
            RequireMemory(bytes);
            Free();
            memory = (float*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
            floats = wanted;
            GC.AddMemoryPressure(bytes);
            return memory;
        }
        catch
        {
            Leave();
            throw;
        }
    }

    static void RequireMemory(long bytes)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes <= available) return;
        const double GiB = 1L << 30;
        throw new InvalidOperationException(FormattableString.Invariant(
            $"A tile of this circuit takes {bytes / GiB:0.#} GiB, but {available / GiB:0.#} GiB are there; use fewer qubits."));
    }

    void Free()
    {
        if (memory == null) return;
        NativeMemory.AlignedFree(memory);
        GC.RemoveMemoryPressure(floats * sizeof(float));
        memory = null;
        floats = 0;
    }
}
