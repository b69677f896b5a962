using System.Text;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The network that jobs belong to, kept in their folder, so that counts which come back weeks later meet the same weights
/// wherever the run is then.
/// </summary>
static class JobNetwork
{
    const string Folder = "model";

    /// <summary>Writes it and says what it is.</summary>
    public static JobModel Write(string jobs, TrainedRun run)
    {
        string folder = Directory.CreateDirectory(Path.Combine(jobs, Folder)).FullName;
        ResolvedExperiment experiment = PretrainedMaking.Given([run.Folder], "").WithFilesIn(folder);
        string yaml = experiment.ToPlainYaml();
        WholeFile.Write(Path.Combine(folder, RunFolder.ConfigFile), yaml);
        byte[] weights = PretrainedWeights.Format(run.Weights, ElementType.F32, PretrainedMaking.Manifest(run.Folder, experiment),
            run.Step, raw: false, Sha256Hex.Of(Encoding.UTF8.GetBytes(yaml)));
        WholeFile.Write(Path.Combine(folder, PretrainedModel.WeightsFile), weights);
        ModelConfig model = run.Folder.Experiment.Config.Model;
        return new(model.Name, model.Wiring, Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Folder.Path)), run.Step,
            Sha256Hex.Of(weights));
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="InputException">It is missing or was changed since the export.</exception>
    public static TrainedRun Open(string jobs, JobModel model, Catalog catalog)
    {
        string folder = Path.Combine(jobs, Folder), config = Path.Combine(folder, RunFolder.ConfigFile),
            file = Path.Combine(folder, PretrainedModel.WeightsFile);
        if (!File.Exists(config) || !File.Exists(file))
            throw new InputException($"{jobs} lacks its network, {config} or {file}. Export again.");
        if (Sha256Hex.Of(InputFile.ReadAll(file)) is var hash && hash != model.Sha256)
            throw new InputException($"{file} holds other weights than the jobs of {JobManifest.FileName} are of: its SHA-256 is "
                + $"{hash}, there it is '{Short(model.Sha256)}'.");
        ResolvedExperiment experiment = ResolvedExperiment.LoadOwn(config, catalog);
        return TrainedRun.Open(RunFolder.Create(jobs, experiment, PretrainedWeights.Read(file, hash,
            Sha256Hex.Of(TextFile.ReadBytes(config)), experiment.Config.Model, model.Step, raw: false)));
    }

    static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
