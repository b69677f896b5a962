using Qdiff;
using Qdiff.Imaging;
using Qdiff.Papers;

// Draws the smoothed training loss of several runs in one chart: LossCurves OUTPUT.svg RUN [RUN ...]
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: LossCurves OUTPUT.svg|.png RUN [RUN ...]");
    return 2;
}

ChartSeries[] curves = [.. args[1..].Select(path =>
{
    RunFolder run = RunFolder.Open(path, Papers.Catalog);
    IReadOnlyList<TrainingStep> steps = StepLog.Read(run.StepsFile);
    double[] losses = [.. steps.Select(step => step.Loss)];
    const int window = 50;
    double[] smooth = [.. Enumerable.Range(0, losses.Length).Select(i => losses[Math.Max(0, i - window)..(i + 1)].Average())];
    string classes = string.Join(", ", run.Experiment.Config.Data.Classes);
    return new ChartSeries($"{run.Experiment.Config.Model.Name} {classes}".TrimEnd(),
        [.. steps.Select(step => (double)step.Number)], smooth);
})];
new LineChart
{
    Title = "Training loss, mean of 50 steps",
    XLabel = "step",
    YLabel = "loss",
    LogY = true,
    Series = curves
}.Save(args[0]);
Console.WriteLine(args[0]);
return 0;
