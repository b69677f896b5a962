using System.CommandLine;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary><c>qdiff jobs</c>: one call of a trained network as circuits for a quantum computer, and what its counts
/// give.</summary>
static class JobsVerb
{
    const string ReadOut = "readout";

    public static Command Create(Catalog catalog) => new("jobs", "Have a quantum computer run a network's circuits: jobs out, "
        + "counts in.")
    { Export(catalog), Simulate(), Import(catalog) };

    static Command Export(Catalog catalog)
    {
        var source = new RunArguments(catalog, "run", "A run folder.");
        var weights = new WeightsArguments();
        var output = new Option<string>("--output", "-o") { Description = "A new folder for the jobs.", Required = true };
        var shots = new Option<int>("--shots")
        { Description = "Measurements of each circuit.", DefaultValueFactory = _ => new JobOptions().Shots };
        var timestep = new Option<int?>("--timestep")
        { Description = "The timestep of the call; the middle of the schedule by default." };
        var seed = new Option<long>("--seed")
        { Description = "Image i depends on this seed and i alone.", DefaultValueFactory = _ => new JobOptions().Seed };
        var first = new Option<long>("--first") { Description = "Number of the first image.", DefaultValueFactory = _ => 0 };
        var count = new Option<int>("--count", "-n") { Description = "How many images.", DefaultValueFactory = _ => 1 };
        var steps = new Option<int>("--steps")
        {
            Description = "How many exact steps of DDIM lead from noise to the timestep.",
            DefaultValueFactory = _ => new JobOptions().Steps,
        };
        var classes = new Option<string[]>("--class")
        {
            Description = "Classes by name or number, in turn; all in turn by default. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var export = new Command("export", "Write the circuits of one call of a trained network, with all their numbers, as "
            + "OpenQASM 3.")
        { output, shots, timestep, seed, first, count, steps, classes };
        source.AddTo(export);
        weights.AddTo(export);
        export.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            IReadOnlyList<(int? Label, RunFolder Run)> networks = source.Open(parsed);
            string[] asked = parsed.GetValue(classes) ?? [];
            // Of networks for a class each the option says which; such a network has no classes of its own.
            bool isOfAClass = networks[0].Label is not null;
            if (isOfAClass && asked.Length > 1)
                throw new InputException("--class: there is a network for each class; name one.");
            RunFolder folder = isOfAClass ? ClassNetworks.One(networks, asked.FirstOrDefault()) : networks[0].Run;
            TrainedRun run = weights.Open(parsed, folder);
            JobFolder jobs = JobFolder.Export(run, parsed.GetValue(output)!, new()
            {
                Shots = parsed.GetValue(shots),
                Timestep = parsed.GetValue(timestep),
                Seed = parsed.GetValue(seed),
                First = parsed.GetValue(first),
                Images = parsed.GetValue(count),
                Steps = parsed.GetValue(steps),
                Labels = ClassChoice.Create(run.Network, folder.Manifest.Data, isOfAClass ? [] : asked).Of,
            }, interruption.Token);
            Tell(jobs, parsed.GetValue<bool>(Tool.Json));
            return 0;
        });
        return export;
    }

    static Command Simulate()
    {
        Argument<string> folder = Folder();
        NoiseArguments measuring = new();
        var output = new Option<string?>("--output", "-o")
        { Description = "The file of counts; simulated-stage-K.json in the folder by default." };
        var force = new Option<bool>("--force") { Description = "Replace a file that holds other counts." };
        var simulate = new Command("simulate", "Play the quantum computer: the counts of the last stage's jobs.")
        { folder, measuring.Noise, measuring.Seed, output, force };
        simulate.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            JobFolder jobs = JobFolder.Open(parsed.GetValue(folder)!);
            NoiseFile? noise = measuring.NoiseOf(parsed);
            string target = parsed.GetValue(output) is { } given ? OutputFile.Require("--output", given)
                : Path.Combine(jobs.Path, string.Create(CultureInfo.InvariantCulture,
                    $"simulated-stage-{jobs.Manifest.Stages.Count}.json"));
            byte[] counts;
            using (var line = new ProgressLine(parsed.GetValue<bool>(Tool.Quiet)))
                counts = jobs.Simulate(noise?.Model ?? Quantum.NoiseModel.None, parsed.GetValue(measuring.Seed),
                    done => line.Report(done, remaining => string.Create(CultureInfo.InvariantCulture,
                        $"measuring: {done:P0}, {ProgressLine.Short(remaining)} left")), interruption.Token).ToBytes();
            target = ResultFile.Write(target, counts, parsed.GetValue(force), makeFolder: false);
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(new { File = target, Jobs = jobs.Current.Count, jobs.Manifest.Shots });
            else Print.Line(target);
            return 0;
        });
        return simulate;
    }

    static Command Import(Catalog catalog)
    {
        Argument<string> folder = Folder();
        var counts = new Option<string>("--counts") { Description = "The file of counts.", Required = true };
        NoiseArguments measuring = new();
        var mitigate = new Option<string?>("--mitigate")
        {
            Description = $"What is taken back of the noise of these counts: {ReadOut}, by the inverse confusion matrix.",
        };
        ArgumentChecks.Allow(mitigate, ReadOut);
        var import = new Command("import", "Take the counts: write the jobs of the next stage, or say how far the call is from "
            + "the exact one.")
        { folder, counts, measuring.Noise, mitigate };
        import.SetAction(parsed =>
        {
            if ((parsed.GetValue(mitigate) is null) != (parsed.GetValue(measuring.Noise) is null))
                throw new InputException($"--mitigate {ReadOut} takes back what --noise says of the read-out: give both, or "
                    + "neither.");
            NoiseFile? noise = measuring.NoiseOf(parsed);
            JobFolder jobs = JobFolder.Open(parsed.GetValue(folder)!);
            bool json = parsed.GetValue<bool>(Tool.Json);
            if (jobs.Import(JobCounts.Read(parsed.GetValue(counts)!), catalog, noise?.Model) is not { } result) Tell(jobs, json);
            else if (json) Print.Json(result);
            else Tell(result, jobs.Path);
            return 0;
        });
        return import;
    }

    static Argument<string> Folder() => new("folder") { Description = "A folder of jobs." };

    static void Tell(JobFolder jobs, bool json)
    {
        (JobManifest manifest, JobStage stage) = (jobs.Manifest, jobs.Manifest.Stages[^1]);
        if (json)
        {
            Print.Json(new
            {
                Folder = jobs.Path,
                manifest.Call,
                manifest.Shots,
                stage.Stage,
                stage.Jobs,
                stage.Circuits,
                manifest.Waiting,
                stage.Sha256
            });
            return;
        }

        Print.Line($"{jobs.Path}, stage {stage.Stage}: {Number(stage.Jobs, "job")}, "
            + $"{Number(stage.Circuits, "different circuit")}, {Number(manifest.Shots, "shot")} each; "
            + (manifest.Waiting == 0 ? "the last stage"
                : $"{Number(manifest.Waiting, "run")} of circuits left for later stages"));
    }

    static string Number(int count, string of) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {of}{(count == 1 ? "" : "s")}");

    static void Tell(JobResult result, string folder)
    {
        Print.Table(["distance from the exact call", ">root mean square", ">relative", ">largest"],
        [
            Row("read-outs", result.ReadOuts), Row("predicted noise", result.Noise),
            Row("the same, were all read-outs 0", result.Silent), Row("denoised image, of 255", result.Image),
        ]);
        if (result.StandardError is { } error)
            Print.Line(string.Create(CultureInfo.InvariantCulture,
                $"By {result.Shots:N0} shots alone the read-outs of {result.Jobs:N0} jobs would be {error:G3} away."));
        if (result.Mitigation is { } mitigation) Print.Line($"Of the counts was taken back: {mitigation}.");
        Print.Line(Path.Combine(folder, "result.png"));
    }

    static string[] Row(string name, JobDistance distance) => [name, F(distance.Rms), F(distance.Relative), F(distance.Max)];

    static string F(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
