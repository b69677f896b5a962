namespace Qdiff.Evaluation;

/// <summary>
/// How many samples of one set lie in balls around those of another, and how that varies when both sets are drawn again, the
/// balls with them. Each ball reaches to its centre's k-th nearest other centre, so that a centre left out takes its own ball
/// with it and lets those grow whose k nearest it was among.
/// </summary>
/// <remarks>
/// For given balls the samples are independent; to their variance comes that over the centres by the jackknife, of which what is
/// owed to having few samples is taken off (Efron and Stein 1981, "The jackknife estimate of variance": it errs to the wide
/// side). Where samples lie off the data, few balls far out hold most of them, and the spread of the centres' effects says how
/// few: degrees of freedom by Satterthwaite 1946.
/// </remarks>
sealed class BallJackknife
{
    readonly FeatureSet samples, balls;
    readonly int k;
    readonly bool counts;
    readonly double[] inner, outer;
    readonly int[] near;
    readonly long[] effects, squares;

    BallJackknife(FeatureSet samples, FeatureSet balls, int k, bool counts)
    {
        (this.samples, this.balls, this.k, this.counts) = (samples, balls, k, counts);
        (double[] distances, near) = NearestNeighbours.Others(balls, k + 1);
        inner = [.. Enumerable.Range(0, balls.Count).Select(i => distances[i * (k + 1) + k - 1])];
        outer = [.. Enumerable.Range(0, balls.Count).Select(i => distances[i * (k + 1) + k])];
        (effects, squares) = (new long[balls.Count], new long[balls.Count]);
    }

    /// <summary>Whether there are samples and centres enough to leave one out.</summary>
    public static bool Bears(FeatureSet samples, FeatureSet balls, int k) => samples.Count > 1 && balls.Count > k + 1;

    /// <summary>The share of samples that lie in a ball.</summary>
    public static SampledValue Share(FeatureSet samples, FeatureSet balls, int k) =>
        new BallJackknife(samples, balls, k, false).Run();

    /// <summary>The mean number of balls that a sample lies in, over k.</summary>
    public static SampledValue Density(FeatureSet samples, FeatureSet balls, int k) =>
        new BallJackknife(samples, balls, k, true).Run();

    SampledValue Run()
    {
        int n = balls.Count, m = samples.Count;
        var held = new int[m];
        // Of each sample being scanned the balls that hold it, and as −1 − i those that would hold it grown.
        var touching = new List<int>?[m];
        using var own = new ThreadLocal<int[]>(() => new int[n]);
        NearestNeighbours.ForEach(samples, balls, (row, column, distances) =>
        {
            List<int> touched = touching[row] ??= [];
            for (int j = 0; j < distances.Length; j++)
                if (distances[j] <= outer[column + j] && (counts || held[row] < 2))
                {
                    bool holds = distances[j] <= inner[column + j];
                    if (holds) held[row]++;
                    touched.Add(holds ? column + j : -1 - column - j);
                }

            if (column + distances.Length < n) return;
            // In two balls a sample stays covered, whichever centre is left out.
            if (counts || held[row] < 2) LeaveOut(touched, held[row], own.Value!);
            touching[row] = null;
        });
        // What one sample adds: 0 or 1 of a share, its number of balls of a density.
        double[] each = [.. held.Select(number => (double)(counts ? number : Math.Min(number, 1)))];
        (double mean, double deviation) = MeanAndDeviation.Of(each, freedomLost: 1);
        double ofSamples = deviation * deviation / m, unit = counts ? 1.0 / k : 1;
        (double ofCentres, double freedom) = OverCentres();
        double variance = ofSamples + ofCentres;
        return new(mean * unit, variance * unit * unit, variance == 0 ? m - 1
            : variance * variance / (ofSamples * ofSamples / (m - 1) + ofCentres * ofCentres / freedom));
    }

    /// <summary>What leaving out each centre does to one sample, added to what it does to the others.</summary>
    void LeaveOut(List<int> touched, int held, int[] change)
    {
        foreach (int ball in touched)
            if (ball >= 0) change[ball]--;
            else
                for (int q = 0; q < k; q++) change[near[(-1 - ball) * (k + 1) + q]]++;
        foreach (int ball in touched)
            if (ball >= 0) Take(ball);
            else
                for (int q = 0; q < k; q++) Take(near[(-1 - ball) * (k + 1) + q]);

        void Take(int centre)
        {
            int effect = counts ? change[centre] : Math.Min(held + change[centre], 1) - Math.Min(held, 1);
            change[centre] = 0;
            if (effect == 0) return;
            // Whole numbers, so that the order in which threads come does not matter.
            Interlocked.Add(ref effects[centre], effect);
            Interlocked.Add(ref squares[centre], (long)effect * effect);
        }
    }

    (double Variance, double Freedom) OverCentres()
    {
        double n = balls.Count, m = samples.Count, mean = effects.Average(), unbiased = 0;
        for (int i = 0; i < effects.Length; i++) unbiased += (double)effects[i] * effects[i] - squares[i];
        double variance = (n - 1) / n * Math.Max(0, unbiased / (m * (m - 1)) - n * mean * mean / (m * m));
        return (variance, SampledValue.FreedomOf([.. effects.Select(effect => (double)effect)]));
    }
}
