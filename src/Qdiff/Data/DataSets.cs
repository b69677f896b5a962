using System.Runtime.ExceptionServices;

namespace Qdiff;

/// <summary>
/// How the name of a data set becomes images: one of the catalog's, or a folder of images written as <c>folder:PATH</c> or as a
/// path with a separator.
/// </summary>
public static class DataSets
{
    const string FolderPrefix = "folder:";

    /// <summary>Whether a name means a folder of images.</summary>
    public static bool IsFolder(string name) => FolderOf(name) is not null;

    static string? FolderOf(string name) => name == FolderPrefix
        ? throw new InputException("folder: needs the path of a folder of images, such as folder:pictures.")
        : name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? name[FolderPrefix.Length..]
        : name.AsSpan().ContainsAny('/', '\\') || name is "." or ".." ? name
        : null;

    /// <summary>The images, with a word if they are not the official ones: the files of several data sets have the same
    /// names.</summary>
    static ImageSet Noted(DataSource source, Split split, ImageSet images) =>
        !source.OfficialHashes.TryGetValue(split, out string? official) || official == images.Hash ? images
            : images.WithNote($"not the official images of {source.Name}, whose hash is {official[..8]}; these have "
                + $"{images.Hash[..8]}");

    /// <summary>The files may lie in a folder of the data set's name beside those of others.</summary>
    static ImageSet Read(DataSource source, string folder, Split split)
    {
        string inside = Path.Combine(folder, source.Name);
        try
        {
            return source.Load(folder, split);
        }
        catch (InputException e) when (Directory.Exists(inside))
        {
            try
            {
                return source.Load(inside, split);
            }
            catch (InputException lacking) when (lacking.Message.EndsWith(source.Obtain, StringComparison.Ordinal))
            {
                // Then the folder itself was meant.
                ExceptionDispatchInfo.Throw(e);
                throw;
            }
        }
    }

    extension(Parts<DataSource> sets)
    {
        /// <summary>Loads a data set.</summary>
        /// <param name="name">A name of the list, <c>folder:PATH</c> or a path.</param>
        /// <param name="folder">Where its files are, or a sub-folder NAME that they are in; by default data/NAME under the
        /// working folder, or the PATH itself.</param>
        /// <param name="split">Which part; by default the first one that the data set has.</param>
        /// <param name="fit">What makes its images, which in a folder may have any size, images of one size.</param>
        /// <exception cref="InputException">The name is unknown, there is no such split, or files are missing or
        /// damaged.</exception>
        public ImageSet Load(string name, string? folder = null, Split? split = null, ImageFit? fit = null)
        {
            if (FolderOf(name) is string path) return ImageFolder.Load(folder ?? path, fit, split);

            DataSource source = sets.Source(name);
            Split wanted = split ?? source.Splits[0];
            if (!source.Splits.Contains(wanted)) throw source.Splits.Lack(source.Name, wanted);
            if (folder is not null && source.Obtain.Length == 0)
                throw new InputException($"{source.Name} comes with the program and is read from no folder; leave out {folder}.");
            try
            {
                ImageSet images = Noted(source, wanted, Read(source, folder ?? Path.Combine("data", source.Name), wanted));
                return fit?.Apply(images) ?? images;
            }
            catch (InputException e) when (source.Files.Count > 0 && e.Message.EndsWith(source.Obtain, StringComparison.Ordinal))
            {
                if (folder is not null && DataFolder.HasOnlyImages(folder))
                    throw new InputException($"The folder {folder} has images, not the files of {source.Name}; the data set of "
                        + $"these images is {FolderPrefix}{folder}.", e)
                    { Remedy = Remedy.OwnImages, Subject = folder };
                (e.Remedy, e.Subject) = (Remedy.Download, source.Name);
                throw;
            }
        }

        /// <summary>Where <see cref="Load"/> looks for the files of this data set if no folder is given; null if it needs
        /// none.</summary>
        internal string? UsualFolder(string name) =>
            FolderOf(name) ?? (sets.Find(name) is { Obtain: "" } ? null : Path.Combine("data", name));

        /// <summary>The data set of this name.</summary>
        /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
        public DataSource Source(string name)
        {
            if (sets.Find(name) is { } found) return found;
            string nearest = Directory.Exists(name) ? $" For the folder of that name write {FolderPrefix}{name}."
                : NearestName.Find(name, sets.Names) is string meant ? $" Did you mean {meant}?"
                : "";
            throw new InputException($"There is no data set '{name}'.{nearest} Known are {string.Join(", ", sets.Names)}, and "
                + $"{FolderPrefix}PATH for PNG and JPEG files.");
        }
    }
}
