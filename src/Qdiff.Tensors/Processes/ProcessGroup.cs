using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Qdiff.Tensors;

/// <summary>
/// Processes that do one work together: each runs the same program and takes its share of the tiles. Sums run in the order of the
/// tiles, whoever computed them, so that results are the same, to the last bit, for any number of processes.
/// </summary>
/// <remarks>
/// A transport has two things to give: an exchange of blocks between all and a gathering of parts. All processes call the same
/// methods here in the same order, from one thread each. Before numbers travel, each hears how it goes with the others
/// (<see cref="Together"/>), so that where one fails, is asked to stop or leaves, none waits for it in vain.
/// </remarks>
public abstract class ProcessGroup
{
    /// <summary>Numbers that travel at once, those of all tiles together: 256 MiB of them.</summary>
    const int Travelling = 1 << 26;

    /// <summary>Numbers of a sum that travel at once at most: more than most networks have.</summary>
    const int LongestRound = 1 << 22;

    /// <summary>Numbers of a sum that stay near the core while all tiles' terms are added.</summary>
    const int Block = 1 << 14;

    const int WordLength = 2;

    byte[] packed = [], received = [];
    int? end;

    /// <summary>This process alone.</summary>
    public static ProcessGroup Single { get; } = new SingleProcess();

    /// <summary>The number of this process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Size { get; }

    /// <summary>Processors that are this process's own: as many threads as it should have.</summary>
    public virtual int Threads => Environment.ProcessorCount;

    /// <summary>Whether this is the process that reads, writes and speaks for all.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>
    /// Block r of <paramref name="send"/> goes to process r, block r of <paramref name="receive"/> comes from there; the blocks
    /// stand one after another and have these lengths in bytes, this process's own none.
    /// </summary>
    protected abstract void Exchange(ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive,
        ReadOnlySpan<int> receiveLengths);

    /// <summary>Completes what is the same for all: part r comes from process r, this process's own is in its place. The parts
    /// stand one after another and have these lengths in bytes.</summary>
    protected abstract void Gather(Span<byte> all, ReadOnlySpan<long> lengths);

    /// <summary>
    /// Which of so many tiles are this process's: consecutive ones, numbers that differ by one at most, none if there are more
    /// processes than tiles.
    /// </summary>
    public (int First, int Count) Share(int tiles) => Share(tiles, Rank);

    /// <summary>
    /// Does this process's part of something that all do. It returns if that went well everywhere; otherwise it throws
    /// everywhere, and nobody goes on alone.
    /// </summary>
    /// <exception cref="Exception">What the work threw here.</exception>
    /// <exception cref="OperationCanceledException">One of the processes was asked to stop.</exception>
    /// <exception cref="ProcessFailedException">The work failed in another process, or one left.</exception>
    public void Together(Action work)
    {
        if (Size == 1)
        {
            work();
            return;
        }

        ExceptionDispatchInfo? own = null;
        try
        {
            work();
        }
        catch (Exception e)
        {
            own = ExceptionDispatchInfo.Capture(e);
        }

        Word word = own is null ? Word.GoesOn : own.SourceException is OperationCanceledException ? Word.Stops : Word.Failed;
        ReadOnlySpan<byte> words = Say(word, 0);
        if (word == Word.Failed) own!.Throw();
        if (First(words, w => w >= Word.Left) is { } gone) throw new ProcessFailedException(gone, hasLeft: true);
        if (First(words, w => w == Word.Failed) is { } failed) throw new ProcessFailedException(failed, hasLeft: false);
        own?.Throw();
        if (First(words, w => w == Word.Stops) is { } stopped)
            throw new OperationCanceledException($"Process {stopped} was asked to stop.");
    }

    /// <summary>What the first process computes, known to all.</summary>
    /// <inheritdoc cref="Together"/>
    public byte[] FromFirst(Func<byte[]> compute)
    {
        byte[] result = [];
        Together(() => result = IsFirst ? compute() : []);
        if (Size == 1) return result;
        long[] length = new long[Size];
        length[Rank] = result.Length;
        Gather(MemoryMarshal.AsBytes(length.AsSpan()), [.. Enumerable.Repeat((long)sizeof(long), Size)]);
        if (!IsFirst) result = new byte[length[0]];
        Spread<byte>(result);
        return result;
    }

    /// <summary>What the first process finds to be so, known to all.</summary>
    /// <inheritdoc cref="Together"/>
    public bool FromFirst(Func<bool> find) => FromFirst(() => [(byte)(find() ? 1 : 0)]) is [not 0];

