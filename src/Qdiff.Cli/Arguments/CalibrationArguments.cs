using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The options that help a network by its training images, for verbs that draw samples.</summary>
sealed class CalibrationArguments
{
    readonly Option<int?> images = new("--calibrate")
    {
        Description = "Take the network's mean errors off its predictions, measured on so many training images (1024 is usual), "
            + "for each class if it knows any; 0 leaves them.",
    };

    readonly Option<bool?> meanStart = new("--mean-start")
    {
        Description = "Begin from the mean of the training images, of each class if the network knows any, where noise leaves it "
            + "nothing to see; --mean-start false does not where the configuration does.",
    };

    /// <summary>They.</summary>
    public Option[] Options => [images, meanStart];

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in Options) verb.Add(option);
    }

    /// <summary>The configuration with what was said instead.</summary>
    /// <exception cref="InputException">The number makes no sense.</exception>
    public SamplingConfig Apply(ParseResult parsed, SamplingConfig config)
    {
        config = config with
        {
            Calibration = parsed.GetValue(images) ?? config.Calibration,
            MeanStart = parsed.GetValue(meanStart) ?? config.MeanStart,
        };
        return config.Calibration is >= 0 and <= ExperimentSettings.MostCalibrationImages ? config
            : throw new InputException(FormattableString.Invariant($"--calibrate {config.Calibration}: give a number of images ")
                + FormattableString.Invariant($"from 0 to {ExperimentSettings.MostCalibrationImages:N0}; 1024 is usual."));
    }
}
