using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The option that has a network's mean errors taken off, for verbs that draw samples.</summary>
sealed class CalibrationArguments
{
    readonly Option<int?> images = new("--calibrate")
    {
        Description = "Take the network's mean errors off its predictions, measured on so many training images (1024 is usual), "
            + "for each class if it knows any; 0 leaves them.",
    };

    /// <summary>It.</summary>
    public Option[] Options => [images];

    /// <summary>Adds it to a verb.</summary>
    public void AddTo(Command verb) => verb.Add(images);

    /// <summary>The configuration with what was said instead.</summary>
    /// <exception cref="InputException">The number makes no sense.</exception>
    public SamplingConfig Apply(ParseResult parsed, SamplingConfig config)
    {
        config = config with { Calibration = parsed.GetValue(images) ?? config.Calibration };
        return config.Calibration is >= 0 and <= ExperimentSettings.MostCalibrationImages ? config
            : throw new InputException(FormattableString.Invariant($"--calibrate {config.Calibration}: give a number of images ")
                + FormattableString.Invariant($"from 0 to {ExperimentSettings.MostCalibrationImages:N0}; 1024 is usual."));
    }
}
