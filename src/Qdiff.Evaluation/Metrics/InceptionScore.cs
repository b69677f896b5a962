using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// exp of the mean divergence KL(p(y|x) ‖ p(y)) of a classifier's answers: high when each image is one class for sure and all
/// classes occur. It knows no reference set; beyond Inception and photographs it says only what its classifier can see.
/// </summary>
/// <remarks>Salimans et al. 2016, arXiv 1606.03498, section 4.</remarks>
public static class InceptionScore
{
    /// <summary>
    /// Mean and sample deviation (divided by splits − 1; 0 for one split) over <paramref name="splits"/> parts of the samples in
    /// random order, part s from ⌊s·N/splits⌋ on, so that their sizes differ by one at most.
    /// </summary>
    /// <param name="logits">N × classes; the softmax is taken here.</param>
    /// <exception cref="InputException">Fewer samples than splits, or a single class.</exception>
    public static MeanAndDeviation Of(FeatureSet logits, int splits = 10, long seed = 0)
    {
        int count = logits.Count, classes = logits.Width;
        if (splits < 1) throw new InputException($"An inception score over {splits} splits: at least 1 is needed, 10 is usual.");
        if (classes < 2)
            throw new InputException($"An inception score needs at least 2 classes; '{logits.Extractor}' has {classes}.");
        if (count < splits)
            throw new InputException($"{count} samples do not make {splits} splits. Take fewer splits or more samples.");
        int[] order = new RandomStream(seed, "inception score").Permutation(count);
        var scores = new double[splits];
        for (int s = 0; s < splits; s++) scores[s] = Score(logits, order.AsSpan(Start(s)..Start(s + 1)));
        return MeanAndDeviation.Of(scores, freedomLost: 1);

        int Start(int split) => (int)((long)split * count / splits);
    }

    static double Score(FeatureSet logits, ReadOnlySpan<int> samples)
    {
        int classes = logits.Width;
        // Mean KL = mean Σ p log p − Σ p̄ log p̄: one pass over the samples.
        double certainty = 0;
        double[] marginal = new double[classes], logProbabilities = new double[classes];
        foreach (int sample in samples)
        {
            logits.CopyTo(sample, 0, logProbabilities);
            LogSoftmax(logProbabilities);
            for (int c = 0; c < classes; c++)
            {
                double p = Math.Exp(logProbabilities[c]);
                certainty += p * logProbabilities[c];
                marginal[c] += p / samples.Length;
            }
        }

        double spread = 0;
        foreach (double p in marginal)
            if (p > 0) spread += p * Math.Log(p);
        return Math.Exp(certainty / samples.Length - spread);
    }

    static void LogSoftmax(Span<double> logits)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double logit in logits) largest = Math.Max(largest, logit);
        foreach (double logit in logits) sum += Math.Exp(logit - largest);
        double shift = largest + Math.Log(sum);
        foreach (ref double logit in logits) logit -= shift;
    }
}
