using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>The curves of the training.</summary>
static class TrainingSection
{
    public static Html Of(RunContent run)
    {
        IReadOnlyList<TrainingStep> steps = run.Steps;
        if (steps.Count == 0) return Piece.Missing("No step has been logged yet, so there are no curves.");
        bool rates = steps.Any(step => step.LearningRate != steps[0].LearningRate);
        return $"""
            <div class="charts">
            {Loss(run, steps)}{Gradients(steps)}{Layers(RunCurves.LayerNorms(steps), LayerNormNote)}
            {Layers(RunCurves.LayerVariances(steps), LayerVarianceNote)}
            {(rates ? Piece.Chart(RunCurves.LearningRate(steps).ToSvg(), "The learning rate of each step.") : Html.None)}</div>

            """;
    }

    static Html Loss(RunContent run, IReadOnlyList<TrainingStep> steps) =>
        Piece.Chart(RunCurves.Loss(steps, run.Probe).ToSvg(), LossNote(steps, run.Probe.Count > 0));

    static Html Gradients(IReadOnlyList<TrainingStep> steps) =>
        Piece.Chart(RunCurves.Gradients(steps).ToSvg(), GradientNote(steps));

    static Html Layers(LineChart? chart, string note) => chart is null ? Html.None : Piece.Chart(chart.ToSvg(), note);

    /// <summary>What is said below the curves of the layers' norms.</summary>
    public const string LayerNormNote = "Norms of the gradient by the angles of each layer of circuits, those of all circuits of "
        + "a block together, before clipping; means of neighbouring steps.";

    /// <summary>What is said below the curves of the layers' variances.</summary>
    public const string LayerVarianceNote = "Variance of the derivatives over the angles of a layer, mean over the circuits "
        + "of a block and neighbouring steps. Where it is tiny in all layers from the beginning, circuits may lie on a barren "
        + "plateau (McClean et al. 2018).";

    /// <summary>What is said below the curve of the loss.</summary>
    public static string LossNote(IReadOnlyList<TrainingStep> steps, bool hasProbe) =>
        Invariant($"The weighted loss of training batches: {steps[0].Loss:G4} at step {steps[0].Number:N0}, ")
        + Invariant($"{steps[^1].Loss:G4} at step {steps[^1].Number:N0}. ") + (hasProbe
            ? "The probe is the loss of the averaged weights on one batch with fixed timesteps and noise." : "");

    /// <summary>What is said below the curves of the gradients.</summary>
    public static string GradientNote(IReadOnlyList<TrainingStep> steps)
    {
        TrainingStep? last = steps.LastOrDefault(step => step.CircuitGradientNorm is not null);
        return last is null
            ? "Euclidean norm of the whole gradient before clipping; the log does not tell circuits and classical parameters "
                + "apart (there are no trained circuits, or it is of an earlier version)."
            : Invariant($"Euclidean norms before clipping; at step {last.Number:N0} {last.ClassicalGradientNorm:G3} of the ")
                + Invariant($"classical parameters and {last.CircuitGradientNorm:G3} of the circuits' angles.");
    }
}
