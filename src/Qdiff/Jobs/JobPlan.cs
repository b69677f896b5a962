using System.Text;
using Qdiff.Quantum;

namespace Qdiff;

/// <summary>One stage of a call: the jobs that can be done now, as circuits with all their numbers.</summary>
sealed class JobPlan
{
    readonly DevicePass pass;
    readonly List<(CircuitJob Job, CircuitRun Run, MeasurementBasis Basis)> entries = [];

    JobPlan(DevicePass pass) => this.pass = pass;

    public required JobStage Stage { get; init; }

    /// <summary>Runs of circuits whose inputs depend on the counts of these jobs.</summary>
    public required int Waiting { get; init; }

    public IReadOnlyList<CircuitJob> Jobs => [.. entries.Select(entry => entry.Job)];

    /// <summary>The jobs that are next; null if everything was measured.</summary>
    /// <param name="pass">What was measured so far.</param>
    /// <param name="before">The last stage so far, if there is one, and how many jobs there are up to it.</param>
    /// <param name="write">Is given each circuit's file name and text, once for all jobs that share it.</param>
    public static JobPlan? Next(DevicePass pass, JobModel model, JobCall call, int shots, (int Stage, int Jobs) before,
        Action<string, string>? write = null)
    {
        (IReadOnlyList<CircuitRun> ready, int waiting) = pass.Next();
        if (ready.Count == 0) return null;
        List<(CircuitJob Job, CircuitRun Run, MeasurementBasis Basis)> entries = [];
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (CircuitRun run in ready)
        {
            Circuit circuit = run.Layer.Lowered.Circuit;
            double[] inputs = Array.ConvertAll(run.Inputs, value => (double)value), weights = pass.WeightsOf(run.Layer);
            foreach (MeasurementBasis basis in MeasurementBasis.Of(run.Layer.Lowered.ReadOuts))
            {
                string text = basis.Write(circuit, inputs, weights), hash = Sha256Hex.Of(Encoding.UTF8.GetBytes(text));
                CircuitJob job = new(before.Jobs + entries.Count + 1, before.Stage + 1, call.First + run.Image, run.Layer.Name,
                    run.Number, run.Patch, basis.Name, circuit.Qubits - circuit.Ancillas, hash);
                if (written.Add(hash)) write?.Invoke(job.File, text);
                entries.Add((job, run, basis));
            }
        }

        JobPlan plan = new(pass)
        {
            Stage = new(before.Stage + 1, entries.Count, written.Count,
                CircuitJob.HashOf(entries.Select(entry => entry.Job), model, call, shots)),
            Waiting = waiting,
        };
        plan.entries.AddRange(entries);
        return plan;
    }

    /// <summary>Gives the pass what the device measured.</summary>
    /// <param name="readOut">The noise whose errors of the read-out are taken back; null for none.</param>
    /// <exception cref="InputException">The counts are not those of these jobs, or the noise cannot be theirs.</exception>
    public void Take(JobCounts counts, int shots, NoiseModel? readOut)
    {
        counts.Require(Jobs, shots);
        foreach (var run in entries.GroupBy(entry => entry.Run))
        {
            int readOuts = run.Key.Layer.Lowered.ReadOuts.Count;
            (double[] means, double[] variances) = (new double[readOuts], new double[readOuts]);
            foreach ((CircuitJob job, _, MeasurementBasis basis) in run)
                try
                {
                    readOut?.Require(job.Wires);
                    basis.Add(counts.Of(job), means, variances, readOut);
                }
                catch (ArgumentException e)
                {
                    throw InputException.Because($"The noise of the counts of job {job.Job}", e);
                }

            pass.Add(new(run.Key, means, variances));
        }
    }
}
