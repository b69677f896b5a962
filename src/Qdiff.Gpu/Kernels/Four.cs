using ILGPU;

namespace Qdiff.Gpu;

/// <summary>Four samples of an element that lie side by side: one instruction reads or writes them.</summary>
struct Four
{
    /// <summary>How many they are.</summary>
    public const int Samples = 4;

    public float A, B, C, D;

    public void MultiplyAdd(float factor, Four x)
    {
        A += factor * x.A;
        B += factor * x.B;
        C += factor * x.C;
        D += factor * x.D;
    }

    public void Add(float number)
    {
        A += number;
        B += number;
        C += number;
        D += number;
    }

    public void Add(Four other)
    {
        A += other.A;
        B += other.B;
        C += other.C;
        D += other.D;
    }

    /// <summary>Sample by sample.</summary>
    public static Four Product(Four x, Four y) => new() { A = x.A * y.A, B = x.B * y.B, C = x.C * y.C, D = x.D * y.D };

    /// <summary>sum plus the products of the samples, one after another.</summary>
    public static float Dot(float sum, Four x, Four y)
    {
        sum += x.A * y.A;
        sum += x.B * y.B;
        sum += x.C * y.C;
        sum += x.D * y.D;
        return sum;
    }

    public readonly float Sum => A + B + (C + D);

    /// <summary>Leaves them in shared memory, every <paramref name="step"/>.</summary>
    public readonly void Share(ArrayView<float> shared, int at, int step)
    {
        shared[at] = A;
        shared[at + step] = B;
        shared[at + 2 * step] = C;
        shared[at + 3 * step] = D;
    }
}

/// <summary>Where five channels are, the last of them again where there are fewer.</summary>
struct Places
{
    public int A, B, C, D, E;

    /// <summary>Channels <paramref name="first"/> … of <paramref name="count"/>, so far apart, counted from an offset.</summary>
    public static Places Every(int distance, int first, int count, int offset)
    {
        int last = count - 1;
        return new()
        {
            A = first * distance + offset,
            B = Least(first + 1, last) * distance + offset,
            C = Least(first + 2, last) * distance + offset,
            D = Least(first + 3, last) * distance + offset,
            E = Least(first + 4, last) * distance + offset,
        };
    }

    public readonly Places Moved(int by) => new() { A = A + by, B = B + by, C = C + by, D = D + by, E = E + by };

    static int Least(int a, int b) => a < b ? a : b;
}
