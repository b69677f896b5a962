using Qdiff.Imaging;

namespace Qdiff;

/// <summary>Makes the folder of a model from the run that trained it, or from the runs of all classes.</summary>
public static class PretrainedMaking
{
    const string SamplesFile = "samples.png";

    /// <summary>Makes the folder <paramref name="target"/>, whole or not at all.</summary>
    /// <param name="runs">One run, or one for each class.</param>
    /// <param name="replace">Replace a model that is there.</param>
    /// <exception cref="InputException">
    /// There is something already, a run has no such checkpoint, or the runs are not of one class each.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static PretrainedModel Make(IReadOnlyList<RunFolder> runs, string target, PretrainedOptions options,
        bool replace = false, CancellationToken cancellationToken = default)
    {
        target = Path.TrimEndingDirectorySeparator(target);
        string name = PlainName.Require("The name of the model's folder", Path.GetFileName(Path.GetFullPath(target)));
        if (Path.Exists(target) && !(replace && HoldsAModelAlone(target)))
            throw new InputException($"{target} is there already{(HoldsAModelAlone(target) ? "" : " and is no model")}.");
        Catalog catalog = runs[0].Experiment.Catalog;
        // Names that nobody has: what another call is writing is not this one's to remove. The old one, too, is called
        // unfinished while it is aside, so that it is no model of its own if this is killed.
        string unique = $"{target}.{Guid.NewGuid():N}", old = $"{unique}.old{WholeFile.Unfinished}",
            beside = unique + WholeFile.Unfinished;
        try
        {
            Directory.CreateDirectory(beside);
            PretrainedCard card = Fill(beside, name, runs, options);
            PretrainedModel made = PretrainedModel.Open(beside, catalog);
            Png.Save(card.Samples.Draw(made.Networks, cancellationToken), Path.Combine(beside, SamplesFile),
                new KeyValuePair<string, string>("Software", "Qdiff"));
            // The old one goes when the new one is in its place.
            if (Directory.Exists(target)) Directory.Move(target, old);
            try
            {
                Directory.Move(beside, target);
            }
            catch when (Directory.Exists(old))
            {
                Directory.Move(old, target);
                throw;
            }

            TryDelete(old);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The model {target} cannot be written: {e.Message}", e);
        }
        finally
        {
            TryDelete(beside);
        }

        return PretrainedModel.Open(target, catalog);
    }

    static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The model is in its place, or what prevented that is being said; what stays here is called unfinished.
        }
    }

    /// <summary>Whether a folder is that of a model and has nothing besides, so that it may be replaced.</summary>
    static bool HoldsAModelAlone(string path)
    {
        if (!PretrainedModel.Exists(path)) return false;
        try
        {
            PretrainedCard card = PretrainedCard.Read(Path.Combine(path, PretrainedCard.FileName));
            string[] known = [PretrainedCard.FileName, RunFolder.ConfigFile, card.Samples.File, "circuits", "noise",
                .. card.WeightFiles.Select(file => file.File), .. card.Mean is { } mean ? [mean.File] : (string[])[]];
            return Directory.EnumerateFileSystemEntries(path).All(entry => known.Contains(Path.GetFileName(entry))
                || SystemFile.IsOne(Path.GetFileName(entry)));
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>Draws the image of a model again and says in its card what with, for a program whose arithmetic has
    /// changed since.</summary>
    public static void Redraw(PretrainedModel model, CancellationToken cancellationToken = default)
    {
        string path = Path.Combine(model.Path, PretrainedCard.FileName);
        (PretrainedCard card, string body) = PretrainedCardReader.Read(path);
        body = body.Replace(card.Samples.Arithmetic.ToString(), Arithmetic.Here.ToString());
        card = card with { Samples = card.Samples with { Arithmetic = Arithmetic.Here } };
        Png.Save(card.Samples.Draw(model.Networks, cancellationToken), Path.Combine(model.Path, card.Samples.File),
            new KeyValuePair<string, string>("Software", "Qdiff"));
        WholeFile.Write(path, PretrainedCardText.Head(card) + body);
    }

    /// <summary>Everything but the image.</summary>
    static PretrainedCard Fill(string folder, string name, IReadOnlyList<RunFolder> runs, PretrainedOptions options)
    {
        TrainedRun[] trained = [.. runs.Select(run => TrainedRun.Open(run, options.Step, options.Raw))];
        ResolvedExperiment experiment = Given(runs, name).WithFilesIn(folder);
        string yaml = experiment.ToPlainYaml();
        WholeFile.Write(Path.Combine(folder, RunFolder.ConfigFile), yaml);
        string hash = Sha256Hex.Of(System.Text.Encoding.UTF8.GetBytes(yaml));
        List<PretrainedFile> files = [];
        foreach (TrainedRun run in trained)
        {
            int? label = trained.Length == 1 ? null : run.Folder.Manifest.Data.Labels is [var own] ? own
                : throw new InputException($"The run {run.Folder.Path} is not of one class; of several each must be.");
            string file = label is { } k ? Invariant($"{ClassSweep.ClassPrefix}{k}.safetensors") : PretrainedModel.WeightsFile;
            byte[] bytes = PretrainedWeights.Format(run.Weights, options.Numbers,
                Manifest(run.Folder, experiment, options.Commit), run.Step, run.IsRaw, hash);
            WholeFile.Write(Path.Combine(folder, file), bytes);
            files.Add(new(file, Sha256Hex.Of(bytes), label));
        }

        AuditReport audit = AuditOf(trained[0]);
        RunManifest manifest = runs[0].Manifest;
        PretrainedCard card = new()
        {
            License = options.License,
            Tags = [.. Tags(manifest, trained[0].Network)],
            Datasets = [experiment.Config.Data.Dataset],
            Model = manifest.Model.Name,
            Wiring = manifest.Model.Wiring,
            Parameters = audit.Nominal,
            Live = audit.Live,
            Steps = trained.Max(run => run.Step),
            SourceSteps = experiment.Config.Transfer.StepsBefore,
            Seed = experiment.Config.Training.Seed,
            Raw = trained[0].IsRaw,
            WeightFiles = [.. files.OrderBy(file => file.Class)],
            Mean = WriteMean(folder, files.Zip(trained, (file, run) => (file.Class, run)), options.Warn),
            Samples = new()
            {
                File = SamplesFile,
                Sampler = options.Sampler,
                SamplingSteps = Math.Min(options.SamplingSteps, trained[0].Schedule.Steps),
                Seed = options.Seed,
                Count = options.Count,
                Arithmetic = Arithmetic.Here,
            },
            Measured = options.Measured,
        };
        WholeFile.Write(Path.Combine(folder, PretrainedCard.FileName),
            PretrainedCardText.Head(card) + PretrainedCardText.Body(card, name, trained, audit, options));
        return card;
    }

    /// <summary>Writes the mean of the training images; null if they are not at hand.</summary>
    static PretrainedFile? WriteMean(string folder, IEnumerable<(int? Class, TrainedRun Run)> networks, Action<string>? warn)
    {
        byte[] bytes;
        try
        {
            bytes = PretrainedMean.Format(networks);
        }
        catch (Exception e) when (e is InputException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            warn?.Invoke($"The model goes without its mean image: {e.Message}");
            return null;
        }

        WholeFile.Write(Path.Combine(folder, PretrainedMean.FileName), bytes);
        return new(PretrainedMean.FileName, Sha256Hex.Of(bytes));
    }

    /// <summary>The experiment without what only says where things were on one machine; of several runs that which trains all of
    /// them.</summary>
    internal static ResolvedExperiment Given(IReadOnlyList<RunFolder> runs, string name)
    {
        ResolvedExperiment experiment = runs[0].Experiment;
        TransferConfig transfer = experiment.Config.Transfer;
        // A name is a pretrained model's; a path says where a run lay.
        string? from = transfer.From is { } path && Path.GetFileName(path) != path
            ? transfer.Source is null ? $"runs/{Path.GetFileName(path)}" : null : transfer.From;
        experiment = experiment.With("data.folder=null",
            from is null ? "transfer.from=null" : ResolvedExperiment.Option("transfer.from", from));
        if (runs.Count == 1) return experiment;
        experiment = ClassSweep.OnClasses(experiment, [.. runs.SelectMany(run => run.Experiment.Config.Data.Classes)])
            .With($"name={name}", "data.eachClass=true");
        // A length in epochs is another number of steps for each class.
        return experiment.Config.Training.Epochs is { } epochs ? experiment.LastingEpochs(epochs) : experiment;
    }

    internal static RunManifest Manifest(RunFolder run, ResolvedExperiment experiment, string? commit = null) => run.Manifest with
    {
        Command = [],
        Commit = commit ?? run.Manifest.Commit,
        Data = run.Manifest.Data with { Folder = null, FolderFromRun = null },
        Settings = TrainedSettings.Of(experiment),
    };

    /// <summary>The audit that the training began with; that of the trained weights if there was none.</summary>
    static AuditReport AuditOf(TrainedRun run)
    {
        string path = run.Folder.PathOf("audit.json");
        return File.Exists(path) ? AuditReport.FromJson(TextFile.Read(path), path)
            : Audit.Run(run.Network, run.Weights, timesteps: run.Schedule.Steps);
    }

    static IEnumerable<string> Tags(RunManifest manifest, Network network) =>
        ["diffusion", .. manifest.Model.Angles > 0 ? ["quantum"] : (string[])[], manifest.Model.Name,
            .. network.Classes > 0 ? ["class-conditional"] : (string[])[]];
}
