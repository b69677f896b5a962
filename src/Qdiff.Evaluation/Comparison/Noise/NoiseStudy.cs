namespace Qdiff.Evaluation;

/// <summary>
/// What shots and noise do to the images of a trained network: the same metrics of the same noise vectors, seed by seed, for the
/// exact network, for the network with the means of its circuits in their place, and for each number of shots under each noise.
/// </summary>
public sealed record NoiseStudy
{
    /// <summary>Fewer seeds make no band.</summary>
    public const int FewestSeeds = 5;

    /// <summary>Numbers of shots, rising; empty for the limit of many alone.</summary>
    public required IReadOnlyList<int> Shots { get; init; }

    /// <summary>The noises, each with its name.</summary>
    public required IReadOnlyList<NoiseFile> Noises { get; init; }

    /// <summary>Seeds of samples and shots; seed k of every arm begins with the same noise vectors.</summary>
    public int Seeds { get; init; } = FewestSeeds;

    /// <summary>Samples of a seed.</summary>
    public required int Samples { get; init; }

    /// <summary>How they are drawn.</summary>
    public required SamplingConfig Sampling { get; init; }

    /// <summary>Shots a second of the device that times are said of.</summary>
    public double Rate { get; init; } = 1000;

    /// <summary>Threads; 0 for one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Draws and measures all arms.</summary>
    /// <param name="real">What samples are compared with.</param>
    /// <param name="options">The metrics; intervals of single values are not taken.</param>
    /// <exception cref="InputException">The network has no circuits, a noise does not fit them, or what
    /// <see cref="Evaluator.Run"/> refuses.</exception>
    public NoiseStudyResult Run(TrainedRun trained, RealImages real, EvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        if (Seeds < FewestSeeds) throw new InputException($"{Seeds} seeds make no band; take at least {FewestSeeds}.");
        (string Name, int? Shots, string? Noise, CircuitMeasurement How)[] measured = [.. Noises.SelectMany(noise =>
            (Shots.Count == 0 ? [null] : Shots.Select(shots => (int?)shots)).Select(shots => (
                Name: (shots is { } n ? Invariant($"{n:N0} shots") : "many shots") + $", {noise.Name}", shots,
                (string?)noise.Name, new CircuitMeasurement { Shots = shots, Noise = noise.Model })))];
        foreach (var arm in measured) arm.How.Require(trained.Network);
        if (Sampling.Calibration > 0 || Sampling.MeanStart)
            throw new InputException("What shots and noise do is measured without calibration and from the network's own start: "
                + "set sampling.calibration to 0 and sampling.meanStart to false.");
        DenoisingLossMetric.RequireNone(options.Preset);
        Evaluator.Require(options);
        Evaluator.RequireClasses(options, trained.Network.Classes > 0, real.Reference);
        ClassChoice classes = ClassChoice.Create(trained.Network, trained.Folder.Manifest.Data, []);
        EvaluationOptions plain = options with { Resamples = 0, Progress = null, BiasCurve = false };
        int done = 0, arms = measured.Length + 2;
        List<MissingMetric> missing = [];
        List<string> notes = [];

        var means = new CircuitMeans();
        NoiseStudyValues exact = Measure("exact", new() { Recorded = means });
        double runs = means.Runs / ((double)Samples * Seeds), measurements = means.MeasuredRuns / ((double)Samples * Seeds);
        NoiseStudyValues replaced = Measure("circuits replaced by their means", new() { Replaced = means });
        NoiseStudyArm[] all =
        [
            exact.Arm(null, null, null, replaced, null, null),
            replaced.Arm(null, null, exact, null, null, null),
            .. measured.Select(arm => Measure(arm.Name, arm.How).Arm(arm.Shots, arm.Noise, exact, replaced,
                arm.Shots * measurements, arm.Shots * measurements / Rate)),
        ];
        return new()
        {
            Samples = Samples,
            Seeds = Seeds,
            Sampler = SampleRecipe.Create(trained, Sampling, classes.Labels).Words,
            CircuitRunsPerImage = runs,
            Rate = Rate,
            Arms = all,
            Missing = [.. missing.Distinct()],
            Notes = [.. notes.Distinct()],
            Indistinguishable = NoiseStudyResult.PointsOf(all),
        };

        NoiseStudyValues Measure(string name, CircuitMeasurement how)
        {
            var values = new NoiseStudyValues(name, missing);
            var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction,
                Sampling.ToSampler(trained.Catalog, trained.Schedule), Threads)
            { Guidance = Sampling.ToGuidance(), Measurement = how, Device = trained.Catalog.Device };
            for (int k = 0; k < Seeds; k++)
            {
                int at = done * Seeds + k;
                float[] drawn = generator.Generate(trained.Weights, Sampling.Seed + k, Samples, labels: classes.Of,
                    progress: part => options.Progress?.Invoke($"{name}, seed {k + 1} of {Seeds}", (at + part) / (arms * Seeds)),
                    cancellationToken: cancellationToken);
                var images = new ImageSet(name, trained.Network.Image, Array.ConvertAll(drawn, ImageSet.ToPixel),
                    classes.LabelsOf(Samples));
                EvaluationReport report = Evaluator.Run(images, real, plain, "", name, cancellationToken: cancellationToken);
                foreach (MeasuredMetric metric in report.Metrics.Where(metric => metric.Class is null))
                    values.Add(k, metric);
                missing.AddRange(report.Missing);
                notes.AddRange(report.Notes);
            }

            done++;
            return values;
        }
    }
}
