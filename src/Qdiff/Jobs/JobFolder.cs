using System.Reflection;
using System.Text;
using System.Text.Json;
using Qdiff.Imaging;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// One call of a trained network as jobs for a quantum computer: a folder with <c>manifest.json</c>, a file of OpenQASM 3 for
/// each circuit, the network and its noisy images. Circuits whose inputs depend on others' outcomes are written in stages: those
/// of the next stage when the counts of the last one are there.
/// </summary>
/// <example>
/// <code>
/// TrainedRun run = PretrainedModel.Named("mnist-qvunet-1hq", Papers.Catalog).Load();
/// JobFolder jobs = JobFolder.Export(run, "jobs", new() { Shots = 1000, Images = 4 });
/// JobResult? result = null;
/// while (result is null) result = jobs.Import(jobs.Simulate(NoiseModel.None, seed: 1), Papers.Catalog);
/// </code>
/// </example>
public sealed class JobFolder
{
    const string ImagesFile = "images.npz", ResultFile = "result.json", CircuitsFolder = "circuits", CountsFolder = "counts";

    // A circuit of many gates with all their numbers.
    const int LargestCircuit = 16_000_000;

    JobFolder(string path, JobManifest manifest) => (Path, Manifest) = (path, manifest);

    /// <summary>Its place.</summary>
    public string Path { get; }

    /// <summary>What it says of itself; after <see cref="Import"/> with the jobs of a further stage.</summary>
    public JobManifest Manifest { get; private set; }

    /// <summary>The jobs of the last stage, whose counts are asked for.</summary>
    public IReadOnlyList<CircuitJob> Current => [.. Manifest.Jobs.TakeLast(Manifest.Stages[^1].Jobs)];

    /// <summary>Opens a folder.</summary>
    /// <exception cref="InputException">It is none, or its manifest cannot be understood.</exception>
    public static JobFolder Open(string path) => new(path, JobManifest.Read(path));

    /// <summary>Writes the jobs of the first stage into a new folder, whole or not at all.</summary>
    /// <exception cref="InputException">The folder is there already, the network has no circuits or has some that OpenQASM cannot
    /// say, or an option cannot be.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static JobFolder Export(TrainedRun run, string path, JobOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Require(run);
        path = System.IO.Path.TrimEndingDirectorySeparator(path);
        if (System.IO.Path.Exists(path)) throw new InputException($"{path} is there already; name a new folder.");
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
            throw new InputException($"{path} cannot be made: there is no folder {parent}.");
        // A name that nobody has: what another export is writing is not this one's to remove.
        string beside = $"{path}.{Guid.NewGuid():N}{WholeFile.Unfinished}";
        try
        {
            Directory.CreateDirectory(beside);
            Fill(beside, run, options, cancellationToken);
            Directory.Move(beside, path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The folder {path} cannot be written: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        }

        return Open(path);
    }

    /// <summary>Plays the device: the counts of the jobs of the last stage, drawn from the circuits' files.</summary>
    /// <param name="noise">The noise of the device.</param>
    /// <param name="seed">Each job draws from a stream of this seed and its number.</param>
    /// <param name="progress">Is told how much of the whole is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Asks to stop between two jobs.</param>
    /// <exception cref="InputException">A circuit is missing or was changed, or there is noise on a wire that it does not
    /// have.</exception>
    public JobCounts Simulate(NoiseModel noise, long seed, Action<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Dictionary<string, IReadOnlyDictionary<string, int>> counts = [];
        IReadOnlyList<CircuitJob> jobs = Current;
        foreach (CircuitJob job in jobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                CircuitShots drawn = CircuitShots.Draw(Read(job), null, [], [], Manifest.Shots,
                    new RandomStream(seed, "device", job.Job), noise);
                counts[job.Key] = drawn.Counts!;
            }
            catch (ArgumentException e)
            {
                throw InputException.Because($"The circuit of job {job.Job}", e);
            }

            progress?.Invoke((double)counts.Count / jobs.Count);
        }

