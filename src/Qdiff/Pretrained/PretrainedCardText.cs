using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A card as text: the head that programs read, and what people read.</summary>
static class PretrainedCardText
{
    static readonly JsonSerializerOptions s_quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The head, with the lines <c>---</c> around it.</summary>
    public static string Head(PretrainedCard card)
    {
        PretrainedSamples samples = card.Samples;
        string weights = string.Concat(card.WeightFiles.Select(file => $"    - {{file: {Quoted(file.File)}, sha256: {file.Sha256}"
            + (file.Class is { } label ? Invariant($", class: {label}") : "") + "}\n"));
        string mean = card.Mean is { } kept ? $"  mean: {{file: {Quoted(kept.File)}, sha256: {kept.Sha256}}}\n" : "";
        string source = card.SourceSteps == 0 ? "" : Invariant($"\n  sourceSteps: {card.SourceSteps}");
        string measured = card.Measured.Count == 0 ? " []\n" : "\n" + string.Concat(card.Measured.Select(Measured));
        return Invariant($"""
            ---
            license: {Quoted(card.License)}
            library_name: {Quoted(card.LibraryName)}
            tags: {List(card.Tags)}
            datasets: {List(card.Datasets)}
            metrics: {List(card.Measured.Select(metric => metric.Metric).Distinct())}
            qdiff:
              model: {Quoted(card.Model)}
              wiring: {Quoted(card.Wiring)}
              parameters: {card.Parameters}
              live: {card.Live}
              steps: {card.Steps}{source}
              seed: {card.Seed}
              kept: {(card.Raw ? "raw" : "average")}
              weights:
            {weights}{mean}  samples:
                file: {Quoted(samples.File)}
                sampler: {Quoted(samples.Sampler)}
                steps: {samples.SamplingSteps}
                seed: {samples.Seed}
                count: {samples.Count}
                vectorBits: {samples.Arithmetic.VectorBits}
                arithmetic: {Quoted(samples.Arithmetic.Fingerprint ?? "not recorded")}
              measured:{measured}---

            """);
    }

    /// <summary>What people read: use, data, training, metrics, audit, how to draw the samples again.</summary>
    public static string Body(PretrainedCard card, string name, IReadOnlyList<TrainedRun> trained, AuditReport audit,
        PretrainedOptions options)
    {
        (RunManifest manifest, ExperimentConfig config) = (trained[0].Folder.Manifest, trained[0].Folder.Experiment.Config);
        PretrainedSamples samples = card.Samples;
        bool isOne = card.WeightFiles.Count == 1;
        string networks = isOne ? "A network" : Invariant($"{card.WeightFiles.Count} networks, one for each class,");
        string angles = manifest.Model.Angles > 0 ? Invariant($", {manifest.Model.Angles:N0} of them angles of circuits") : "";
        string label = isOne ? "" : Invariant($"{card.WeightFiles[0].Class}");
        string rows = isOne ? "" : " of each network, a row each";
        string images = string.Join('\n', trained.Select(run => run.Folder.Manifest.Data)
            .Select(data => Invariant($"* {data.Name}: {data.Count:N0} images, sha256 {data.Hash}")));
        string licence = trained[0].Catalog.DataSets.Find(config.Data.Dataset)?.Licence is { Length: > 0 } known ? known
            : "as whoever made them says";
        return Invariant($"""

            # {name}

            {networks} `{card.Model}` ({card.Wiring} wiring, {card.Parameters:N0} parameters{angles}) for images of
            {string.Join('×', manifest.Data.Shape)}, trained on {config.Data.Dataset}.

            ![{samples.Count} samples of seed {samples.Seed}]({samples.File})
            {Commands(options.Commands?.Invoke(name) ?? [])}
            In C#:

            ```csharp
            PretrainedModel model = PretrainedModel.Named("{name}", Papers.Catalog);
            float[] samples = model.Load({label}).Sampler("{samples.Sampler}").Generate(seed: 7, count: 16);
            ```

            In PyTorch, by canonical names (convolutions are [out, in, height, width], dense layers [out, in]):

            ```python
            {Torch(card.WeightFiles[0].File)}
            ```

            ## Data

            {images}

            Rights in the images: {licence}. The weights: {card.License}.

            ## Training

            {Training(card, trained, options)}

            ## Metrics

            {Metrics(card.Measured)}

            ## Audit

            {Audit(audit)}

            ## The samples again

            `{samples.File}` holds samples 0 to {samples.Count - 1} of seed {samples.Seed}{rows}: {samples.Sampler} with
            {samples.SamplingSteps} steps, drawn with {samples.Arithmetic}. Where a machine has that arithmetic they
            come out the same bit for bit; elsewhere pixels differ by no more than {PretrainedSamples.Bound} of 255 on average.

            """);
    }

    /// <summary>Five lines of Python that read a file of weights into a dictionary of tensors, with PyTorch and nothing
    /// else.</summary>
    public static string Torch(string file) => $$"""
        import json, torch
        b = bytearray(open("{{file}}", "rb").read()); n = 8 + int.from_bytes(b[:8], "little")
        head = json.loads(b[8:n]); head.pop("__metadata__"); kinds = {"F32": torch.float32, "F16": torch.float16}
        read = lambda kind, size, place: torch.frombuffer(b, dtype=kind, count=size.numel(), offset=n + place[0]).reshape(size)
        weights = {name: read(kinds[t["dtype"]], torch.Size(t["shape"]), t["data_offsets"]) for name, t in head.items()}
        """;

