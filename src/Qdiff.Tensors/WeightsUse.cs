namespace Qdiff.Tensors;

/// <summary>
/// Who uses weights at present: any number of readers, or one thread that changes them (and may read what it changes). Whoever
/// comes second is refused at once.
/// </summary>
sealed class WeightsUse
{
    readonly Lock gate = new();
    int readers, changes, changer;

    public IDisposable Read()
    {
        lock (gate)
        {
            RefuseOtherChanger();
            readers++;
        }

        return new Claim(this, () => readers--);
    }

    public IDisposable Change()
    {
        lock (gate)
        {
            RefuseOtherChanger();
            if (readers > 0)
                throw new InvalidOperationException("These weights are being read (a batch or samples are computed from them), "
                    + "so they cannot be changed now. Wait for that, or compute from a Copy() of them.");
            changer = Environment.CurrentManagedThreadId;
            changes++;
        }

        return new Claim(this, () => changes--);
    }

    void RefuseOtherChanger()
    {
        if (changes > 0 && changer != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("These weights are being changed by another thread (a training step, say). Use a "
                + "Copy() of them, made between two changes.");
    }

    sealed class Claim(WeightsUse use, Action end) : IDisposable
    {
        bool ended;

        public void Dispose()
        {
            lock (use.gate)
            {
                if (ended) return;
                ended = true;
                end();
            }
        }
    }
}
