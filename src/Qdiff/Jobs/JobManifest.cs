using System.Globalization;
using System.Text;

namespace Qdiff;

/// <summary>
/// What a folder of jobs says of itself, as <c>manifest.json</c>. It is read by whoever runs the jobs; nothing of it is believed
/// when counts come back: the jobs are computed again.
/// </summary>
public sealed record JobManifest
{
    /// <summary>The name of its file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The only format so far.</summary>
    public const string FormatName = "qdiff-jobs-1";

    /// <summary><see cref="FormatName"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>The arithmetic of the machine that computed the inputs.</summary>
    public required string Arithmetic { get; init; }

    /// <summary>The network whose circuits they are.</summary>
    public required JobModel Model { get; init; }

    /// <summary>The call of the network.</summary>
    public required JobCall Call { get; init; }

    /// <summary>How often each job measures its circuit.</summary>
    public required int Shots { get; init; }

    /// <summary>What the wires are called.</summary>
    public string Wires => "wire i is q[i] of the circuit, measured into c[i]";

    /// <summary>What the digits of an outcome are here and in the counts that are written here.</summary>
    public string BitOrder => JobCounts.Wire0First;

    /// <summary>The stages so far, each of jobs that do not need each other's counts.</summary>
    public required IReadOnlyList<JobStage> Stages { get; init; }

    /// <summary>How many runs of circuits have inputs that depend on the counts of the last stage.</summary>
    public required int Waiting { get; init; }

    /// <summary>The jobs, stage by stage.</summary>
    public required IReadOnlyList<CircuitJob> Jobs { get; init; }

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="InputException">There is none, or it cannot be understood.</exception>
    internal static JobManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!Directory.Exists(folder))
            throw new InputException($"There is no folder of jobs {folder}.{NearestPath.Hint(folder)}");
        if (!File.Exists(path))
            throw new InputException($"{folder} is no folder of jobs: it has no {FileName}.");
        JobManifest manifest = RunJson.Read<JobManifest>(path);
        if (manifest.Format != FormatName)
            throw new InputException($"{path} is of format '{manifest.Format}'; this program reads {FormatName}.");
        if (manifest.Stages.Contains(null!) || manifest.Jobs.Contains(null!) || manifest.Stages.Count == 0
            || manifest.Stages.Sum(stage => (long)stage.Jobs) != manifest.Jobs.Count
            || manifest.Stages.Any(stage => stage.Jobs < 1) || manifest.Shots is < 1 or > JobOptions.MostShots)
            throw new InputException($"{path} was changed: its stages, jobs and shots do not fit together. Export again.");
        return manifest;
    }
}

/// <summary>The network of a folder of jobs, which lies in <c>model/</c>.</summary>
/// <param name="Name">What configurations call it.</param>
/// <param name="Wiring">As published or as released.</param>
/// <param name="Source">The run or model that it was taken from.</param>
/// <param name="Step">The training steps behind the weights.</param>
/// <param name="Sha256">Of the file of weights.</param>
public sealed record JobModel(string Name, string Wiring, string Source, long Step, string Sha256);

/// <summary>One call of a network.</summary>
/// <param name="Timestep">For which all images are noisy.</param>
/// <param name="Seed">Of the images.</param>
/// <param name="First">The number of the first image.</param>
/// <param name="Images">How many.</param>
/// <param name="Steps">Of DDIM, computed exactly, that led to the timestep.</param>
/// <param name="Sha256">Of the file of the noisy images, <c>images.npz</c>.</param>
public sealed record JobCall(int Timestep, long Seed, long First, int Images, int Steps, string Sha256);

/// <summary>Jobs that do not need each other's counts.</summary>
/// <param name="Stage">Its number, from 1.</param>
/// <param name="Jobs">How many there are.</param>
/// <param name="Circuits">How many different circuits: jobs whose circuits are equal share a file.</param>
/// <param name="Sha256">Of all of them, the weights and the shots: counts say with it what they belong to.</param>
public sealed record JobStage(int Stage, int Jobs, int Circuits, string Sha256);

/// <summary>One run of a circuit for one image.</summary>
/// <param name="Job">Its number, from 1, which is its name in counts.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Image">The number of the image.</param>
/// <param name="Circuit">Which circuit of the network: <c>mid.res0.circuit.3</c> is the fourth group of that block.</param>
/// <param name="Run">The run's number among all runs of the call, in the order of the computation.</param>
/// <param name="Patch">Which patch of the image it takes.</param>
/// <param name="Basis">In which basis it measures: <c>Z</c>, or a Pauli string.</param>
/// <param name="Wires">How many wires are measured.</param>
/// <param name="Sha256">Of the circuit's file, and its name.</param>
public sealed record CircuitJob(int Job, int Stage, long Image, string Circuit, long Run, int Patch, string Basis, int Wires,
    string Sha256)
{
    /// <summary>The circuit's file inside the folder.</summary>
    public string File => $"circuits/{Sha256}.qasm";

    internal string Key => Job.ToString(CultureInfo.InvariantCulture);

    /// <summary>What makes the jobs of a stage those and no others.</summary>
    internal static string HashOf(IEnumerable<CircuitJob> jobs, JobModel model, JobCall call, int shots)
    {
        StringBuilder all = new(Invariant($"{model.Sha256} {call.Sha256} {call.Timestep} {shots}\n"));
        foreach (CircuitJob job in jobs) all.Append(Invariant($"{job.Job} {job.Wires} {job.Sha256}\n"));
        return Sha256Hex.Of(Encoding.UTF8.GetBytes(all.ToString()));
    }
}
