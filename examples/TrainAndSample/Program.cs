using Qdiff;
using Qdiff.Papers;

ImageSet images = FashionMnist.LoadBuiltIn();
NoiseSchedule schedule = NoiseSchedule.Cosine(steps: 1000);
Network network = PublishedModels.Named("qvunet-1hq").Build();
var objective = new Objective(schedule, Prediction.Epsilon, Weighting.P2());

int steps = args.Length > 0 ? int.Parse(args[0]) : 500;
var state = new TrainingState(network, seed: 42);
var trainer = new Trainer(state, objective, images, new TrainerOptions { Batch = 128, Seed = 42 });
foreach (TrainingStep step in trainer.Run().Take(steps))
    if (step.Number % 10 == 0) Console.WriteLine($"{step.Number,5}  loss {step.Loss:F4}  {step.Seconds:F3} s");

var sampler = new SampleGenerator(network, schedule, Prediction.Epsilon, new DdimSampler { Steps = 50 });
float[] samples = sampler.Generate(state.Average, seed: 7, count: 16);
ImageGrid.Save(ImageSet.FromSamples("samples", network.Image, samples), "samples.png", new() { Scale = 3 });
Console.WriteLine("wrote samples.png");
