using System.Text;

namespace Qdiff;

/// <summary>
/// What the head of a pretrained model's card says: the YAML between two lines <c>---</c> at the beginning of its
/// <c>README.md</c>, as model hubs read it, with a group <c>qdiff</c> of our own.
/// </summary>
public sealed record PretrainedCard
{
    /// <summary>The file's name in the folder of a model.</summary>
    public const string FileName = "README.md";

    /// <summary>What the weights may be used under, such as <c>mit</c>.</summary>
    public required string License { get; init; }

    /// <summary>The program that the weights are for.</summary>
    public string LibraryName { get; init; } = "qdiff";

    /// <summary>What the model may be looked for by.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The data sets that it was trained on, by their names in the <see cref="Catalog"/>.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>The network's name.</summary>
    public required string Model { get; init; }

    /// <summary>The reading of the network.</summary>
    public required string Wiring { get; init; }

    /// <summary>Trainable numbers of a network.</summary>
    public required int Parameters { get; init; }

    /// <summary>How many of them can act on the output.</summary>
    public required int Live { get; init; }

    /// <summary>Training steps; of several networks those of the longest training.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps of the network whose weights it began with (<see cref="TransferConfig"/>); 0 if it began anew.</summary>
    public long SourceSteps { get; init; }

    /// <summary>The seed of the training.</summary>
    public required long Seed { get; init; }

    /// <summary>Whether the weights are those that the optimiser left, instead of their running average.</summary>
    public bool Raw { get; init; }

    /// <summary>The files of weights: one, or one for each class.</summary>
    public required IReadOnlyList<PretrainedFile> WeightFiles { get; init; }

    /// <summary>The file of the mean of the training images (<see cref="MeanStart"/>); null if there is none.</summary>
    public PretrainedFile? Mean { get; init; }

    /// <summary>The image beside the card, and how its samples were drawn.</summary>
    public required PretrainedSamples Samples { get; init; }

    /// <summary>What was measured; empty if nothing was.</summary>
    public required IReadOnlyList<PretrainedMetric> Measured { get; init; }

    /// <summary>The SHA-256 of the weights: the file's, or of several files that of their list as <c>sha256sum</c> prints
    /// it.</summary>
    public string Sha256 => WeightFiles is [var only] ? only.Sha256
        : Sha256Hex.Of(Encoding.ASCII.GetBytes(string.Concat(WeightFiles.Select(file => $"{file.Sha256}  {file.File}\n"))));

    /// <summary>Reads the head of a card.</summary>
    /// <exception cref="InputException">There is no card, or it lacks a field; the message names it.</exception>
    public static PretrainedCard Read(string path) => PretrainedCardReader.Read(path).Card;
}

/// <summary>A file of weights, or of mean images.</summary>
/// <param name="File">Its plain name.</param>
/// <param name="Sha256">Of its bytes, 64 hexadecimal digits.</param>
/// <param name="Class">The label of the class that its network draws; null if there is one network.</param>
public sealed record PretrainedFile(string File, string Sha256, int? Class = null);

/// <summary>A number that was measured, and how.</summary>
/// <param name="Metric">What is measured: <c>fid</c>, <c>kid</c>, <c>precision</c> …</param>
/// <param name="Value">The value.</param>
/// <param name="Low">The lower end of its 95 % interval; null where none was computed.</param>
/// <param name="High">The upper end.</param>
/// <param name="Real">What real images get in the place of the samples; null where that was not measured.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Drawn">How they were drawn.</param>
/// <param name="Protocol">How it was measured, in full.</param>
public sealed record PretrainedMetric(string Metric, double Value, double? Low, double? High, double? Real, int Samples,
    string Drawn, string Protocol);
