namespace Qdiff.Imaging;

/// <summary>One plane of a JPEG image: luma, a chroma, or a colour.</summary>
sealed class JpegComponent(int id, int acrossFactor, int downFactor, int quantisationPlace)
{
    /// <summary>The number that scans call it by.</summary>
    public int Id => id;

    /// <summary>Blocks side by side in a unit of interleaved data, 1 to 4.</summary>
    public int AcrossFactor => acrossFactor;

    /// <summary>Blocks one above the other in a unit of interleaved data, 1 to 4.</summary>
    public int DownFactor => downFactor;

    /// <summary>The place of its quantisation table.</summary>
    public int QuantisationPlace => quantisationPlace;

    /// <summary>Columns of samples that belong to the image.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of samples that belong to the image.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of blocks that belong to the image.</summary>
    public int BlocksAcross => (Width + 7) / 8;

    /// <summary>Rows of blocks that belong to the image.</summary>
    public int BlocksDown => (Height + 7) / 8;

    /// <summary>Columns of blocks that are stored: whole units.</summary>
    public int StoredAcross { get; private set; }

    /// <summary>Rows of blocks that are stored: whole units.</summary>
    public int StoredDown { get; private set; }

    /// <summary>The samples, <see cref="Stride"/> a row.</summary>
    public byte[] Plane { get; private set; } = [];

    /// <summary>Bytes from one row of <see cref="Plane"/> to the next.</summary>
    public int Stride => StoredAcross * 8;

    /// <summary>All coefficients, block by block, in zigzag order; only progressive images keep them.</summary>
    public short[] Coefficients { get; private set; } = [];

    /// <summary>The divisors, as they were defined when the first scan of this component began; null before it.</summary>
    public ushort[]? Quantisation { get; set; }

    /// <summary>Codes of the running scan.</summary>
    public JpegHuffman? Dc { get; set; }

    /// <summary>Codes of the running scan.</summary>
    public JpegHuffman? Ac { get; set; }

    /// <summary>The DC value of the block before, in the running scan.</summary>
    public int Prediction { get; set; }

    /// <summary>Whether a scan has given DC values.</summary>
    public bool Begun { get; set; }

    /// <summary>Settles the sizes in an image whose largest factors are these.</summary>
    public void Place(int width, int height, int mostAcross, int mostDown)
    {
        (Width, Height) = (CeilingOf(width * acrossFactor, mostAcross), CeilingOf(height * downFactor, mostDown));
        StoredAcross = CeilingOf(width, 8 * mostAcross) * acrossFactor;
        StoredDown = CeilingOf(height, 8 * mostDown) * downFactor;
    }

    /// <summary>Takes the memory.</summary>
    public void Allocate(bool progressive)
    {
        int samples = StoredAcross * StoredDown * 64;
        Plane = new byte[samples];
        if (progressive) Coefficients = new short[samples];
    }

    /// <summary>The samples of a row that belong to the image.</summary>
    public ReadOnlySpan<byte> Row(int y) => Plane.AsSpan(y * Stride, Width);

    /// <summary>Where in <see cref="Plane"/> a block begins.</summary>
    public Span<byte> Block(int block) => Plane.AsSpan((block / StoredAcross * Stride + block % StoredAcross) * 8);

    static int CeilingOf(int value, int divisor) => (value + divisor - 1) / divisor;
}