    static string Measured(PretrainedMetric metric)
    {
        var yaml = new StringBuilder($"    - metric: {Quoted(metric.Metric)}\n");
        foreach ((string key, double? value) in ((string, double?)[])[("value", metric.Value), ("low", metric.Low),
            ("high", metric.High), ("real", metric.Real)])
            if (value is { } number) yaml.Append(CultureInfo.InvariantCulture, $"      {key}: {number:R}\n");
        return yaml.Append(CultureInfo.InvariantCulture, $"      n: {metric.Samples}\n")
            .Append($"      drawn: {Quoted(metric.Drawn)}\n      protocol: {Quoted(metric.Protocol)}\n").ToString();
    }

    static string Commands(IReadOnlyList<(string What, string Command)> commands)
    {
        if (commands.Count == 0) return "";
        int width = commands.Max(command => command.Command.Length);
        return $"\n```\n{string.Concat(commands.Select(of => $"{of.Command.PadRight(width)}  # {of.What}\n"))}```\n";
    }

    static string Training(PretrainedCard card, IReadOnlyList<TrainedRun> trained, PretrainedOptions options)
    {
        RunManifest manifest = trained[0].Folder.Manifest;
        double seconds = trained.Sum(run => File.Exists(run.Folder.StepsFile)
            ? StepLog.Read(run.Folder.StepsFile).Sum(step => step.Seconds) : 0);
        string steps = string.Join(", ", trained.Select(run => run.Step).Distinct().Order().Select(n => Invariant($"{n:N0}")));
        string hours = seconds > 0 ? Invariant($"{seconds / 3600:0.0##} hours on {manifest.Machine.Cpu}, ") : "";
        string with = (options.Commit ?? manifest.Commit) is { } commit ? $"commit {commit}" : $"version {manifest.Version}";
        string kept = card.Raw ? "weights as the optimiser left them" : "running averages of the weights";
        string repeat = options.Repeat is not { } command ? ""
            : $"\n\nRepeated by `{command}`{(command.Split(' ').Contains(RunFolder.ConfigFile) ? " in this folder" : "")}.";
        ExperimentConfig config = trained[0].Folder.Experiment.Config;
        return Invariant($"{steps} steps of {config.Training.Batch} images{Began(card, config.Transfer)}, seed {card.Seed}, ")
            + $"{hours}with {with}.\n"
            + $"These are the {kept} in {(options.Numbers == ElementType.F16 ? "half" : "single")} precision. "
            + $"All settings: [{RunFolder.ConfigFile}]({RunFolder.ConfigFile}).{repeat}";
    }

    /// <summary>What the steps followed upon: a network of the same name that only they trained would be another one.</summary>
    static string Began(PretrainedCard card, TransferConfig transfer)
    {
        string from = card.SourceSteps > 0 ? Invariant($" after {card.SourceSteps:N0} steps of `{transfer.SourceModel}`")
            : transfer.From is not null ? " from the weights of another run" : "";
        string anew = string.Join(", ", transfer.Except.Select(name => $"`{name}`"));
        return from.Length == 0 || anew.Length == 0 ? from : $"{from} ({anew} begun anew)";
    }

    static string Metrics(IReadOnlyList<PretrainedMetric> measured)
    {
        if (measured.Count == 0) return "Nothing was measured.";
        var text = new StringBuilder();
        foreach (IGrouping<string, PretrainedMetric> drawn in measured.GroupBy(metric => metric.Drawn))
        {
            text.Append($"{drawn.Key}:\n\n| metric | value | 95 % interval | real images | samples |\n|---|--:|---|--:|--:|\n");
            foreach (PretrainedMetric metric in drawn)
                text.Append(CultureInfo.InvariantCulture, $"| {metric.Protocol.Split(' ')[0]} | {metric.Value:G4} | ")
                    .Append(metric is { Low: { } low, High: { } high } ? Invariant($"{low:G4} to {high:G4}") : "-")
                    .Append(CultureInfo.InvariantCulture, $" | {metric.Real:G4} | {metric.Samples:N0} |\n");
            text.Append('\n');
        }

        return text.Append("\"Real images\" is what as many real images get in the place of samples. The protocols in full:\n\n")
            .AppendJoin('\n', measured.Select(metric => metric.Protocol).Distinct().Select(protocol => $"* `{protocol}`"))
            .ToString();
    }

    static string Audit(AuditReport audit)
    {
        string undecided = audit.Undecided > 0 ? Invariant($", {audit.Undecided:N0} are not decided") : "";
        string[] found = [.. audit.Findings.Where(finding => finding.Severity != AuditSeverity.Note)
            .Select(finding => $"\n* {finding.Where}: {finding.What}")];
        return Invariant($"{audit.Live:N0} of {audit.Nominal:N0} parameters can act on the output{undecided}. ")
            + (found.Length == 0 ? "Nothing worse than a note was found." : $"Found:\n{string.Concat(found)}");
    }

    static string Quoted(string text) => JsonSerializer.Serialize(text, s_quoted);

    static string List(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(Quoted))}]";
}
