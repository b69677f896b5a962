using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

// What a part of a trained network contributes: draws the same samples with the values of some parameters shuffled, tensor by
// tensor, and says how far the pixels move. ShuffledParameters MODEL|FOLDER WORD [WORD ...]; a word chooses the parameters
// whose names have it.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: ShuffledParameters MODEL|FOLDER WORD [WORD ...], such as: mnist-qvunet-1hq .circuit. mid.");
    return 2;
}

const int count = 64, seed = 7;
var sampler = new DpmSolverSampler { Steps = 20 };
TrainedRun trained = PretrainedModel.Named(args[0], Papers.Catalog).Load();
float[] samples = trained.Sampler(sampler).Generate(seed, count);
foreach (string word in args[1..])
{
    Weights shuffled = trained.Weights.Copy();
    int parameters = 0;
    foreach (Parameter parameter in shuffled.Table.Where(parameter => parameter.Name.Contains(word)))
    {
        new Random(seed).Shuffle(shuffled[parameter]);
        parameters += parameter.Count;
    }

    shuffled.Refresh();
    float[] others = (trained with { Weights = shuffled }).Sampler(sampler).Generate(seed, count);
    double[] differences = [.. samples.Zip(others, (a, b) => 127.5 * Math.Abs(a - b))];
    Console.WriteLine($"{word,-24} {parameters,9:N0} parameters   "
        + $"mean of pixels {differences.Average():G3} of 255, largest {differences.Max():G3}");
}

return 0;
