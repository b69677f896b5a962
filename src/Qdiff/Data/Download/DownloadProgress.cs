namespace Qdiff;

/// <summary>Where a download is.</summary>
/// <param name="File">The file being fetched.</param>
/// <param name="Received">How many bytes of it are there, those of an earlier try included.</param>
/// <param name="Total">How many it will have, if known.</param>
/// <param name="Note">What just happened, if something did: an address begun, given up or tried again.</param>
public readonly record struct DownloadProgress(string File, long Received, long? Total, string? Note);
