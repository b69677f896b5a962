namespace Examples;

/// <summary>Runs the example that is named first with the arguments that follow: <c>OwnSampler train --config ...</c>.</summary>
static class Program
{
    static readonly Dictionary<string, Func<string[], int>> s_examples = new()
    {
        [nameof(OwnAnsatz)] = OwnAnsatz.Main,
        [nameof(OwnEncoding)] = OwnEncoding.Main,
        [nameof(OwnSampler)] = OwnSampler.Main,
        [nameof(OwnWeighting)] = OwnWeighting.Main,
        [nameof(OwnLayer)] = OwnLayer.Main,
        [nameof(OwnNetwork)] = OwnNetwork.Main,
        [nameof(OwnDataSet)] = OwnDataSet.Main,
        [nameof(OwnMetric)] = OwnMetric.Main,
        [nameof(OwnFeatureNetwork)] = OwnFeatureNetwork.Main,
        [nameof(WebService)] = WebService.Main,
    };

    static int Main(string[] args)
    {
        if (args.Length > 0 && s_examples.TryGetValue(args[0], out Func<string[], int>? example)) return example(args[1..]);
        Console.Error.WriteLine($"Name an example: {string.Join(", ", s_examples.Keys)}.");
        return 2;
    }
}
