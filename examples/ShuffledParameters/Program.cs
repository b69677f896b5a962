using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

// What a part of a trained network contributes: draws the same samples with the values of some parameters shuffled, tensor by
// tensor, four times, and says how far the pixels move. ShuffledParameters MODEL|FOLDER WORD [WORD ...]; a word chooses the
// parameters whose names have it, or, for scale, is another model, whose samples of the same noise are compared.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: ShuffledParameters MODEL|FOLDER WORD [WORD ...], such as: mnist-qvunet-1hq .circuit. mid.");
    return 2;
}

const int count = 64, seed = 7, shuffles = 4;
var sampler = new DpmSolverSampler { Steps = 20 };
TrainedRun trained = PretrainedModel.Named(args[0], Papers.Catalog).Load();
float[] samples = trained.Sampler(sampler).Generate(seed, count);
foreach (string word in args[1..])
{
    if (PretrainedModels.Here.All().Any(folder => Path.GetFileName(folder) == word))
    {
        TrainedRun other = PretrainedModel.Named(word, Papers.Catalog).Load();
        double[] moved = Differences(other.Sampler(sampler).Generate(seed, count));
        Console.WriteLine($"{word,-24} instead, from the same noise:   mean of pixels {moved.Average():G2} of 255, "
            + $"largest {moved.Max():G3}");
        continue;
    }

    Parameter[] parameters = [.. trained.Weights.Table.Where(parameter => parameter.Name.Contains(word))];
    var means = new List<double>();
    double largest = 0;
    for (int shuffle = 0; shuffle < shuffles; shuffle++)
    {
        var random = new Random(shuffle);
        Weights shuffled = trained.Weights.Copy();
        foreach (Parameter parameter in parameters)
        {
            random.Shuffle(shuffled[parameter]);
        }

        shuffled.Refresh();
        double[] differences = Differences((trained with { Weights = shuffled }).Sampler(sampler).Generate(seed, count));
        means.Add(differences.Average());
        largest = Math.Max(largest, differences.Max());
    }

    Console.WriteLine($"{word,-24} {parameters.Sum(parameter => parameter.Count),9:N0} parameters   "
        + $"mean of pixels {means.Min():G2} to {means.Max():G2} of 255, largest {largest:G3}");
}

return 0;

double[] Differences(float[] others) => [.. samples.Zip(others, (a, b) => 127.5 * Math.Abs(a - b))];
