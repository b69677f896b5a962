using System.CommandLine;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary><c>qdiff data list|show|check</c>: the data sets.</summary>
static class DataVerb
{
    public static Command Create(Catalog catalog) => new("data", "List, show, check and download data sets.")
        { List(catalog), Show(catalog), Check(catalog), Get(catalog) };

    static Command List(Catalog catalog)
    {
        var list = new Command("list", "List the known data sets.");
        list.SetAction(parsed =>
        {
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(catalog.DataSets.Select(s => new { s.Name, s.Summary, s.Splits, s.Obtain }));
            else
            {
                Print.Table(["name", "splits", "what"],
                    catalog.DataSets.Select(s => new[] { s.Name, string.Join(", ", s.Splits.Select(split => split.Word)),
                        s.Summary }));
                Print.Line("and folder:PATH for a folder of PNG and JPEG files; sub-folders are classes");
            }

            return 0;
        });
        return list;
    }

    static Command Show(Catalog catalog)
    {
        (Argument<string> name, Option<string?> folder, Option<Split?> split) = Selection();
        var picture = new Option<string?>("--picture") { Description = "Also write a PNG grid of the first 64 images." };
        var force = new Option<bool>("--force") { Description = "Replace a picture of other images." };
        var fit = new FitArguments();
        var show = new Command("show", "Say what is in a data set.") { name, folder, split, picture, force };
        fit.AddTo(show);
        show.SetAction(parsed =>
        {
            if (parsed.GetValue(picture) is { } asked) OutputFile.Require("--picture", asked, ".png");
            ImageSet images = catalog.DataSets.Load(parsed.GetRequiredValue(name), parsed.GetValue(folder),
                parsed.GetValue(split), fit.Of(parsed));
            if (parsed.GetValue(picture) is { } path)
                ResultFile.Write(path, Png.Encode(ImageGrid.Draw(images.First(Math.Min(64, images.Count)), new() { Scale = 2 })),
                    parsed.GetValue(force), makeFolder: false);
            // A data set of one's own may have labels and no names.
            int[] counts = new int[Math.Max(images.ClassNames.Count, images.HasLabels ? images.Labels.ToArray().Max() + 1 : 0)];
            foreach (int label in images.Labels) counts[label]++;
            string[] names = [.. counts.Select((_, i) => ClassNames.Of(i, images.ClassNames))];
            if (parsed.GetValue<bool>(Tool.Json))
            {
                Print.Json(new
                {
                    images.Name,
                    images.Count,
                    Shape = images.Shape.ToArray(),
                    images.Hash,
                    Classes = names.Select((c, i) => new { Name = c, Count = counts[i] }),
                    images.Notes,
                });
                return 0;
            }

            Print.Line($"{images.Name}: {images.Count:N0} images of {images.Shape}, sha256 {images.Hash}");
            foreach (string note in images.Notes) Print.Line($"note: {note}");
            if (images.HasLabels)
                Print.Table([">label", "class", ">images"],
                    names.Select((c, i) => new[] { $"{i}", c, $"{counts[i]:N0}" }));
            return 0;
        });
        return show;
    }

    static Command Check(Catalog catalog)
    {
        (Argument<string> name, Option<string?> folder, Option<Split?> split) = Selection();
        var check = new Command("check", "Compare a data set's content with the official one.") { name, folder, split };
        check.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(name);
            Split? part = parsed.GetValue(split);
            ImageSet images = catalog.DataSets.Load(wanted, parsed.GetValue(folder), part);
            DataSource? source = catalog.DataSets.Find(wanted);
            string? official = source?.OfficialHashes.GetValueOrDefault(part ?? source.Splits[0]);
            bool? same = official is null ? null : official == images.Hash;
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(new { images.Name, images.Count, images.Hash, Official = official, Same = same });
            else
            {
                Print.Line($"{images.Name}: {images.Count:N0} images read without error, sha256 {images.Hash}");
                foreach (string note in images.Notes) Print.Line($"note: {note}");
                Print.Line(same switch
                {
                    true => "the content is the official one",
                    false => $"the content differs from the official one, whose hash is {official}",
                    null => "there is no official hash to compare with",
                });
            }

            return same == false ? 1 : 0;
        });
        return check;
    }

    static Command Get(Catalog catalog)
    {
        var name = new Argument<string>("name") { Description = "A data set with a published address." };
        Option<string?> folder = CommonOptions.DataDir();
        var get = new Command("get", "Download a data set's files, check them and go on where a download stopped.")
        { name, folder };
        get.SetAction(async (parsed, cancellationToken) =>
        {
            using var interruption = new Interruption();
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, interruption.Token);
            IReadOnlyList<string> files;
            using (var line = new ProgressLine(parsed.GetValue<bool>(Tool.Quiet)))
            {
                files = await DataDownload.GetAsync(catalog.DataSets, parsed.GetRequiredValue(name), parsed.GetValue(folder),
                    p => line.Report(
                    p.Total is > 0 ? (double)p.Received / p.Total.Value : 0,
                    remaining => p.Note is { Length: > 0 } note ? $"{p.File}: {note}"
                        : $"{p.File}: {p.Received / 1e6:F1} MB of {p.Total / 1e6:F1} MB, {ProgressLine.Short(remaining)} left"),
                    cancellationToken: both.Token);
            }

            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(files);
            else foreach (string file in files) Print.Line(file);
            return 0;
        });
        return get;
    }

    static (Argument<string>, Option<string?>, Option<Split?>) Selection() => (
        new("name") { Description = "A name of 'qdiff data list', or folder:PATH." },
        CommonOptions.DataDir(),
        new("--split") { Description = "Which part; the set's first by default." });
}
