namespace Qdiff.Evaluation;

/// <summary>What an evaluation measures on a run's network itself: its denoising loss, and that of another network
/// beside.</summary>
sealed class NetworkLoss
{
    readonly TrainedRun trained;
    readonly TrainedRun? beside;
    readonly DenoisingLossMetric metric;
    readonly EvaluationOptions options;
    readonly ImageSet images;
    readonly Protocol protocol;

    NetworkLoss(TrainedRun trained, TrainedRun? beside, DenoisingLossMetric metric, EvaluationOptions options, ImageSet images,
        string split)
    {
        (this.trained, this.beside, this.metric, this.options, this.images) = (trained, beside, metric, options, images);
        // The loss hangs on the schedule: those of two compare in no protocol.
        protocol = metric.ProtocolOf(new Protocol
        {
            Metric = metric.Name,
            Features = "epsilon",
            RealCount = images.Count,
            GeneratedCount = 0,
            Split = split,
            Seed = options.Seed,
            Reference = images.Hash,
        }.With("steps", trained.Schedule.Steps)
            .With("mean-alpha-bar", Math.Round(trained.Schedule.AlphaBar.ToArray().Average(), 9)));
    }

    /// <summary>What is asked for; null if it is nothing.</summary>
    /// <param name="count">Images, as many as there are samples; fewer if there are not so many.</param>
    /// <param name="beside">The other network.</param>
    /// <exception cref="InputException">The images are missing or others than the network was trained on, or the two networks do
    /// not compare.</exception>
    public static NetworkLoss? Asked(TrainedRun trained, RealImages real, EvaluationOptions options, int count,
        TrainedRun? beside)
    {
        DenoisingLossMetric? metric = options.Preset.Metrics.OfType<DenoisingLossMetric>().FirstOrDefault();
        if (beside is not null) RequireAlike(trained, beside, metric);
        if (metric is null) return null;
        // Of other images nobody could say which were held out.
        if (real.Training is { } known) trained.RequireTrainedOn(known);
        (ImageSet images, string split) = ImagesOf(real, options, count);
        return new(trained, beside, metric, options, images, split);
    }

    /// <summary>The images: held-out ones unless another part was asked for; of the training part those that were learned
    /// from.</summary>
    /// <exception cref="InputException">There are none.</exception>
    public static (ImageSet Images, string Split) ImagesOf(RealImages real, EvaluationOptions options, int count)
    {
        (ImageSet? all, string split) = options.Split switch
        {
            null => (real.HeldOut, "held-out"),
            Split.Train => (real.Training, "trained"),
            _ => (real.Reference, real.Split),
        };
        if (all is null)
            throw new InputException("The model was trained on all images that there are, so none is held out to measure its "
                + "denoising loss on. Train with some left out, for instance data.perClass, or measure it on the training part.");
        return (count < all.Count ? all.Draw(count, options.Seed) : all, split);
    }

    /// <summary>What tells it from others: weights, images, protocol.</summary>
    public string Key => $"{Origin(trained)}-loss {Hash(trained)} {protocol}{Arithmetic.Key}"
        + (trained.Catalog.Device is { } device ? $" on {device.Arithmetic}" : "")
        + (beside is null ? "" : $" beside {Hash(beside)}");

    /// <summary>A report of nothing else.</summary>
    /// <param name="name">What was evaluated.</param>
    public EvaluationReport Report(string name, CancellationToken cancellationToken) => AddTo(new()
    {
        Key = Key,
        Subject = $"{name}, {WeightsName.Of(trained)}",
        Step = trained.WeightsFile is null ? trained.Step : null,
        Samples = 0,
        Preset = options.Preset.Name,
        Metrics = [],
        Missing = [],
        Notes = [],
        Arithmetic = Arithmetic.With(trained.Catalog.Device),
    }, cancellationToken);

    /// <summary>A report with the loss added to what else it has.</summary>
    public EvaluationReport AddTo(EvaluationReport report, CancellationToken cancellationToken)
    {
        DenoisingLoss loss = Measured(trained, 0);
        return report with
        {
            Metrics = [.. report.Metrics, new MeasuredMetric(new MetricValue(loss.Mean, protocol, loss.Interval()))],
            LossByNoise = loss.ByNoise,
            Beside = beside is null ? null : Against(beside, loss),
        };

        LossBeside Against(TrainedRun other, DenoisingLoss own)
        {
            DenoisingLoss theirs = Measured(other, 1);
            return new($"{RunFolder.NameOf(other.Folder.Experiment.Config)}, {WeightsName.Of(other)}", theirs.Mean, own.Minus(theirs));
        }

        DenoisingLoss Measured(TrainedRun network, int done)
        {
            int networks = beside is null ? 1 : 2;
            return DenoisingMeasurement.Of(network, metric.Timesteps, options.Seed, options.Processes).Run(images,
                part => options.Progress?.Invoke("measuring the denoising loss", (done + part) / networks), cancellationToken);
        }
    }

    static void RequireAlike(TrainedRun trained, TrainedRun beside, DenoisingLossMetric? metric)
    {
        string name = RunFolder.NameOf(beside.Folder.Experiment.Config);
        if (metric is null)
            throw new InputException($"Beside {name} it is the metric denoising-loss that is measured; name it among the "
                + "metrics.");
        if (beside.Folder.Manifest.Data.Hash != trained.Folder.Manifest.Data.Hash)
            throw new InputException($"{name} was trained on other images, among which may be those that this network has not "
                + "seen; the two do not compare.");
        if (!beside.Schedule.AlphaBar.SequenceEqual(trained.Schedule.AlphaBar))
            throw new InputException($"{name} has another noise schedule, so that its loss is of other noise; the two do not "
                + "compare.");
    }

    static string Origin(TrainedRun run) => run.WeightsFile is not null ? "from-file"
        : Invariant($"step-{run.Step:000000}-{(run.IsRaw ? "raw" : "average")}");

    static string Hash(TrainedRun run) => WeightsName.Hash(run)[..12];
}
