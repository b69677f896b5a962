using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary><c>qdiff classifier train</c>: trains a domain's classifier, tests it and writes its file.</summary>
static class ClassifierTrainVerb
{
    sealed record Asked(ClassifierRecipe Recipe, long Seed, int Threads, bool Quiet, CancellationToken Cancel);

    public static Command Create(Catalog catalog)
    {
        var name = new Argument<string>("domain")
        {
            Description = "digits, clothes, tissue, land-cover, or a data set of 'qdiff data list' or folder:PATH."
        };
        Option<string?> folder = DataVerb.DataDir();
        var fit = new FitArguments();
        var output = new Option<string?>("--output", "-o") { Description = "File to write; DOMAIN.safetensors by default." };
        var split = new Option<Split?>("--split")
        {
            Description = "Divide this split's images instead of using the set's own train and test parts."
        };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "How often each image is learned from; the recipe's number by default."
        };
        var seed = new Option<long>("--seed")
        {
            Description = "Seed of initial weights, order, augmentation and division.",
            DefaultValueFactory = _ => 1
        };
        var cross = new Option<bool>("--cross-validate")
        {
            Description = "First train on four fifths five times, so that every "
                + "image is judged once by a network that had not seen it."
        };
        Option<int> threads = ClassifierVerb.Threads();
        var train = new Command("train", "Train a classifier, test it on held-out images and write its file.") { name, folder,
            output, split, epochs, seed, cross, threads };
        fit.AddTo(train);
        train.SetAction(parsed =>
        {
            string dataset = parsed.GetRequiredValue(name);
            ClassifierRecipe recipe = ClassifierRecipe.For(dataset, catalog);
            string file = parsed.GetValue(output) ?? recipe.Domain + ".safetensors";
            if (parsed.GetValue(epochs) is { } count)
                recipe = recipe with
                {
                    Epochs = count is > 0 and <= 100_000 ? count
                    : throw new InputException($"--epochs {count}: give a number from 1 to 100,000.")
                };
            OutputFile.Require("--output", file);

            using var interruption = new Interruption();
            var asked = new Asked(recipe, parsed.GetValue(seed), ClassifierVerb.RequireThreads(parsed.GetValue(threads)),
                parsed.GetValue<bool>(Tool.Quiet), interruption.Token);
            ClassifierParts parts = ClassifierParts.Load(recipe.Dataset, catalog, parsed.GetValue(folder), parsed.GetValue(split),
                asked.Seed, fit.Of(parsed));
            ImageSet[] read = parts.Whole is null ? [parts.Training, parts.HeldOut] : [parts.Whole];
            foreach (ImageSet images in asked.Quiet ? [] : read) Print.Notes(images);
            if (parsed.GetValue(cross) && parts.Whole is null)
                throw new InputException($"{recipe.Dataset} comes with a test part; to divide one part instead, name it with "
                    + "--split.");
            if (!asked.Quiet) Print.Message($"{recipe.Domain}: learning from {parts.Training.Count:N0} images of "
                + $"{parts.Training.Name}, testing on {parts.HeldOut.Count:N0}");

            string command = $"qdiff classifier train {dataset} --seed {asked.Seed} --epochs {recipe.Epochs}"
                + (parsed.GetValue(split) is { } part ? $" --split {part.Word}" : "")
                + (parsed.GetValue(cross) ? " --cross-validate" : "") + fit.Said(parsed);
            var watch = Stopwatch.StartNew();
            DomainClassifier classifier = parsed.GetValue(cross) ? CrossValidated(asked, parts.Whole!, command)
                : Trained(asked, parts, command, "");
            classifier.Save(file);
            TimeSpan time = watch.Elapsed;

            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new
            {
                File = file,
                Seconds = time.TotalSeconds,
                Classifier = ClassifierVerb.Row(classifier)
            });
            else
            {
                ClassifierVerb.Report(classifier.Card.Accuracy(), classifier.ClassNames, "on the held-out images");
                if (classifier.Card.CrossValidated() is { } crossed) ClassifierVerb.Report(crossed, classifier.ClassNames,
                    "cross-validated, each image judged by a network that had not seen it");
                Print.Line($"{file}: {classifier.Parameters:N0} parameters, {classifier.WeightsHash}, trained in "
                    + $"{ProgressLine.Short(time)}");
            }

            return 0;
        });
        return train;
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
