using System.Numerics;
using System.Runtime.InteropServices;

namespace Qdiff.Tensors;

/// <summary>
/// Processes that take the tiles of each batch between them and sum what they computed. Sums run in the order of the tiles, whoever
/// computed them, so that results are the same, to the last bit, for any number of processes.
/// </summary>
/// <remarks>
/// A transport has three things to give: a message to a process, from one, and from one to all. Messages between two processes
/// arrive in the order in which they were sent. A process that fails must not leave the others waiting: then a transport ends their
/// calls with an exception. One caller at a time.
/// </remarks>
public abstract class ProcessGroup
{
    /// <summary>Numbers that travel together: enough for a message to be worth sending, few enough that a process works on one part
    /// of a sum while the next works on the part before.</summary>
    const int Part = 1 << 14;

    /// <summary>This process alone.</summary>
    public static ProcessGroup Single { get; } = new SingleProcess();

    /// <summary>The number of this process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Size { get; }

    /// <summary>Sends a message to a process. It may return before the message was received.</summary>
    public abstract void Send(int rank, ReadOnlySpan<byte> message);

    /// <summary>Waits for a message of this length from a process.</summary>
    public abstract void Receive(int rank, Span<byte> message);

    /// <summary>Gives every process the message of one; called by all of them.</summary>
    public abstract void Broadcast(int root, Span<byte> message);

    /// <summary>
    /// Which of so many tiles are this process's: consecutive ones, numbers that differ by one at most, none if there are more
    /// processes than tiles.
    /// </summary>
    public (int First, int Count) Share(int tiles)
    {
        int first = (int)((long)tiles * Rank / Size);
        return (first, (int)((long)tiles * (Rank + 1) / Size) - first);
    }

    /// <summary>
    /// total ← the sum of all processes' terms, one after another in the order of the processes: (0 + the terms of process 0) + those
    /// of process 1 … The running sum travels from process to process, part by part, and the last gives the result to all.
    /// </summary>
    /// <param name="addTerms">Adds this process's terms, in their order, to a part of the running sum.</param>
    public void SumInOrder<T>(Span<T> total, AddTerms<T> addTerms) where T : unmanaged, INumber<T>
    {
        for (int start = 0; start < total.Length; start += Part)
        {
            Span<T> sum = total.Slice(start, Math.Min(Part, total.Length - start));
            if (Rank == 0) sum.Clear();
            else Receive(Rank - 1, MemoryMarshal.AsBytes(sum));
            addTerms(start, sum);
            if (Rank < Size - 1) Send(Rank + 1, MemoryMarshal.AsBytes(sum));
        }

        if (Size > 1) Broadcast(Size - 1, MemoryMarshal.AsBytes(total));
    }

    sealed class SingleProcess : ProcessGroup
    {
        public override int Rank => 0;

        public override int Size => 1;

        public override void Send(int rank, ReadOnlySpan<byte> message) => throw Nobody();

        public override void Receive(int rank, Span<byte> message) => throw Nobody();

        public override void Broadcast(int root, Span<byte> message)
        {
        }

        static InvalidOperationException Nobody() => new("There is no other process.");
    }
}

/// <summary>Adds terms to the numbers of a running sum that begin at <paramref name="start"/>.</summary>
public delegate void AddTerms<T>(int start, Span<T> sum);
