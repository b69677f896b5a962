namespace Qdiff;

/// <summary>A published file of a data set.</summary>
/// <param name="Name">What it is called in the folder of the data set.</param>
/// <param name="Length">Its length in bytes, if known.</param>
/// <param name="Checksum"><c>sha256:</c> or <c>md5:</c> and lower-case hexadecimal digits, as published.</param>
/// <param name="Mirrors">Addresses of exactly this file, the best first.</param>
public sealed record DataFile(string Name, long? Length, string Checksum, IReadOnlyList<string> Mirrors)
{
    /// <summary>Another file that does as well when this one cannot be had: an older packing of the same data.</summary>
    public DataFile? Instead { get; init; }

    /// <summary>This file and those that do as well.</summary>
    internal IEnumerable<DataFile> Editions => Instead is null ? [this] : [this, .. Instead.Editions];

    /// <summary>Name, length and checksum, for people.</summary>
    public override string ToString() =>
        $"{Name} ({(Length is long length ? $"{length} bytes, " : "")}{Checksum.Replace(":", " ")})";
}
