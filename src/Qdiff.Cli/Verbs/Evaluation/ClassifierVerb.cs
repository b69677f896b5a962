using System.CommandLine;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary><c>qdiff classifier list|show|check</c>: the networks whose features metrics of a domain are measured in.</summary>
static class ClassifierVerb
{
    public static Command Create(Catalog catalog) =>
        new("classifier", "List, show, check and train the classifiers that metrics measure with.") { List(), Show(),
            Check(catalog), ClassifierTrainVerb.Create(catalog) };

    static Command List()
    {
        var list = new Command("list", "List the classifiers that come with the program.");
        list.SetAction(parsed =>
        {
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(DomainClassifier.All.Select(Row));
            else
            {
                Print.Table(["name", ">classes", "image", ">parameters", ">judged", ">accuracy", "95 %", "trained on",
                    "weights"], DomainClassifier.All.Select(c =>
                {
                    // Over all images is the better value where it was measured: one small held-out part may be a lucky one.
                    ClassAccuracy? crossed = c.Card.CrossValidated();
                    ClassAccuracy accuracy = crossed ?? c.Card.Accuracy();
                    return new[]
                    {
                        c.Card.Domain, $"{c.ClassNames.Count}", c.Image.ToString(), $"{c.Parameters:N0}",
                        $"{accuracy.Count:N0}{(crossed is null ? "" : " crossed")}",
                        Percent(accuracy.Accuracy),
                        Span(accuracy), $"{c.Card.Training.Count:N0} of {c.Card.Dataset}", c.WeightsHash[..15],
                    };
                }));
            }

            return 0;
        });
        return list;
    }

    static Command Show()
    {
        var name = Name();
        var show = new Command("show", "Say what a classifier was trained and tested on, and what it confuses.") { name };
        show.SetAction(parsed =>
        {
            DomainClassifier classifier = Open(parsed.GetRequiredValue(name));
            ClassifierCard card = classifier.Card;
            if (parsed.GetValue<bool>(Tool.Json))
            {
                Print.Json(Row(classifier));
                return 0;
            }

            Print.Line($"{classifier.Name}: {classifier.Parameters:N0} parameters, images of {classifier.Image}, "
                + $"{classifier.ClassNames.Count} classes, {classifier.WeightsHash}");
            Print.Line($"trained on {Used(card.Training)}");
            Print.Line($"tested on {Used(card.HeldOut)}");
            Print.Line($"{card.Epochs} epochs, seed {card.Seed}: {card.Command}");
            Report(card.Accuracy(), card.ClassNames, "on the held-out images");
            if (card.CrossValidated() is { } crossed) Report(crossed, card.ClassNames,
                "cross-validated, each image judged by a network that had not seen it");
            return 0;
        });
        return show;
    }

    static Command Check(Catalog catalog)
    {
        var name = Name();
        Option<string?> folder = CommonOptions.DataDir();
        var dataset = new Option<string?>("--dataset")
        {
            Description = "The data set to measure on; the classifier's own by default."
        };
        var split = new Option<Split?>("--split") { Description = "Which part; the held-out images by default." };
        var fit = new FitArguments();
        Option<int> threads = Threads();
        var check = new Command("check", "Measure a classifier on images again.") { name, folder, dataset, split, threads };
        fit.AddTo(check);
        check.SetAction(parsed =>
        {
            DomainClassifier classifier = Open(parsed.GetRequiredValue(name));
            (ImageSet images, string which) = Images(classifier.Card, catalog, parsed.GetValue(dataset), parsed.GetValue(folder),
                parsed.GetValue(split), fit.Of(parsed));
            using var interruption = new Interruption();
            ClassAccuracy accuracy;
            using (var line = new ProgressLine(parsed.GetValue<bool>(Tool.Quiet)))
            {
                accuracy = classifier.Check(images, RequireThreads(parsed.GetValue(threads)), done => line.Report(done,
                    remaining => $"{images.Count:N0} images: {done:P0}, {ProgressLine.Short(remaining)} left"),
                    interruption.Token);
            }

            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(new
                {
                    classifier.Name,
                    Weights = classifier.WeightsHash,
                    Images = ClassifierCard.ImagesUsed.Of(images),
                    Measured = Measured(accuracy)
                });
            else
            {
                Print.Line($"{classifier.Name} on {Used(ClassifierCard.ImagesUsed.Of(images))}{which}");
                Report(accuracy, classifier.ClassNames, "");
            }

            return 0;
        });
        return check;
    }

