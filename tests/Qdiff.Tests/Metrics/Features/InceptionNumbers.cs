using System.Text;

/// <summary>The numbers that tests/oracles/inception_reference.py fills weights and images with, and the files that it
/// made.</summary>
static class InceptionNumbers
{
    /// <summary>Evenly spread in −1 … 1: SplitMix64 of FNV-1a of the name, plus the index.</summary>
    public static float[] Of(string name, int count)
    {
        ulong seed = 0xcbf29ce484222325;
        foreach (byte letter in Encoding.UTF8.GetBytes(name)) seed = (seed ^ letter) * 0x100000001b3;
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            ulong z = seed + (ulong)(i + 1) * 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            z ^= z >> 31;
            values[i] = (float)((z >> 40) / (double)(1 << 23) - 1);
        }

        return values;
    }

    public static string Fixture(string name) =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(global::Fixture.Folder))!, "Metrics", "Features", "Fixtures",
            name);
}
