using System.Text.Json;
using Qdiff;
using Qdiff.Cli;
using Qdiff.Dashboard;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>What is read as text, and the files of run folders.</summary>
public sealed partial class Readers
{
    const string Qasm2 = """
        OPENQASM 2.0;
        include "qelib1.inc";
        gate pair(a, b) x, y { rx(a * pi / 2) x; cx x, y; u3(b, -sin(a), 0.25) y; }
        qreg q[3]; creg c[3];
        h q; pair(0.5, 1e-3) q[0], q[1];
        barrier q; crz(2^3) q[1], q[2];
        measure q -> c;

        """;

    const string Qasm3 = """
        OPENQASM 3.0;
        include "stdgates.inc";
        input float[64] x; input array[float[64], 2] w;
        qubit[3] q; bit[3] c;
        const float half = pi / 2;
        def_unused: // a comment
        for int i in [0:2] { ry(half * x) q[i]; }
        ctrl @ inv @ rx(0.5) q[0], q[1];
        pow(2) @ s q[2];
        if (1 < 2) { cx q[0], q[1]; }
        c = measure q;

        """;

    static readonly JsonSerializerOptions s_snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    IEnumerable<InputReader> Texts()
    {
        byte[][] circuits = [BytesOf(Qasm2), BytesOf(Qasm3), BytesOf(Qasm3.Replace("def_unused: // a comment\n", ""))];
        yield return new("qasm", "qasm", circuits, input => QasmProgram.Read(TextOf(input), Where))
        { IsText = true, Refusals = s_malformed };
        yield return OnDisk("circuit-file", "qasm", circuits, path => CircuitFile.Read(path), isText: true);
        yield return new("config", "yaml", [BytesOf(TinyRun.Yaml("tiny")), .. SeedFiles.Ending(".yaml")],
            input => ResolvedExperiment.Parse(TextOf(input), Where, Papers.Catalog))
        { IsText = true };
        byte[][] noise = [SeedFiles.Embedded("noise-ion-trap.yaml"), SeedFiles.Embedded("noise-superconducting.yaml")];
        yield return new("noise", "yaml", noise, input => NoiseFile.Parse(TextOf(input), Where)) { IsText = true };
        yield return OnDisk("model-card", "md", [SeedFiles.Embedded("card.md")], path => PretrainedCard.Read(path), isText: true);
        Circuit basic = PublishedCircuits.Basic(2, 1);
        CircuitVectorCase vector = new("basic", "paper", 2, 1, 1, new double[basic.Inputs], new double[basic.Weights], [1, 1],
            [1, 1], new double[basic.Inputs], new double[basic.Weights]);
        yield return new("vectors", "json", [JsonSerializer.SerializeToUtf8Bytes(new[] { vector }, s_snake)],
            input => CircuitVectors.Check(new MemoryStream(input), Where))
        { IsText = true, Refusals = s_malformed };
        yield return InFolder("costs", "costs.json", [SeedFiles.Embedded("costs.json")], null,
            path => ComparisonFiles.ReadCosts(path));
    }

