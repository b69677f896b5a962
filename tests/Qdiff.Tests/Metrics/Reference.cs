using System.Globalization;
using Qdiff.Evaluation;

/// <summary>
/// Data made by an integer hash that reference/make_reference.py repeats, so that the numbers numpy, scipy and Pillow gave for
/// them can stand in the tests.
/// </summary>
static class Reference
{
    public static uint[] Bits(uint salt, int count) => [.. Enumerable.Range(0, count).Select(i => Hash((uint)i, salt))];

    public static double[] Uniform(uint salt, int count) => [.. Bits(salt, count).Select(bits => bits / 4294967296.0)];

    /// <summary>Values with three common causes, so that the covariance is not a multiple of the identity.</summary>
    public static double[] Values(uint salt, int n, int d, double shift = 0)
    {
        double[] own = Uniform(salt, n * d), common = Uniform(salt + 1000, n * 3);
        return [.. own.Select((value, i) => value + 0.5 * common[i / d * 3 + i % d % 3] + shift)];
    }

    public static FeatureSet Features(uint salt, int n, int d, double shift = 0) => new("test", n, d, Values(salt, n, d, shift));

    public static byte[] Image(uint salt, int height, int width) =>
        [.. Bits(salt, height * width).Select(bits => (byte)(bits >> 24))];

    /// <summary>0.7·first + 0.3·second.</summary>
    public static float[] Mix(byte[] first, byte[] second) => [.. first.Zip(second, (a, b) => (float)(0.7 * a + 0.3 * b))];

    public static float[] ToFloat(byte[] image) => [.. image.Select(value => (float)value)];

    public static FeatureSet Rows(params double[][] rows) =>
        new("test", rows.Length, rows[0].Length, rows.SelectMany(row => row).ToArray());

    public static void Near(double expected, double actual, double relative = 1e-9) => Assert.True(
        Math.Abs(expected - actual) <= relative * Math.Max(Math.Abs(expected), 1e-12),
        string.Create(CultureInfo.InvariantCulture, $"{expected:R} expected, got {actual:R}, relative error "
            + $"{Math.Abs(actual / expected - 1):E2}"));

    /// <summary>The work with all its parallel loops held to one thread.</summary>
    public static T OnOneThread<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None,
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 1).ConcurrentScheduler).GetAwaiter().GetResult();

    static uint Hash(uint i, uint salt)
    {
        uint h = i * 2654435761 + salt * 40503 + 1;
        h ^= h >> 15;
        h *= 2246822519;
        h ^= h >> 13;
        h *= 3266489917;
        return h ^ h >> 16;
    }
}
