using System.Collections.Concurrent;
using Qdiff.Tensors;

/// <summary>A group whose processes are threads of this one: messages wait in a queue for each pair.</summary>
sealed class ThreadGroup : ProcessGroup
{
    readonly BlockingCollection<byte[]>[][] queues;
    readonly CancellationToken end;

    ThreadGroup(int rank, BlockingCollection<byte[]>[][] queues, CancellationToken end) =>
        (Rank, this.queues, this.end) = (rank, queues, end);

    public override int Rank { get; }

    public override int Size => queues.Length;

    /// <summary>Runs the work of each rank on a thread and gives their results; where one fails, all end.</summary>
    public static T[] Run<T>(int size, Func<ThreadGroup, T> work)
    {
        BlockingCollection<byte[]>[][] queues = [.. Enumerable.Range(0, size).Select(_ =>
            Enumerable.Range(0, size).Select(_ => new BlockingCollection<byte[]>()).ToArray())];
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Task<T>[] ranks = [.. Enumerable.Range(0, size).Select(rank => Task.Factory.StartNew(() =>
        {
            try
            {
                return work(new(rank, queues, end.Token));
            }
            catch
            {
                end.Cancel();
                throw;
            }
        }, TaskCreationOptions.LongRunning))];
        return Task.WhenAll(ranks).GetAwaiter().GetResult();
    }

    public override void Send(int rank, ReadOnlySpan<byte> message) => queues[Rank][rank].Add(message.ToArray(), end);

    public override void Receive(int rank, Span<byte> message) => queues[rank][Rank].Take(end).CopyTo(message);

    public override void Broadcast(int root, Span<byte> message)
    {
        if (Rank != root) Receive(root, message);
        for (int rank = 0; rank < Size && Rank == root; rank++)
            if (rank != root) Send(rank, message);
    }
}