    IEnumerable<InputReader> RunFiles()
    {
        byte[] Of(string name) => File.ReadAllBytes(Path.Combine(run, name));
        yield return OnDisk("step-log", "jsonl", [Of("steps.jsonl")], path =>
        {
            StepLog.Read(path);
            StepLog.ReadLast(path);
            long position = 0;
            StepLog.ReadFrom(path, ref position);
        }, isText: true);
        yield return InFolder("run-config", RunFolder.ConfigFile, [Of(RunFolder.ConfigFile)], run,
            path => RunFolder.Open(path, Papers.Catalog));
        yield return InFolder("manifest", RunManifest.FileName, [Of(RunManifest.FileName)], run,
            path => RunFolder.Open(path, Papers.Catalog));
        string checkpoint = Directory.GetDirectories(Path.Combine(run, "checkpoints"))[0];
        Network network = TrainedRun.Open(RunFolder.Open(run, Papers.Catalog)).Network;
        byte[] index = File.ReadAllBytes(Path.Combine(checkpoint, Checkpoint.IndexFile));
        // What says that a newer version wrote it may be sound.
        yield return InFolder("checkpoint", Checkpoint.IndexFile, [index], checkpoint,
            path =>
            {
                Checkpoint read = Checkpoint.Open(path).Verify();
                CheckpointContent.StateOf(read);
                CheckpointContent.LoadAverage(read, network);
            }) with
        { Refusals = [typeof(IOException)] };
        byte[] weights = File.ReadAllBytes(Path.Combine(checkpoint, "weights.safetensors"));
        yield return OnDisk("checkpoint-weights", "safetensors", [weights], path => CheckpointContent.LoadFile(path, network));
        yield return OnDisk("metrics", "json", [SeedFiles.Embedded("metrics.json")], path => MetricsFile.Read(path),
            isText: true);
        yield return InFolder("comparison", ComparisonFiles.Result, [SeedFiles.Embedded("comparison.json")], null,
            path => ComparisonFiles.Read(path));
        ReproductionFile reproduction = new(1, Papers.Catalog.Tables[0], ["a", "b"], true, ["training.steps=4"]);
        yield return InFolder("reproduction", ReproductionFile.FileName, [Json(reproduction)], null,
            path => ReproductionFile.Read(path));
        yield return InFolder("plan", WorkPlan.FileName, [SeedFiles.Embedded("plan.json")], null, path => WorkPlan.Of(path));
        yield return new("audit", "json", [BytesOf(Audit.Run(network, new(network.Parameters)).ToJson())],
            input => AuditReport.FromJson(TextOf(input)))
        { IsText = true };
        byte[] lease = BytesOf($"process 12 on machine\n{Lease.Machine} 7 0123456789abcdef 0000000001\n");
        yield return OnDisk("lease", "lock-owner", [lease], path =>
        {
            Lease.OwnerOf(path);
            Lease.TryTake(path)?.Dispose();
        }, isText: true);
        foreach (InputReader reader in Measurements()) yield return reader;
        byte[] events = File.ReadAllBytes(Directory.GetFiles(run, "events*")[0]);
        string logs = Directory.CreateDirectory(folder.File("events")).FullName;
        string log = Path.Combine(logs, "events.out.tfevents.1.x");
        yield return new("events", "tfevents", [events], input =>
        {
            File.WriteAllBytes(log, input);
            EventScalars.Read(logs, "loss");
            EventLog read = new(logs);
            read.Refresh();
            foreach ((string tag, long[] steps) in read.Content("x", "").Images) read.Image(tag, steps[0]);
        })
        { Mend = Framing.Events };
    }

    /// <summary>What devices, real or simulated, leave.</summary>
    IEnumerable<InputReader> Measurements()
    {
        byte[] circuit = BytesOf("OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n");
        string hash = Sha256Hex.Of(circuit);
        CircuitJob job = new(1, 1, 0, "mid.res0.circuit.0", 0, 0, "Z", 2, hash);
        JobCounts counts = new(hash, new Dictionary<string, IReadOnlyDictionary<string, int>>
        { ["1"] = new Dictionary<string, int> { ["00"] = 7, ["11"] = 3 } });
        yield return OnDisk("job-counts", "json", [counts.ToBytes()], path => JobCounts.Read(path).Require([job], 10),
            isText: true);
        JobManifest manifest = new()
        {
            Format = JobManifest.FormatName,
            Version = "1",
            Arithmetic = "",
            Model = new("unet", "paper", "tiny-42", 1, hash),
            Call = new(5, 7, 0, 1, 20, hash),
            Shots = 10,
            Stages = [new(1, 1, 1, hash)],
            Waiting = 0,
            Jobs = [job],
        };
        string circuits = Directory.CreateDirectory(folder.File("job-manifest/circuits")).FullName;
        File.WriteAllBytes(Path.Combine(circuits, $"{hash}.qasm"), circuit);
        yield return InFolder("job-manifest", JobManifest.FileName, [Json(manifest)], null,
            path => JobFolder.Open(path).Simulate(NoiseModel.None, 1));
        double[] values = [1, 2, 3.5];
        NoiseStudyMetric metric = new("fid/domain/v1", values, 2, Qdiff.Evaluation.Interval.OfMean(values),
            PairedDifference.Between(values, [1, 1, 1]), null);
        NoiseStudyResult study = new()
        {
            Samples = 10,
            Seeds = 3,
            Sampler = "ddim",
            CircuitRunsPerImage = 4,
            Rate = 1000,
            Arms = [new() { Name = "exact", Metrics = [metric] }, new() { Name = "10 shots", Shots = 10, Metrics = [metric] }],
            Indistinguishable = [new("ideal", "fid/domain/v1", 10)],
        };
        yield return OnDisk("noise-study", "json", [Json(study)], path => NoiseStudyResult.Read(path).ToText(), isText: true);
    }

    /// <summary>A file among others that are good.</summary>
    InputReader InFolder(string name, string file, IReadOnlyList<byte[]> seeds, string? others, Action<string> read)
    {
        string copy = Directory.CreateDirectory(folder.File(name)).FullName;
        foreach (string path in others is null ? [] : Directory.GetFiles(others))
            File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        return new(name, Path.GetExtension(file).TrimStart('.'), seeds, input =>
        {
            File.WriteAllBytes(Path.Combine(copy, file), input);
            read(copy);
        })
        { IsText = true };
    }
}
