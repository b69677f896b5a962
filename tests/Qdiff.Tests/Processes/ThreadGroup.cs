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

    /// <summary>Runs the work of each rank on a thread and gives their results; where one fails unheard, all end.</summary>
    public static T[] Run<T>(int size, Func<ThreadGroup, T> work)
    {
        BlockingCollection<byte[]>[][] queues = [.. Enumerable.Range(0, size).Select(_ =>
            Enumerable.Range(0, size).Select(_ => new BlockingCollection<byte[]>()).ToArray())];
        // For those that wait for each other for ever; a busy machine may take long.
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(5));
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

    protected override void Exchange(ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive,
        ReadOnlySpan<int> receiveLengths)
    {
        for (int rank = 0; rank < Size; send = send[sendLengths[rank++]..]) Send(rank, send[..sendLengths[rank]]);
        for (int rank = 0; rank < Size; receive = receive[receiveLengths[rank++]..])
            Receive(rank, receive[..receiveLengths[rank]]);
    }

    protected override void Gather(Span<byte> all, ReadOnlySpan<long> lengths)
    {
        int before = 0;
        for (int rank = 0; rank < Rank; rank++) before += (int)lengths[rank];
        for (int rank = 0; rank < Size; rank++)
            if (rank != Rank) Send(rank, all.Slice(before, (int)lengths[Rank]));
        for (int rank = 0; rank < Size; all = all[(int)lengths[rank++]..])
            if (rank != Rank) Receive(rank, all[..(int)lengths[rank]]);
    }

    void Send(int rank, ReadOnlySpan<byte> message) => queues[Rank][rank].Add(message.ToArray(), end);

    void Receive(int rank, Span<byte> message) => queues[rank][Rank].Take(end).CopyTo(message);
}
