using System.Text.Json.Nodes;
using Qdiff;
using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>One call of a network whose circuits a device runs: what goes out, and what comes of what comes back.</summary>
public sealed class JobFolderTests(JobFolderTests.Runs runs) : IClassFixture<JobFolderTests.Runs>, IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithTheProbabilitiesThemselvesTheCallIsTheExactOne(bool inOtherBases)
    {
        JobFolder jobs = JobFolder.Export(inOtherBases ? runs.OtherBases : runs.Usual, folder.File("jobs"),
            new() { Shots = JobOptions.MostShots, Timestep = 400, Images = inOtherBases ? 1 : 2, Steps = 2 });
        int stages = 0;
        JobResult? result = null;
        for (; result is null; stages++) result = jobs.Import(Likeliest(jobs), Papers.Catalog);
        Assert.Equal(4, stages);
        Assert.InRange(result.ReadOuts.Max, 0, 2e-6);
        Assert.InRange(result.Noise.Relative, 0, 2e-5);
        Assert.True(result.Silent.Relative > 1e-3, $"{result.Silent}");
        Assert.Equal(inOtherBases ? 4 * 8 * 2 : 2 * 4 * 8, result.Jobs);
        Assert.True(File.Exists(folder.File("jobs/result.png")));
    }

    /// <summary>What another export is writing, or somebody keeps under a like name, is not this one's to remove.</summary>
    [Fact]
    public void FoldersOfOthersAreLeftAlone()
    {
        string other = folder.File("jobs" + WholeFile.Unfinished);
        Directory.CreateDirectory(other);
        JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Steps = 1 });
        Assert.Equal(["jobs", "jobs" + WholeFile.Unfinished],
            Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order());
        Assert.Contains("1 to 1000 lead to the timestep", Assert.Throws<InputException>(() =>
            JobFolder.Export(runs.Usual, folder.File("more"), new() { Steps = int.MaxValue })).Message);
    }

    [Fact]
    public void CircuitsReadBackAndAreThoseOfTheNetwork()
    {
        JobFolder jobs = JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Images = 2, First = 5, Steps = 1 });
        Assert.Equal((16, 48), (jobs.Current.Count, jobs.Manifest.Waiting));
        Assert.Equal([5, 6], jobs.Current.Select(job => job.Image).Distinct());
        Assert.Equal(["mid.res0.circuit.0", "mid.res0.circuit.1"], jobs.Current.Select(job => job.Circuit).Distinct().Order());
        Assert.Equal([0, 1, 2, 3], jobs.Current.Select(job => job.Patch).Distinct().Order());
        DevicePass pass = new(runs.Usual, NoisyImages.Draw(runs.Usual, new() { Images = 2, First = 5, Steps = 1 }, default));
        IReadOnlyList<CircuitRun> runsOfStage = pass.Next().Ready;
        foreach ((CircuitJob job, CircuitRun run) in jobs.Current.Zip(runsOfStage))
        {
            Circuit written = run.Layer.Lowered.Circuit, read = Circuit.Read(folder.File("jobs/" + job.File));
            double[] x = Array.ConvertAll(run.Inputs, value => (double)value), w = pass.WeightsOf(run.Layer);
            Assert.Equal(written.Gates.Select(gate => (gate.Kind, gate.Target, gate.Partner,
                string.Join(' ', gate.Angles.Select(angle => angle.Value(x, w))))),
                read.Gates.Select(gate => (gate.Kind, gate.Target, gate.Partner,
                string.Join(' ', gate.Angles.Select(angle => angle.Value([], []))))));
            Assert.Equal(written.Qubits, job.Wires);
        }
    }

    [Fact]
    public void TheSimulatorsCountsAreThoseOfItsSeedAndAsFarAsTheirNumberSays()
    {
        JobFolder jobs = JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Shots = 500, Steps = 1 });
        byte[] first = jobs.Simulate(NoiseModel.None, 3).ToBytes();
        Assert.Equal(first, jobs.Simulate(NoiseModel.None, 3).ToBytes());
        Assert.NotEqual(first, jobs.Simulate(NoiseModel.None, 4).ToBytes());
        Assert.NotEqual(first, jobs.Simulate(new() { ReadOut = new(0.1, 0.1) }, 3).ToBytes());

        JobResult? result = null;
        while (result is null) result = jobs.Import(jobs.Simulate(NoiseModel.None, 3), Papers.Catalog);
        Assert.InRange(result.ReadOuts.Rms / result.StandardError!.Value, 0.7, 1.3);
        Assert.InRange(result.Noise.Relative, 1e-5, result.Silent.Relative);
    }

    [Fact]
    public void OneShotDoesNotSayHowFarItIs()
    {
        JobFolder jobs = JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Shots = 1, Steps = 1 });
        JobResult? result = null;
        while (result is null) result = jobs.Import(jobs.Simulate(NoiseModel.None, 3), Papers.Catalog);
        Assert.Null(result.StandardError);
    }

    [Fact]
    public void CountsMayBeginWithTheLastWire()
    {
        JobFolder jobs = JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Shots = 10, Steps = 1 });
        CircuitJob job = jobs.Current[0];
        Directory.CreateDirectory(folder.File("c"));
        File.WriteAllText(folder.File("c/a.json"),
            """{"jobs":"x","bitOrder":"wire-0-last","counts":{"1":{"0111":7,"0001":3}}}""",
            // As editors of Windows write it, with a byte order mark.
            new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal([("1000", 3), ("1110", 7)], JobCounts.Read(folder.File("c/a.json")).Of(job)
            .Select(pair => (pair.Key, pair.Value)).Order());
    }

    /// <summary>X and Z of the first wire are two jobs, and the read-outs of other wires are of the first of them.</summary>
    [Fact]
    public void ABasisIsAJobWithAFile()
    {
        JobFolder jobs = JobFolder.Export(runs.OtherBases, folder.File("jobs"), new());
        Assert.Equal(["XIYZ", "Z"], jobs.Current.Select(job => job.Basis).Distinct());
        Assert.Equal((16, 16), (jobs.Manifest.Stages[0].Jobs, jobs.Manifest.Stages[0].Circuits));
        Assert.Equal(16, Directory.GetFiles(folder.File("jobs/circuits")).Length);
    }

    /// <summary>Later stages are computed again from the counts of those before and from what was taken back of them.</summary>
    [Fact]
    public void ErrorsOfTheReadOutAreTakenBackInEveryStage()
    {
        NoiseModel noise = new()
        {
            ReadOut = new(0.1, 0.2),
            ReadOuts = new Dictionary<int, ReadOutError> { [2] = new(0.03, 1e-5) },
        };
        Assert.InRange(Ratio("mended", noise), 0.7, 1.3);
        Assert.True(Ratio("raw", null) > 2);
        NoiseModel kept = NoiseFile.Read(folder.File("mended/counts/stage-1.yaml")).Model;
        Assert.Equal((noise.ReadOutOf(0), noise.ReadOutOf(2)), (kept.ReadOutOf(0), kept.ReadOutOf(2)));
        Assert.Empty(Directory.GetFiles(folder.File("raw/counts"), "*.yaml"));

        double Ratio(string name, NoiseModel? mended)
        {
            JobFolder jobs = JobFolder.Export(runs.OtherBases, folder.File(name), new() { Shots = 2000, Steps = 1 });
            JobResult? result = null;
            while (result is null) result = jobs.Import(jobs.Simulate(noise, 3), Papers.Catalog, mended);
            Assert.Equal(mended is null ? null : "readout", result.Mitigation);
            Assert.Equal(mended is not null,
                File.ReadAllText(folder.File($"{name}/result.json")).Contains("\"mitigation\": \"readout\""));
            return result.ReadOuts.Rms / result.StandardError!.Value;
        }
    }

    [Fact]
    public void NoiseThatCannotBeOfTheCountsIsRefused()
    {
        JobCounts counts = runs.Exported.Simulate(NoiseModel.None, 1);
        Assert.Contains("noise of the counts of job 1: what is read of wire 0 does not depend on it", Refusal(new(0.5, 0.5), 0));
        Assert.Contains("there is noise on wire 7", Refusal(new(0.1, 0.1), 7));
        Assert.Single(JobFolder.Open(runs.Exported.Path).Manifest.Stages);

        string Refusal(ReadOutError error, int wire) => Assert.Throws<InputException>(() =>
            runs.Exported.Import(counts, Papers.Catalog,
                new() { ReadOuts = new Dictionary<int, ReadOutError> { [wire] = error } })).Message;
    }

    [Theory]
    [InlineData("no counts of job 3.", "counts", null, "3")]
    [InlineData("counts of job 'x'; the jobs of this stage are 1 to 8", "counts", """{"0000":10}""", "x")]
    [InlineData("job 2: '00' is no outcome of 4 wires", "counts", """{"00":10}""", "2")]
    [InlineData("job 2: '00z0' is no outcome of 4 wires", "counts", """{"00z0":10}""", "2")]
    [InlineData("job 2: the counts sum to 9, the jobs are of 10 shots each", "counts", """{"0000":9}""", "2")]
    [InlineData("job 2: 0000 was seen -1 times", "counts", """{"0000":-1,"0001":11}""", "2")]
    [InlineData("job 2: 0000 was seen 0.5 times", "counts", """{"0000":0.5,"0001":9.5}""", "2")]
    [InlineData("job 2: 0000 was seen NaN times", "counts", """{"0000":"NaN"}""", "2")]
    [InlineData("null instead of an object", "counts", "null", "2")]
    [InlineData("is of other jobs: stage 1 of", "", "\"abc\"", "jobs")]
    [InlineData("bitOrder is 'up'; say wire-0-first, or wire-0-last", "", "\"up\"", "bitOrder")]
    [InlineData("it has no bitOrder.", "", null, "bitOrder")]
    public void CountsOfOtherJobsAreRefused(string expected, string place, string? value, string key)
    {
        JobFolder jobs = runs.Exported;
        JsonObject counts = JsonNode.Parse(jobs.Simulate(NoiseModel.None, 1).ToBytes())!.AsObject();
        JsonObject at = place.Length == 0 ? counts : counts[place]!.AsObject();
        if (value is null) at.Remove(key);
        else at[key] = JsonNode.Parse(value);
        File.WriteAllText(folder.File("counts.json"), counts.ToJsonString());
        string told = Assert.Throws<InputException>(() =>
            jobs.Import(JobCounts.Read(folder.File("counts.json")), Papers.Catalog)).Message;
        Assert.Contains(expected, told);
        Assert.Contains(folder.File("counts.json"), told);
        Assert.Single(JobFolder.Open(jobs.Path).Manifest.Stages);
    }

    [Fact]
    public void AStageIsImportedOnce()
    {
        JobFolder jobs = JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Shots = 10, Steps = 1 });
        JobCounts first = jobs.Simulate(NoiseModel.None, 1);
        Assert.Null(jobs.Import(first, Papers.Catalog));
        Assert.Contains("is of stage 1, whose counts are imported; those of stage 2 are needed",
            Assert.Throws<InputException>(() => jobs.Import(first, Papers.Catalog)).Message);
        Assert.Equal(Enumerable.Range(1, 16), JobFolder.Open(jobs.Path).Manifest.Jobs.Select(job => job.Job));
    }

    /// <summary>What a device counted is not replaced by a simulation.</summary>
    [Fact]
    public void AResultStaysThatOfItsCounts()
    {
        JobFolder jobs = JobFolder.Export(runs.Usual, folder.File("jobs"), new() { Shots = 100, Steps = 1 });
        JobCounts counts = jobs.Simulate(NoiseModel.None, 1);
        while (jobs.Import(counts, Papers.Catalog) is null) counts = jobs.Simulate(NoiseModel.None, 1);
        JobCounts others = jobs.Simulate(NoiseModel.None, 2);
        string[] before = Files();
        Assert.Contains("result.json is of other counts",
            Assert.Throws<InputException>(() => jobs.Import(others, Papers.Catalog)).Message);
        Assert.Contains("result.json is of these counts with other errors of the read-out taken back, or none",
            Assert.Throws<InputException>(() =>
                jobs.Import(counts, Papers.Catalog, new() { ReadOut = new(0.1, 0.1) })).Message);
        Assert.Equal(before, Files());
        Assert.NotNull(jobs.Import(counts, Papers.Catalog));
        Assert.Equal(before, Files());

        string[] Files() => [.. Directory.GetFiles(jobs.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];
    }

    [Theory]
    [InlineData("model/model.safetensors", "holds other weights than the jobs of manifest.json are of")]
    [InlineData("images.npz", "other images than manifest.json says")]
    [InlineData("\"timestep\": 500", "\"timestep\": 501", "are not those of the network beside it")]
    [InlineData("\"images\": 1", "\"images\": 2000000000", "other images than manifest.json says")]
    [InlineData("\"shots\": 10", "\"shots\": 20", "are not those of the network beside it")]
    [InlineData("\"jobs\": 8", "\"jobs\": 2147483647", "its stages, jobs and shots do not fit together")]
    [InlineData("qdiff-jobs-1", "qdiff-jobs-9", "is of format 'qdiff-jobs-9'; this program reads qdiff-jobs-1")]
    public void AFolderThatWasChangedIsRefused(string what, string to, string? expected = null)
    {
        JobFolder jobs = Copy(runs.Exported);
        JobCounts counts = jobs.Simulate(NoiseModel.None, 1);
        if (expected is null)
            // Of other jobs, whose images and weights are good.
            File.Copy(Path.Combine(
                JobFolder.Export(runs.OtherBases, folder.File("other"), new() { Seed = 8, Steps = 1 }).Path, what),
                Path.Combine(jobs.Path, what), overwrite: true);
        else
        {
            string manifest = File.ReadAllText(folder.File("jobs/manifest.json"));
            Assert.Contains(what, manifest);
            File.WriteAllText(folder.File("jobs/manifest.json"), manifest.Replace(what, to));
        }

        Assert.Contains(expected ?? to, Assert.Throws<InputException>(() =>
            JobFolder.Open(jobs.Path).Import(counts, Papers.Catalog)).Message);
    }

    [Fact]
    public void OnlyTheCircuitsThemselvesAreRun()
    {
        JobFolder jobs = Copy(runs.Exported);
        string manifest = File.ReadAllText(folder.File("jobs/manifest.json")), hash = jobs.Current[0].Sha256;
        File.AppendAllText(folder.File("jobs/circuits/" + hash + ".qasm"), "x q[0];\n");
        Assert.Contains("was changed since it was written", Refusal());
        File.WriteAllText(folder.File("jobs/manifest.json"), manifest.Replace(hash, "../../etc/passwd"));
        Assert.Contains("names no SHA-256", Refusal());
        File.Delete(folder.File("jobs/manifest.json"));
        Assert.Contains("is no folder of jobs: it has no manifest.json", Refusal());
        Assert.Contains("There is no folder of jobs", Assert.Throws<InputException>(() => JobFolder.Open("nowhere")).Message);

        string Refusal() =>
            Assert.Throws<InputException>(() => JobFolder.Open(jobs.Path).Simulate(NoiseModel.None, 1)).Message;
    }

    [Fact]
    public void WhatCannotBeExportedIsSaidBeforeAnythingIsWritten()
    {
        string Refusal(JobOptions options) => Assert.Throws<InputException>(() =>
            JobFolder.Export(runs.Usual, folder.File("jobs"), options)).Message;
        Assert.Contains("0 shots: 1 to 10,000,000", Refusal(new() { Shots = 0 }));
        Assert.Contains("Timestep 1000: the schedule has 0 to 999", Refusal(new() { Timestep = 1000 }));
        Assert.Contains("are 32,000 jobs; at most 20,000", Refusal(new() { Images = 1000 }));
        Assert.Contains("0 images", Refusal(new() { Images = 0 }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Directory.CreateDirectory(folder.File("jobs"));
        Assert.Contains("is there already; name a new folder", Refusal(new()));
        Assert.Contains("there is no folder ", Assert.Throws<InputException>(() =>
            JobFolder.Export(runs.Usual, folder.File("missing/jobs"), new())).Message);
        Assert.Contains("has no circuits that a device could run",
            Assert.Throws<InputException>(() => JobFolder.Export(runs.Classical, folder.File("none"), new())).Message);
    }

    JobFolder Copy(JobFolder jobs)
    {
        foreach (string file in Directory.GetFiles(jobs.Path, "*", SearchOption.AllDirectories))
            folder.Write(Path.Combine("jobs", Path.GetRelativePath(jobs.Path, file)), File.ReadAllBytes(file));
        return JobFolder.Open(folder.File("jobs"));
    }

    /// <summary>The counts of each job that are nearest to its probabilities.</summary>
    static JobCounts Likeliest(JobFolder jobs) => new(jobs.Manifest.Stages[^1].Sha256, jobs.Current.ToDictionary(
        job => $"{job.Job}", job =>
        (IReadOnlyDictionary<string, int>)Counts(Circuit.Read(Path.Combine(jobs.Path, job.File)), jobs.Manifest.Shots)));

    static Dictionary<string, int> Counts(Circuit circuit, int shots)
    {
        // Of the expectations of all products of Z: P(b) = 2^-n sum over S of (-1)^|b and S| Z_S.
        int outcomes = 1 << circuit.Qubits;
        double[] z = LiteralSimulator.Expectations(circuit,
            [.. Enumerable.Range(0, outcomes).Select(set => (Observable)new PauliString(0, (ulong)set))], [], []);
        double below = 0;
        int drawn = 0;
        Dictionary<string, int> counts = [];
        for (int b = 0; b < outcomes; b++)
        {
            below += z.Select((value, set) => int.IsEvenInteger(int.PopCount(set & b)) ? value : -value).Sum() / outcomes;
            int next = b == outcomes - 1 ? shots : (int)Math.Round(below * shots);
            counts[string.Concat(Enumerable.Range(0, circuit.Qubits).Select(wire => b >> wire & 1))] = next - drawn;
            drawn = next;
        }

        return counts;
    }

    /// <summary>Small networks after two steps.</summary>
    public sealed class Runs : IDisposable
    {
        readonly TemporaryFolder folder = new();

        public Runs() => Exported = JobFolder.Export(Usual, folder.File("jobs"), new() { Shots = 10, Steps = 1 });

        /// <summary>Jobs of ten shots, to be refused or copied.</summary>
        public JobFolder Exported { get; }

        public TrainedRun Usual => Trained("usual", "model.vertex.circuit=basic", "model.vertex.groups=2",
            "model.vertex.layers=1");

        public TrainedRun OtherBases => Trained("bases", "model.vertex.circuit=basic", "model.vertex.groups=2",
            "model.vertex.layers=1", "model.vertex.readout=[X0, Z0, Y2, Z3]");

        public TrainedRun Classical => Trained("classical");

        public void Dispose() => folder.Dispose();

        TrainedRun Trained(string name, params string[] settings)
        {
            string path = folder.File($"{name}-42");
            if (!Directory.Exists(path))
                TinyExperiment.Train(TinyExperiment.Start(folder.Path,
                    [$"name={name}", "model.multipliers=[1,2,2]", "training.steps=2", .. settings]));
            return TrainedRun.Open(RunFolder.Open(path, Papers.Catalog));
        }
    }
}
