using Qdiff;
using Qdiff.Tensors;

namespace Examples;

/// <summary>
/// A layer of one's own, here Snake, y = x + sin²(αx)/α with a trained α (arXiv 2006.08195): forward, backward and the definition
/// that the audit and the tests compute with, in a network that is trained for some steps.
/// </summary>
static class OwnLayer
{
    sealed class Snake(ParameterTable table, string name)
    {
        readonly Parameter alpha = table.Add(name + ".alpha", [1], Initialisers.Ones);

        public Tensor Apply(Tensor input)
        {
            float a = input.Workspace.Weights[alpha][0];
            return Operation.Apply(input, input.Shape, alpha,
                forward: (x, y) =>
                {
                    for (int i = 0; i < y.Length; i++) y[i] = x[i] + MathF.Pow(MathF.Sin(a * x[i]), 2) / a;
                },
                backward: (x, dy, dx, dalpha) =>
                {
                    for (int i = 0; i < dy.Length; i++)
                    {
                        (float sine, float twice) = (MathF.Sin(a * x[i]), MathF.Sin(2 * a * x[i]));
                        dx[i] += dy[i] * (1 + twice);
                        if (!dalpha.IsEmpty) dalpha[0] += dy[i] * (x[i] * twice / a - sine * sine / (a * a));
                    }
                },
                definition: (x, weights) => [.. x.Select(v => v + Math.Pow(Math.Sin(weights[0] * v), 2) / weights[0])]);
        }
    }

    public sealed class SnakeNetwork : Network
    {
        readonly ConvolutionLayer first, last;
        readonly Snake snake;

        public SnakeNetwork() => (first, snake, last) = (new(Parameters, "first", 1, 8, 3, padding: 1),
            new(Parameters, "snake"), new(Parameters, "last", 8, 1, 3, padding: 1));

        public override Shape Image => [1, 28, 28];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            last.Apply(snake.Apply(first.Apply(xt)));
    }

    public static int Main(string[] args)
    {
        var objective = new Objective(NoiseSchedule.Cosine(), Prediction.Epsilon, Weighting.P2());
        var trainer = new Trainer(new(new SnakeNetwork(), seed: 1), objective, FashionMnist.LoadBuiltIn(), new() { Batch = 32 });
        foreach (TrainingStep step in trainer.Run().Take(args.Length > 0 ? int.Parse(args[0]) : 100)) Console.WriteLine(step);
        return 0;
    }
}