    /// <summary>Gives all processes the first one's numbers.</summary>
    /// <inheritdoc cref="Together"/>
    public void FromFirst<T>(Span<T> numbers) where T : unmanaged
    {
        Together(() => { });
        if (Size > 1) Spread(numbers);
    }

    void Spread<T>(Span<T> numbers) where T : unmanaged
    {
        long[] lengths = new long[Size];
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers);
        lengths[0] = bytes.Length;
        Gather(bytes, lengths);
    }

    /// <summary>Completes numbers of which each process has those of its tiles.</summary>
    /// <param name="all">The numbers of all tiles, one after another; the last tile may have fewer.</param>
    /// <param name="tiles">How many tiles.</param>
    /// <param name="each">Numbers of a tile.</param>
    public void Collect<T>(Span<T> all, int tiles, int each = 1) where T : unmanaged
    {
        if (Size == 1) return;
        long[] lengths = new long[Size];
        for (int rank = 0; rank < Size; rank++)
        {
            (int first, int count) = Share(tiles, rank);
            long begin = Math.Min((long)first * each, all.Length), behind = Math.Min((long)(first + count) * each, all.Length);
            lengths[rank] = (behind - begin) * Unsafe.SizeOf<T>();
        }

        Gather(MemoryMarshal.AsBytes(all), lengths);
    }

    /// <summary>
    /// total ← the sum of the terms of all tiles in their order, 0 + those of tile 0 + those of tile 1 … Each process has a part
    /// of the numbers to sum: all tiles' terms of that part come to it, and its sums go to all.
    /// </summary>
    /// <param name="tiles">How many tiles all processes have together.</param>
    /// <param name="terms">The terms of this process's tiles, counted from its first.</param>
    public void SumTiles(Span<float> total, int tiles, TermsOfTile terms)
    {
        // Where it is cut changes no sum.
        int smallest = Tensor.Samples * Size, round = Math.Min(LongestRound, Travelling / Math.Max(tiles, 1));
        round = Math.Max(round / smallest, 1) * smallest;
        for (int start = 0; start < total.Length; start += round)
            SumTiles(total, start, Math.Min(round, total.Length - start), tiles, terms);
    }

    /// <summary>Refuses what is not the same in all processes.</summary>
    /// <param name="what">What it is, as a message calls it: configurations.</param>
    /// <param name="value">Text that determines it.</param>
    /// <exception cref="InputException">It is another one in some process; thrown in all.</exception>
    public void RequireEqual(string what, string value)
    {
        Together(() => { });
        if (Size == 1) return;
        byte[] hashes = new byte[Size * SHA256.HashSizeInBytes];
        Span<byte> HashOf(int rank) => hashes.AsSpan(rank * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
        SHA256.HashData(Encoding.UTF8.GetBytes(value), HashOf(Rank));
        Gather(hashes, [.. Enumerable.Repeat((long)SHA256.HashSizeInBytes, Size)]);
        for (int rank = 1; rank < Size; rank++)
            if (!HashOf(rank).SequenceEqual(HashOf(0)))
                throw new InputException($"The processes have different {what}: that of process {rank} is not that of process 0. "
                    + "Start all with the same program, arguments and files.");
    }

    /// <summary>Ends this process's part; the others hear of it when they next do something together. Called by each process at
    /// its end, once more it does nothing.</summary>
    /// <param name="code">The exit code that this process would end with.</param>
    /// <param name="hasReason">Whether it has something to say that others have not: an error of its own.</param>
    /// <returns>The code for all, the largest of all that leave, and whether it is for this process to speak.</returns>
    public (int Code, bool Speaks) Leave(int code, bool hasReason)
    {
        if (Size == 1) return (code, hasReason);
        if (end is { } agreed) return (agreed, false);
        ReadOnlySpan<byte> words = Say(hasReason ? Word.LeftWithReason : Word.Left, (byte)code);
        return (end!.Value, hasReason && First(words, word => word == Word.LeftWithReason) == Rank);
    }

    (int First, int Count) Share(int tiles, int rank)
    {
        int first = (int)((long)tiles * rank / Size);
        return (first, (int)((long)tiles * (rank + 1) / Size) - first);
    }

    void SumTiles(Span<float> total, int start, int length, int tiles, TermsOfTile terms)
    {
        (int ownBegin, int ownLength) = PartOf(Rank);
        (int first, int ownTiles) = Share(tiles);
        if (Size > 1) ExchangeTerms();
        ReadOnlySpan<float> theirs = MemoryMarshal.Cast<byte, float>(received);
        for (int at = 0; at < ownLength; at += Block)
        {
            int count = Math.Min(Block, ownLength - at), begin = start + ownBegin + at, foreign = 0;
            Span<float> sum = total.Slice(begin, count);
            sum.Clear();
            for (int tile = 0; tile < tiles; tile++)
                TensorPrimitives.Add(sum, tile >= first && tile < first + ownTiles ? terms(tile - first).Slice(begin, count)
                    : theirs.Slice(ownLength * foreign++ + at, count), sum);
        }

        if (Size == 1) return;
        long[] lengths = [.. Enumerable.Range(0, Size).Select(rank => (long)PartOf(rank).Length * sizeof(float))];
        Gather(MemoryMarshal.AsBytes(total.Slice(start, length)), lengths);

        void ExchangeTerms()
        {
            int[] sendLengths = new int[Size], receiveLengths = new int[Size];
            for (int rank = 0; rank < Size; rank++)
            {
                if (rank == Rank) continue;
                sendLengths[rank] = checked(ownTiles * PartOf(rank).Length * sizeof(float));
                receiveLengths[rank] = checked(Share(tiles, rank).Count * ownLength * sizeof(float));
            }

            Grow(ref packed, checked(sendLengths.Sum()));
            Grow(ref received, checked(receiveLengths.Sum()));
            Span<float> room = MemoryMarshal.Cast<byte, float>(packed.AsSpan());
            for (int rank = 0; rank < Size; rank++)
                for (int i = 0; i < ownTiles && rank != Rank; i++)
                {
                    (int begin, int count) = PartOf(rank);
                    terms(i).Slice(start + begin, count).CopyTo(room);
                    room = room[count..];
                }

            Exchange(packed.AsSpan(0, sendLengths.Sum()), sendLengths, received.AsSpan(0, receiveLengths.Sum()), receiveLengths);
        }

        // Parts begin where whole vectors do.
        (int Begin, int Length) PartOf(int rank)
        {
            int begin = Bound(rank);
            return (begin, Bound(rank + 1) - begin);
        }

        int Bound(int rank) => rank == Size ? length : (int)((long)length * rank / Size) / Tensor.Samples * Tensor.Samples;
    }

    /// <summary>Tells all how it goes here and gives what all said.</summary>
    ReadOnlySpan<byte> Say(Word word, byte code)
    {
        if (end is not null) throw new ProcessFailedException(Rank, hasLeft: true);
        byte[] words = new byte[WordLength * Size];
        (words[WordLength * Rank], words[WordLength * Rank + 1]) = ((byte)word, code);
        Gather(words, [.. Enumerable.Repeat((long)WordLength, Size)]);
        // Whoever has a reason knows better than those who only heard of it.
        foreach (Word left in (Word[])[Word.LeftWithReason, Word.Left])
            for (int rank = 0; rank < Size && end is null; rank++)
                if (words[WordLength * rank] == (byte)left) end = CodeOf(words, left);
        return words;
    }

    static int CodeOf(ReadOnlySpan<byte> words, Word left)
    {
        int code = 0;
        for (int i = 0; i < words.Length; i += WordLength)
            if (words[i] == (byte)left) code = Math.Max(code, words[i + 1]);
        return code;
    }

    static int? First(ReadOnlySpan<byte> words, Func<Word, bool> fits)
    {
        for (int i = 0; i < words.Length; i += WordLength)
            if (fits((Word)words[i])) return i / WordLength;
        return null;
    }

    static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length) buffer = GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>How it goes with a process; with the exit code in the next byte if it leaves.</summary>
    enum Word : byte
    {
        GoesOn,
        Stops,
        Failed,
        Left,
        LeftWithReason,
    }

    sealed class SingleProcess : ProcessGroup
    {
        public override int Rank => 0;

        public override int Size => 1;

        protected override void Exchange(ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive,
            ReadOnlySpan<int> receiveLengths) => throw Nobody();

        protected override void Gather(Span<byte> all, ReadOnlySpan<long> lengths) => throw Nobody();

        static InvalidOperationException Nobody() => new("There is no other process.");
    }
}

/// <summary>The numbers that a tile adds to a sum.</summary>
public delegate ReadOnlySpan<float> TermsOfTile(int index);
