using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Qdiff.Evaluation;

/// <summary>
/// How a value was measured, complete enough that two values with equal protocols compare and two others do not. Its text is
/// canonical: <c>fid/inception-768-tf1bilinear/v1 d=768 n=7000:7000 split=train seed=0 weights=sha256:… reference=sha256:…</c>.
/// </summary>
/// <remarks>What a name means never changes; a new way of measuring gets a new name or <see cref="Version"/>.</remarks>
public sealed record Protocol
{
    /// <summary>
    /// What is measured: fid, kid, is, precision, recall, density, coverage, memorisation, ssim, msssim, accuracy, …
    /// </summary>
    public required string Metric { get; init; }

    /// <summary>The network and layer that made the features, for instance inception-768.</summary>
    public required string Features { get; init; }

    /// <summary>How images came to the network's size, for instance tf1bilinear; "none" when they kept their own.</summary>
    public string Resize { get; init; } = "none";

    /// <summary>Version of the way of measuring.</summary>
    public int Version { get; init; } = 1;

    /// <summary>D, the number of features (or classes) of a sample; 0 for metrics on pixels.</summary>
    public int Width { get; init; }

    /// <summary>Number of real samples; 0 for metrics that need none.</summary>
    public int RealCount { get; init; }

    /// <summary>Number of generated samples.</summary>
    public required int GeneratedCount { get; init; }

    /// <summary>The part of the data that the real samples were taken from, for instance train or test.</summary>
    public string Split { get; init; } = "none";

    /// <summary>Seed of every random choice in the measurement itself: reference part, subsets, order.</summary>
    public long Seed { get; init; }

    /// <summary>Hash of the feature network's weights, for instance sha256:0123abcd.</summary>
    [JsonPropertyName("weights")]
    public string WeightsHash { get; init; } = "none";

    /// <summary>Hash of the real samples.</summary>
    public string Reference { get; init; } = "none";

    /// <summary>Kernel distance: number of subsets; null over all samples at once.</summary>
    public int? Subsets { get; init; }

    /// <summary>Kernel distance: samples in a subset.</summary>
    public int? SubsetSize { get; init; }

    /// <summary>Inception score: number of splits. Multiscale similarity: number of scales.</summary>
    public int? Splits { get; init; }

    /// <summary>Precision, recall, density, coverage: k of the k-th nearest neighbour.</summary>
    public int? Neighbours { get; init; }

    /// <summary>Further numbers of a metric of one's own by name; null if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Parameters { get; init; }

    /// <summary>Whether fewer samples than the metric bears were accepted knowingly; stands in the text for all to see.</summary>
    public bool FewSamples { get; init; }

    /// <summary>Metric, features, resize and version: <c>fid/inception-768-tf1bilinear/v1</c>.</summary>
    public string Name => $"{Metric}/{Features}{(Resize == "none" ? "" : "-" + Resize)}/v{Version}";

    /// <summary>The canonical text. Equal texts, and only they, are equal protocols.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        Add("d", Width == 0 ? null : Width);
        text.Append(CultureInfo.InvariantCulture, $" n={RealCount}:{GeneratedCount}");
        Add("split", Split == "none" ? null : Split);
        Add("subsets", Subsets);
        Add("subset-size", SubsetSize);
        Add("splits", Splits);
        Add("k", Neighbours);
        foreach (string name in Parameters?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
            Add(name, Parameters![name]);
        Add("seed", Seed);
        Add("weights", WeightsHash == "none" ? null : WeightsHash);
        Add("reference", Reference == "none" ? null : Reference);
        if (FewSamples) text.Append(" few-samples");
        return text.ToString();

        void Add(string key, object? value)
        {
            if (value is not null) text.Append(CultureInfo.InvariantCulture, $" {key}={value}");
        }
    }

    /// <summary>Whether the texts are equal, whichever dictionary holds the parameters.</summary>
    public bool Equals(Protocol? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Refuses names that would garble the text.</summary>
    /// <exception cref="InputException">A name that is no word.</exception>
    public void Check()
    {
        foreach ((string name, string value) in (IEnumerable<(string, string)>)[("metric", Metric), ("features", Features),
            ("resize", Resize), ("split", Split), ("weights hash", WeightsHash), ("reference hash", Reference),
            .. Parameters?.Keys.Select(key => ("parameter", key)) ?? []])
            if (value.Length == 0 || value.Any(c => char.IsWhiteSpace(c) || c is '/' or '='))
                throw new InputException($"The protocol's {name} '{value}' must be a word without blanks, '/' and '='; use "
                    + "'none' where there is none.");
    }

    /// <summary>The same with a further number of the metric.</summary>
    public Protocol With(string name, double value) =>
        this with
        {
            Parameters = new Dictionary<string, double>(Parameters ?? Enumerable.Empty<KeyValuePair<string, double>>(),
                StringComparer.Ordinal)
            { [name] = value },
        };

    /// <summary>Names what differs between two protocols, or null when they are equal.</summary>
    public static string? Difference(Protocol a, Protocol b)
    {
        if (a.Name != b.Name) return $"{a.Name} against {b.Name}";
        string[] fieldsA = a.ToString().Split(' '), fieldsB = b.ToString().Split(' ');
        string[] onlyA = [.. fieldsA.Except(fieldsB)], onlyB = [.. fieldsB.Except(fieldsA)];
        return onlyA.Length + onlyB.Length == 0 ? null : $"{Words(onlyA)} against {Words(onlyB)}";

        static string Words(string[] fields) => fields.Length == 0 ? "none of it" : string.Join(' ', fields);
    }
}