        return new(Manifest.Stages[^1].Sha256, counts);
    }

    /// <summary>
    /// Takes the counts of the last stage. If circuits depend on them, the jobs of the next stage are written; else the rest of
    /// the network is computed, and <c>result.json</c> and <c>result.png</c> say how far that is from the exact call.
    /// </summary>
    /// <param name="counts">What the device saw.</param>
    /// <param name="catalog">The parts that the network's configuration names.</param>
    /// <param name="readOut">The noise whose errors of the read-out are taken back of these counts, as by
    /// <see cref="ErrorMitigation"/>, and kept beside them for further stages; null for none.</param>
    /// <returns>The result, or null if there is a further stage.</returns>
    /// <exception cref="InputException">The counts are not of these jobs, the noise cannot be theirs, or the folder was changed
    /// since its export or has the result of other counts or of another mitigation.</exception>
    public JobResult? Import(JobCounts counts, Catalog catalog, NoiseModel? readOut = null)
    {
        // Two that import counts of one stage would leave the jobs of one beside the counts of the other.
        using FileStream importing = LockFile.Wait(PathOf(JobManifest.FileName));
        Manifest = JobManifest.Read(Path);
        RequireOfLastStage(counts);
        RequireNoOtherResult(counts, readOut);
        TrainedRun run = JobNetwork.Open(Path, Manifest.Model, catalog);
        DevicePass pass = new(run, NoisyImages.Read(PathOf(ImagesFile), Manifest.Call, run));
        int jobs = 0, last = Manifest.Stages.Count;
        bool isMitigated = false;
        for (int stage = 1; stage <= last; stage++)
        {
            JobPlan? plan = Next(pass, (stage - 1, jobs));
            if (plan is null || plan.Stage.Sha256 != Manifest.Stages[stage - 1].Sha256) throw OfAnother(stage);
            NoiseModel? errors = stage == last ? readOut : JobReadOut.Read(ReadOutOf(stage));
            plan.Take(stage == last ? counts : JobCounts.Read(CountsOf(stage)), Manifest.Shots, errors);
            isMitigated |= errors is not null;
            jobs += plan.Stage.Jobs;
        }

        JobPlan? next = Next(pass, (last, jobs), Write(Path));
        JobReadOut.Keep(ReadOutOf(last), readOut);
        WholeFile.Write(CountsOf(last), counts.ToBytes(), makeFolder: true);
        if (next is null)
        {
            JobResult result = JobResult.Of(pass, jobs, Manifest.Shots) with { Mitigation = isMitigated ? "readout" : null };
            WholeFile.Write(PathOf(ResultFile), JsonSerializer.SerializeToUtf8Bytes(result, RunJson.File));
            Png.Save(result.Picture!, PathOf("result.png"), new KeyValuePair<string, string>("Software", "Qdiff"));
            return result;
        }

        // Last, so that the folder is that of the stage before until everything of this one is there.
        Save(Path, Manifest with
        {
            Stages = [.. Manifest.Stages, next.Stage],
            Waiting = next.Waiting,
            Jobs = [.. Manifest.Jobs, .. next.Jobs],
        });
        Manifest = JobManifest.Read(Path);
        return null;
    }

    static void Fill(string folder, TrainedRun run, JobOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(folder, CircuitsFolder));
        NoisyImages images = NoisyImages.Draw(run, options, cancellationToken);
        byte[] bytes = images.ToBytes(run.Network);
        WholeFile.Write(System.IO.Path.Combine(folder, ImagesFile), bytes);
        JobModel model = JobNetwork.Write(folder, run);
        JobCall call = new(images.Timestep, options.Seed, options.First, options.Images, options.Steps, Sha256Hex.Of(bytes));
        JobPlan plan = JobPlan.Next(new(run, images), model, call, options.Shots, default, Write(folder))
            ?? throw new InputException("No circuit of the network runs in a call of it.");
        Save(folder, new()
        {
            Format = JobManifest.FormatName,
            Version = typeof(JobFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion,
            Arithmetic = Arithmetic.Here.ToString(),
            Model = model,
            Call = call,
            Shots = options.Shots,
            Stages = [plan.Stage],
            Waiting = plan.Waiting,
            Jobs = plan.Jobs,
        });
    }

    JobPlan? Next(DevicePass pass, (int Stage, int Jobs) before, Action<string, string>? write = null) =>
        JobPlan.Next(pass, Manifest.Model, Manifest.Call, Manifest.Shots, before, write);

    void RequireOfLastStage(JobCounts counts)
    {
        JobStage last = Manifest.Stages[^1];
        if (counts.Jobs == last.Sha256) return;
        throw Manifest.Stages.FirstOrDefault(stage => stage.Sha256 == counts.Jobs) is { } earlier
            ? new InputException($"{counts.Source} is of stage {earlier.Stage}, whose counts are imported; those of stage "
                + $"{last.Stage} are needed.")
            : new InputException($"{counts.Source} is of other jobs: stage {last.Stage} of {Path} has the SHA-256 "
                + $"{last.Sha256}.");
    }

    /// <summary>What a device counted is not replaced by other counts, of a simulation, say, nor by the same with other errors
    /// taken back.</summary>
    void RequireNoOtherResult(JobCounts counts, NoiseModel? readOut)
    {
        int last = Manifest.Stages.Count;
        string kept = CountsOf(last);
        if (!File.Exists(PathOf(ResultFile)) || !File.Exists(kept)) return;
        string? other = !JobCounts.Read(kept).AreThoseOf(counts) ? $"other counts, {kept}"
            : !JobReadOut.IsKept(ReadOutOf(last), readOut) ? "these counts with other errors of the read-out taken back, or none"
            : null;
        if (other is not null)
            throw new InputException($"{PathOf(ResultFile)} is of {other}. Import {counts.Source} into a copy of the folder, or "
                + "remove the result first.");
    }

    /// <summary>The circuit of a job, as its file says.</summary>
    Circuit Read(CircuitJob job)
    {
        if (!Sha256Hex.Is(job.Sha256)) throw new InputException($"Job {job.Job} of {Path} names no SHA-256 of a circuit.");
        string path = PathOf(job.File);
        if (!File.Exists(path)) throw new InputException($"The circuit of job {job.Job} is missing: {path}.");
        byte[] bytes = TextFile.ReadBytes(path, LargestCircuit);
        if (Sha256Hex.Of(bytes) != job.Sha256)
            throw new InputException($"{path} was changed since it was written. Export again.");
        Circuit circuit;
        try
        {
            circuit = Qasm.Read(Encoding.UTF8.GetString(bytes));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new InputException($"{path} is no circuit: {e.Message}", e);
        }

        int wires = circuit.Qubits - circuit.Ancillas;
        return wires == job.Wires ? circuit : throw new InputException($"{path} has {wires} wires, and job {job.Job} is said to "
            + $"have {job.Wires}. Export again.");
    }

    InputException OfAnother(int stage) => new($"The jobs of stage {stage} in {PathOf(JobManifest.FileName)} are not those of "
        + "the network beside it: it was changed, or exported by another version "
        + $"({Manifest.Version}, {Manifest.Arithmetic}; this is {Arithmetic.Here}).");

    static Action<string, string> Write(string folder) =>
        (file, text) => WholeFile.Write(System.IO.Path.Combine(folder, file), text);

    static void Save(string folder, JobManifest manifest) => WholeFile.Write(
        System.IO.Path.Combine(folder, JobManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, RunJson.File));

    string CountsOf(int stage) => PathOf($"{CountsFolder}/stage-{stage}.json");

    string ReadOutOf(int stage) => PathOf($"{CountsFolder}/stage-{stage}.yaml");

    string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
