using System.Diagnostics;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What a training measures and draws besides its steps; none of it may end one.</summary>
public sealed partial class TrainingRun
{
    void MeasureShift()
    {
        Doing?.Invoke("measuring the mean error");
        try
        {
            Shift = MeanShift.Measure(State, objective, images, workers, hurry);
            if (Shift is not null) Folder.Log(Shift.ToString(), DateTimeOffset.UtcNow);
        }
        catch (OperationCanceledException)
        {
            // Whoever is in a hurry does without it; the training is whole.
        }
        catch (Exception e)
        {
            RequireInPlace();
            Tell($"The mean error of the network could not be measured: {e.Message}");
        }
        finally
        {
            Doing?.Invoke(null);
        }
    }

    /// <summary>Draws what belongs to the present step. Samples that fail are said, and cost nothing but themselves.</summary>
    void Illustrate(bool film, bool missing = false)
    {
        var watch = Stopwatch.StartNew();
        LacksSamples = false;
        try
        {
            if (samples.Plan.HasSheet(State.Step) || samples.Plan.HasFrame(State.Step))
                Doing?.Invoke(Invariant($"drawing the samples of step {State.Step:N0}"));
            try
            {
                forecast.Samples(samples.Draw(missing, hurry), watch.Elapsed.TotalSeconds);
            }
            catch (OperationCanceledException)
            {
                LacksSamples = true;
            }

            if (film) samples.SaveFilm();
        }
        catch (Exception e) when (e is not (ProcessFailedException { HasLeft: true } or DeviceFailedException))
        {
            RequireInPlace();
            string failure = Invariant(
                $"The samples of step {State.Step:N0} could not be drawn: {e.Message.TrimEnd('.')}. The training ")
                + "goes on without them.";
            Tell(failure);
        }
        finally
        {
            Doing?.Invoke(null);
        }
    }
}
