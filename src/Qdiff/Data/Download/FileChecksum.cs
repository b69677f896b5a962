using System.Security.Cryptography;

namespace Qdiff;

/// <summary>Compares files with published checksums.</summary>
static class FileChecksum
{
    /// <summary>The checksum of a file, by the algorithm of the <paramref name="expected"/> one and written like it.</summary>
    public static async Task<string> OfAsync(string path, string expected, CancellationToken cancellationToken)
    {
        string algorithm = expected[..expected.IndexOf(':')];
        await using FileStream file = File.OpenRead(path);
        byte[] hash = algorithm switch
        {
            "sha256" => await SHA256.HashDataAsync(file, cancellationToken),
            // Published before anybody minded. It finds damage; who could forge it could as well replace the page that names it.
            "md5" => await MD5.HashDataAsync(file, cancellationToken),
            _ => throw new ArgumentException($"There is no checksum {algorithm}, only sha256 and md5.", nameof(expected)),
        };
        return $"{algorithm}:{Convert.ToHexStringLower(hash)}";
    }
}
