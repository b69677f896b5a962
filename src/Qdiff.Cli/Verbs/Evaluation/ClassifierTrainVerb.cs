using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary><c>qdiff classifier train</c>: trains a domain's classifier, tests it and writes its file.</summary>
sealed class ClassifierTrainVerb(Catalog catalog)
{
    readonly Argument<string> name = new("domain")
    {
        Description = "digits, clothes, tissue, land-cover, or a data set of 'qdiff data list' or folder:PATH."
    };
    readonly Option<string?> folder = CommonOptions.DataDir();
    readonly FitArguments fit = new();
    readonly Option<string?> output = new("--output", "-o") { Description = "File to write; DOMAIN.safetensors by default." };
    readonly Option<Split?> split = new("--split")
    {
        Description = "Divide this split's images instead of using the set's own train and test parts."
    };
    readonly Option<int?> epochs = new("--epochs")
    {
        Description = "How often each image is learned from; the recipe's number by default."
    };
    readonly Option<long> seed = new("--seed")
    {
        Description = "Seed of initial weights, order, augmentation and division.",
        DefaultValueFactory = _ => 1
    };
    readonly Option<bool> cross = new("--cross-validate")
    {
        Description = "First train on four fifths five times, so that every "
            + "image is judged once by a network that had not seen it."
    };
    readonly Option<int> threads = ClassifierVerb.Threads();
    readonly Option<bool> force = new("--force") { Description = "Replace a classifier that is there." };

    sealed record Asked(ClassifierRecipe Recipe, long Seed, int Threads, bool Quiet, CancellationToken Cancel);

    public static Command Create(Catalog catalog)
    {
        var verb = new ClassifierTrainVerb(catalog);
        var train = new Command("train", "Train a classifier, test it on held-out images and write its file.")
        { verb.name, verb.folder, verb.output, verb.split, verb.epochs, verb.seed, verb.cross, verb.threads, verb.force };
        verb.fit.AddTo(train);
        train.SetAction(verb.Run);
        return train;
    }

    int Run(ParseResult parsed)
    {
        ClassifierRecipe recipe = RecipeOf(parsed);
        string file = parsed.GetValue(output) ?? recipe.Domain + ".safetensors";
        OutputFile.Require("--output", file, ".safetensors");
        if (File.Exists(file) && !parsed.GetValue(force))
            throw new InputException($"{file} is there already; choose another file with --output, or replace it with --force.");

        using var interruption = new Interruption();
        var asked = new Asked(recipe, parsed.GetValue(seed), ClassifierVerb.RequireThreads(parsed.GetValue(threads)),
            parsed.GetValue<bool>(Tool.Quiet), interruption.Token);
        ClassifierParts parts = Load(parsed, asked);
        if (!asked.Quiet) Print.Message($"{recipe.Domain}: learning from {parts.Training.Count:N0} images of "
            + $"{parts.Training.Name}, testing on {parts.HeldOut.Count:N0}");

        string command = Repeat(parsed, asked);
        var watch = Stopwatch.StartNew();
        DomainClassifier classifier = parsed.GetValue(cross) ? CrossValidated(asked, parts.Whole!, command)
            : Trained(asked, parts, command, "");
        classifier.Save(file);
        Tell(parsed, classifier, file, watch.Elapsed);
        return 0;
    }

    ClassifierRecipe RecipeOf(ParseResult parsed)
    {
        ClassifierRecipe recipe = ClassifierRecipe.For(parsed.GetRequiredValue(name), catalog);
        if (parsed.GetValue(epochs) is not { } count) return recipe;
        if (count is < 1 or > 100_000) throw new InputException($"--epochs {count}: give a number from 1 to 100,000.");
        return recipe with { Epochs = count };
    }

    ClassifierParts Load(ParseResult parsed, Asked asked)
    {
        ClassifierParts parts = ClassifierParts.Load(asked.Recipe.Dataset, catalog, parsed.GetValue(folder),
            parsed.GetValue(split), asked.Seed, fit.Of(parsed));
        ImageSet[] read = parts.Whole is null ? [parts.Training, parts.HeldOut] : [parts.Whole];
        foreach (ImageSet images in asked.Quiet ? [] : read) Print.Notes(images);
        if (parsed.GetValue(cross) && parts.Whole is null)
            throw new InputException($"{asked.Recipe.Dataset} comes with a test part; to divide one part instead, name it with "
                + "--split.");
        return parts;
    }

    /// <summary>The command that trains it again, for its card.</summary>
    string Repeat(ParseResult parsed, Asked asked) =>
        $"qdiff classifier train {parsed.GetRequiredValue(name)} --seed {asked.Seed} --epochs {asked.Recipe.Epochs}"
        + (parsed.GetValue(split) is { } part ? $" --split {part.Word}" : "")
        + (parsed.GetValue(cross) ? " --cross-validate" : "") + fit.Said(parsed);

    static void Tell(ParseResult parsed, DomainClassifier classifier, string file, TimeSpan time)
    {
        if (parsed.GetValue<bool>(Tool.Json))
        {
            Print.Json(new { File = file, Seconds = time.TotalSeconds, Classifier = ClassifierVerb.Row(classifier) });
            return;
        }

        ClassifierVerb.Report(classifier.Card.Accuracy(), classifier.ClassNames, "on the held-out images");
        if (classifier.Card.CrossValidated() is { } crossed) ClassifierVerb.Report(crossed, classifier.ClassNames,
            "cross-validated, each image judged by a network that had not seen it");
        Print.Line($"{file}: {classifier.Parameters:N0} parameters, {classifier.WeightsHash}, trained in "
            + $"{ProgressLine.Short(time)}");
    }

    /// <summary>Each part is held out once; the file gets the network of the first turn and everybody's answers.</summary>
    static DomainClassifier CrossValidated(Asked asked, ImageSet whole, string command)
    {
        DomainClassifier? first = null;
        List<int> wanted = [], predicted = [];
        for (int fold = 0; fold < ClassifierParts.Folds; fold++)
        {
            (ImageSet training, ImageSet heldOut) = StratifiedFolds.Split(whole, fold, ClassifierParts.Folds, asked.Seed);
            DomainClassifier classifier = Trained(asked, new(training, heldOut, whole), command,
                $", part {fold + 1} of {ClassifierParts.Folds}");
            wanted.AddRange(heldOut.Labels);
            predicted.AddRange(classifier.Classify(heldOut, asked.Threads, cancellationToken: asked.Cancel));
            first ??= classifier;
        }

        return first!.With(ClassAccuracy.Compute([.. wanted], [.. predicted], first.ClassNames.Count));
    }

    static DomainClassifier Trained(Asked asked, ClassifierParts parts, string command, string turn)
    {
        var training = new ClassifierTraining(parts.Training, asked.Recipe, asked.Seed, asked.Threads);
        (SmoothedValue loss, SmoothedValue accuracy) = (new(0.98), new(0.98));
        using (var line = new ProgressLine(asked.Quiet))
        {
            foreach (ClassifierStep step in training.Run())
            {
                loss.Add(step.Loss);
                accuracy.Add(step.Accuracy);
                line.Report((double)step.Number / step.Steps, remaining => string.Create(CultureInfo.InvariantCulture,
                    $"{asked.Recipe.Domain}{turn}: step {step.Number:N0}/{step.Steps:N0}  loss {loss.Value:F4}  accuracy "
                        + $"{100 * accuracy.Value:F2} %  {ProgressLine.Short(remaining)} left"));
                asked.Cancel.ThrowIfCancellationRequested();
            }
        }

        return training.Finish(parts.HeldOut, command, asked.Cancel);
    }
}
