using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qdiff;

/// <summary>
/// The content hash of an image set, so that a run can say which data it saw. SHA-256 over, in this order: N, C, H, W as 32-bit
/// little-endian integers; all pixels; 1 and then all labels as 32-bit little-endian integers, or 0 when there are none.
/// </summary>
public static class ImageSetHash
{
    /// <summary>The hash as 64 lower-case hexadecimal digits. Names do not count, only content.</summary>
    public static string Of(ImageSet images)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int size in (int[])[images.Count, .. images.Shape.ToArray()]) Append(sha, size);
        for (int i = 0; i < images.Count; i++) sha.AppendData(images.Image(i));
        Append(sha, images.HasLabels ? 1 : 0);
        foreach (int label in images.Labels) Append(sha, label);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    static void Append(IncrementalHash sha, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        sha.AppendData(bytes);
    }
}
