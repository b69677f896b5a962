namespace Qdiff.Evaluation;

/// <summary>How often a classifier sees in a generated image the class that was asked for.</summary>
public sealed class ClassAccuracy
{
    readonly int[] counts;

    ClassAccuracy(int classes, int[] counts) => (Classes, this.counts) = (classes, counts);

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of samples.</summary>
    public int Count => counts.Sum();

    /// <summary>The confusion matrix: how many samples of the wanted class were taken for the predicted one.</summary>
    public int this[int wanted, int predicted] => counts[Index(wanted) * Classes + Index(predicted)];

    /// <summary>Share of samples taken for the class wanted.</summary>
    public double Accuracy => Hits / (double)Count;

    /// <summary>The exact interval of <see cref="Accuracy"/> over samples of one model; seeds spread more.</summary>
    public Interval Interval => IntervalAt(0.95);

    /// <summary>The same at another level.</summary>
    internal Interval IntervalAt(double level) => Qdiff.Evaluation.Interval.OfShare(Accuracy, Count, level);

    /// <summary>
    /// Mean over the classes that were wanted of the share taken for it: accuracy had all classes been wanted equally often.
    /// </summary>
    public double BalancedAccuracy =>
        Enumerable.Range(0, Classes).Select(OfClass).Where(share => share.HasValue).Average(share => share!.Value);

    int Hits => Enumerable.Range(0, Classes).Sum(c => this[c, c]);

    /// <summary>Counts labels, sample by sample.</summary>
    /// <exception cref="InputException">No labels, unequal numbers of them, or a label that is no class.</exception>
    public static ClassAccuracy Compute(ReadOnlySpan<int> wanted, ReadOnlySpan<int> predicted, int classes)
    {
        if (classes < 2) throw new InputException($"Accuracy over {classes} classes says nothing; at least 2 are needed.");
        if (wanted.Length != predicted.Length || wanted.IsEmpty)
            throw new InputException($"Accuracy needs a wanted and a predicted label for each sample; got {wanted.Length} and "
                + $"{predicted.Length}.");
        var counts = new int[classes * classes];
        for (int i = 0; i < wanted.Length; i++)
        {
            if ((uint)wanted[i] >= (uint)classes || (uint)predicted[i] >= (uint)classes)
                throw new InputException($"Sample {i} has wanted label {wanted[i]} and predicted label {predicted[i]}; labels "
                    + $"run from 0 to {classes - 1}.");
            counts[wanted[i] * classes + predicted[i]]++;
        }

        return new(classes, counts);
    }

    /// <summary>
    /// Share of the samples of class <paramref name="wanted"/> that were taken for it; null when none was wanted.
    /// </summary>
    public double? OfClass(int wanted)
    {
        int asked = counts.AsSpan(Index(wanted) * Classes, Classes).ToArray().Sum();
        return asked == 0 ? null : this[wanted, wanted] / (double)asked;
    }

    int Index(int label) => (uint)label < (uint)Classes
        ? label
        : throw new ArgumentOutOfRangeException(nameof(label), label, $"There are {Classes} classes.");
}
