using Qdiff.Imaging;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>The charts of one run: those of its report.</summary>
static class RunCharts
{
    public static IEnumerable<PageChart> Of(RunContent run)
    {
        IReadOnlyList<TrainingStep> steps = run.Steps;
        IReadOnlyDictionary<long, double> probe = run.Probe;
        if (steps.Count > 0)
        {
            yield return new("loss", RunCurves.Loss(steps, probe), TrainingSection.LossNote(steps, probe.Count > 0));
            yield return new("gradients", RunCurves.Gradients(steps), TrainingSection.GradientNote(steps));
            if (RunCurves.LayerNorms(steps) is { } norms) yield return new("layer-norms", norms, TrainingSection.LayerNormNote);
            if (RunCurves.LayerVariances(steps) is { } variances)
                yield return new("layer-variances", variances, TrainingSection.LayerVarianceNote);
            if (steps.Any(step => step.LearningRate != steps[0].LearningRate))
                yield return new("rate", RunCurves.LearningRate(steps), "The learning rate of each step.");
        }

        foreach (LineChart chart in MetricSection.Charts(run.Evaluations, run.Catalog))
            yield return new("metric-" + chart.Title, chart, MetricSection.ChartNote(chart));
    }
}