    /// <summary>The images that were asked for; by default exactly those that the classifier was tested on.</summary>
    static (ImageSet Images, string Which) Images(ClassifierCard card, Catalog catalog, string? dataset, string? folder,
        Split? split, ImageFit fit)
    {
        string name = dataset ?? card.Dataset;
        if (dataset is not null || split is not null) return (catalog.DataSets.Load(name, folder, split, fit), "");
        foreach (ImageSet images in ClassifierParts.HeldOutCandidates(card, catalog, folder, fit))
            if (images.Hash == card.HeldOut.Hash) return (images, ", the images it was tested on");
        throw new InputException($"The files hold other images than {card.HeldOut.Name}, which the classifier was tested on. "
            + "Say which to measure on (--split train or --split test), and give them the size that it learned from "
            + $"({card.Command}).");
    }

    public static Option<int> Threads() =>
        new("--threads") { Description = "Threads; 0 for one a processor. Results do not depend on it." };

    public static int RequireThreads(int threads) => threads >= 0 ? threads : throw new InputException($"--threads {threads}: "
        + "give 0 for one a processor, or a positive number.");

    /// <summary>Accuracy with its interval, then the confusion matrix.</summary>
    public static void Report(ClassAccuracy accuracy, IReadOnlyList<string> names, string where)
    {
        Print.Line($"accuracy {Percent(accuracy.Accuracy)} ({Span(accuracy)} at 95 %) of {accuracy.Count:N0} "
            + $"images{(where.Length > 0 ? " " + where : "")}; classes equally weighted {Percent(accuracy.BalancedAccuracy)}");
        int[] classes = [.. Enumerable.Range(0, accuracy.Classes)];
        Print.Table([">label", "class", .. classes.Select(c => $">{c}"), ">right"], classes.Select(w => (string[])
        [
            $"{w}", w < names.Count ? names[w] : "", .. classes.Select(p => accuracy[w, p] == 0 ? "." : $"{accuracy[w, p]}"),
            accuracy.OfClass(w) is { } share ? Percent(share) : "",
        ]));
    }

    public static object Measured(ClassAccuracy accuracy) => new
    {
        accuracy.Accuracy,
        accuracy.Interval,
        accuracy.BalancedAccuracy,
        Images = accuracy.Count,
        Confusion = ClassifierCard.Rows(accuracy),
    };

    /// <summary>A classifier for machines.</summary>
    public static object Row(DomainClassifier classifier) => new
    {
        classifier.Name,
        classifier.Card.Domain,
        classifier.Card.Dataset,
        Image = classifier.Image.ToArray(),
        classifier.Parameters,
        classifier.Layers,
        Weights = classifier.WeightsHash,
        classifier.ClassNames,
        classifier.Card.Training,
        classifier.Card.HeldOut,
        classifier.Card.Seed,
        classifier.Card.Epochs,
        classifier.Card.Command,
        Measured = Measured(classifier.Card.Accuracy()),
        CrossValidated = classifier.Card.CrossValidated() is { } crossed ? Measured(crossed) : null,
    };

    static string Used(ClassifierCard.ImagesUsed images) => $"{images.Count:N0} images of {images.Name}, sha256 {images.Hash}";

    static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    static string Span(ClassAccuracy accuracy) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * accuracy.Interval.Low:0.00} to {100 * accuracy.Interval.High:0.00}");

    static Argument<string> Name() => new("name") { Description = "A name of 'qdiff classifier list', or a classifier's file." };

    static DomainClassifier Open(string name) =>
        File.Exists(name) || name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? DomainClassifier.Load(name)
            : DomainClassifier.Named(name);
}
