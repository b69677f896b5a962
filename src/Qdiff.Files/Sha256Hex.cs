using System.Security.Cryptography;

namespace Qdiff;

/// <summary>SHA-256 in hexadecimal digits.</summary>
static class Sha256Hex
{
    /// <summary>Of these bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Whether the text is one.</summary>
    public static bool Is(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
