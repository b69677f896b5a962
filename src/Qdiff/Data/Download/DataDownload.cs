namespace Qdiff;

/// <summary>
/// Fetches the published files of a data set: from the first mirror that gives them, going on where an earlier try stopped. A
/// file has its real name only when it is complete and its checksum is the published one. Certificates are always checked.
/// </summary>
public static class DataDownload
{
    static readonly TimeSpan s_connectWithin = TimeSpan.FromSeconds(15);

    /// <summary>Fetches what is missing of a data set and returns where its files are.</summary>
    /// <param name="sets">The data sets that there are.</param>
    /// <param name="name">The name of one whose files can be fetched.</param>
    /// <param name="folder">
    /// Where the files go; by default data/NAME under the working folder, where <see cref="DataSets"/> looks.
    /// </param>
    /// <param name="progress">Called for every piece that arrives, from one thread at a time.</param>
    /// <exception cref="InputException">
    /// The name is unknown, a file there is another one, or a file could not be had: then the message says why, and which file
    /// to put where.
    /// </exception>
    public static Task<IReadOnlyList<string>> GetAsync(Parts<DataSource> sets, string name, string? folder = null,
        Action<DownloadProgress>? progress = null, DownloadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        if (DataSets.IsFolder(name))
            throw new InputException($"Images of your own ({name}) are not downloaded; those to fetch are "
                + $"{string.Join(", ", sets.Where(set => set.Files.Count > 0).Select(known => known.Name))}.");
        DataSource source = sets.Source(name);
        if (source.Files.Count == 0)
            throw new InputException($"{name} needs no files: it is built in. Those to fetch are "
                + $"{string.Join(", ", sets.Where(set => set.Files.Count > 0).Select(known => known.Name))}.");
        return GetAsync(source.Files, folder ?? Path.Combine("data", name), progress, options ?? new(), cancellationToken);
    }

    /// <summary>Fetches any files, as those of a data set are fetched by its name.</summary>
    public static async Task<IReadOnlyList<string>> GetAsync(IReadOnlyList<DataFile> files, string folder,
        Action<DownloadProgress>? progress, DownloadOptions options, CancellationToken cancellationToken = default)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder {full} cannot be made: {e.Message}", e);
        }

        IEnumerable<string> mirrors = files.SelectMany(file => file.Editions).SelectMany(file => file.Mirrors);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = s_connectWithin,
            // A proxy cannot know what this machine calls itself.
            UseProxy = !mirrors.All(mirror => new Uri(mirror).IsLoopback),
        });
        var paths = new List<string>();
        foreach (DataFile file in files)
        {
            string? path = await FindAsync(file, full, cancellationToken);
            var failures = new List<string>();
            foreach (DataFile edition in file.Editions)
            {
                if (path is not null) break;
                FileDownload download = new(edition, full, client, options, progress);
                if (await download.RunAsync(cancellationToken)) path = download.RealPath;
                failures.AddRange(download.Failures);
            }

            if (path is null)
                throw new InputException($"{file.Name} could not be fetched:")
                {
                    Details = [.. failures, .. ByHand(files, full)],
                };
            paths.Add(path);
        }

        return paths;
    }

    /// <summary>Where the file is, if it is there and the published one.</summary>
    static async Task<string?> FindAsync(DataFile file, string folder, CancellationToken cancellationToken)
    {
        foreach (DataFile edition in file.Editions)
        {
            string path = Path.Combine(folder, edition.Name);
            if (!File.Exists(path)) continue;
            string checksum = await FileChecksum.OfAsync(path, edition.Checksum, cancellationToken);
            if (checksum == edition.Checksum) return path;
            throw new InputException($"{path} is there, but with the checksum {checksum}, not {edition.Checksum} as published. "
                + "It was not touched; move it away to fetch it again.");
        }

        return null;
    }

    /// <summary>What somebody without a network has to carry where.</summary>
    static IEnumerable<string> ByHand(IReadOnlyList<DataFile> files, string folder)
    {
        DataFile[] missing =
            [.. files.Where(file => !file.Editions.Any(edition => File.Exists(Path.Combine(folder, edition.Name))))];
        string what = missing.Length == 1 ? "it elsewhere and put it as it is" : "these files elsewhere and put them as they are";
        bool begun = Directory.GetFiles(folder, "*.part").Length > 0;
        yield return $"Without a network, fetch {what} into {folder}:";
        foreach (DataFile file in missing)
        {
            yield return file.ToString();
            yield return $"  from {file.Mirrors[0]}";
        }

        if (begun) yield return "What has arrived so far is kept; the next try goes on from there.";
    }
}
