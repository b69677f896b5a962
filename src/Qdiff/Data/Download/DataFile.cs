namespace Qdiff;

/// <summary>A published file of a data set.</summary>
/// <param name="Name">What it is called in the folder of the data set.</param>
/// <param name="Length">Its length in bytes, if known.</param>
/// <param name="Checksum"><c>sha256:</c> or <c>md5:</c> and lower-case hexadecimal digits, as published.</param>
/// <param name="Mirrors">Addresses of exactly this file, the best first.</param>
public sealed record DataFile(string Name, long? Length, string Checksum, IReadOnlyList<string> Mirrors)
{
    /// <summary>What it is called in the folder of the data set: a plain name, for it is written there.</summary>
    public string Name { get; init; } = IsPlain(Name) ? Name
        : throw new ArgumentException($"'{Name}' is no plain file name, so the file would go elsewhere.", nameof(Name));

    /// <summary>Another file that does as well when this one cannot be had: an older packing of the same data.</summary>
    public DataFile? Instead { get; init; }

    /// <summary>This file and those that do as well.</summary>
    internal IEnumerable<DataFile> Editions => Instead is null ? [this] : [this, .. Instead.Editions];

    static bool IsPlain(string name) => name.AsSpan().Trim().Length > 0 && name is not ("." or "..")
        && !name.AsSpan().ContainsAny('/', '\\', ':') && !name.Any(char.IsControl);

    /// <summary>Name, length and checksum, for people.</summary>
    public override string ToString() =>
        $"{Name} ({(Length is long length ? $"{length} bytes, " : "")}{Checksum.Replace(":", " ")})";
}
