using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The noisy images of one call of a network, one after another, with their timestep and labels.</summary>
/// <param name="Timestep">The same for all.</param>
/// <param name="Values">[count][channels][height][width].</param>
/// <param name="Labels">Of each, for a conditional network; else empty.</param>
sealed record NoisyImages(int Timestep, float[] Values, int[] Labels)
{
    const string Images = "images", LabelsName = "labels";

    public int Count(Network network) => Values.Length / network.Image.Count;

    /// <summary>Images on their way from noise: the samples of a seed after some steps of DDIM, computed exactly.</summary>
    public static NoisyImages Draw(TrainedRun run, JobOptions options, CancellationToken cancellationToken)
    {
        (int timestep, int pixels) = (options.TimestepOn(run.Schedule), run.Network.Image.Count);
        int[] labels = run.Network.Classes == 0 ? [] : [.. Enumerable.Range(0, options.Images)
            .Select(i => (options.Labels ?? throw new InputException("The network is conditional: say which classes."))
                (options.First + i))];
        var values = new float[options.Images * pixels];
        int last = run.Schedule.Steps - 1;
        TimestepTable table = new([.. Enumerable.Range(0, options.Steps + 1)
            .Select(i => last - (int)((long)(last - timestep) * i / options.Steps)).Distinct()]);
        var tilePrediction = new TilePrediction(run.Network, run.Weights);
        new TileWorkers().Run(run.Weights, TileWorkers.TilesOf(options.Images), (space, tile) =>
        {
            int start = tile * Tensor.Samples, members = Math.Min(Tensor.Samples, options.Images - start);
            int[] own = labels.Length == 0 ? [] : labels[start..(start + members)];
            Denoiser denoiser = new((xt, t, output) => tilePrediction.Predict(space, xt, t, own, members, output),
                run.Schedule, run.Prediction);
            SampledTile state = new DdimSampler().Start(denoiser, options.Seed,
                [.. Enumerable.Range(0, members).Select(i => options.First + start + i)], pixels, table);
            while (state.T > timestep)
            {
                cancellationToken.ThrowIfCancellationRequested();
                state.Advance();
            }

            for (int i = 0; i < members; i++)
                for (int e = 0; e < pixels; e++) values[(start + i) * pixels + e] = state.X[e * Tensor.Samples + i];
        }, cancellationToken);
        return new(timestep, values, labels);
    }

    public byte[] ToBytes(Network network)
    {
        int count = Count(network);
        using var file = new MemoryStream();
        Npz.Write(file, [new(Images, StoredArray.Create([count, .. network.Image.ToArray()], Values)),
            .. Labels.Length == 0 ? [] : (KeyValuePair<string, StoredArray>[])
                [new(LabelsName, StoredArray.Create([count], [.. Labels.Select(label => (long)label)]))]]);
        return file.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InputException">It was changed, or is of another network.</exception>
    public static NoisyImages Read(string path, JobCall call, TrainedRun run)
    {
        byte[] bytes = File.Exists(path) ? InputFile.ReadAll(path)
            : throw new InputException($"The noisy images {path} are missing. Export again.");
        Dictionary<string, StoredArray> arrays = new(Npz.Read(new MemoryStream(bytes, writable: false), path));
        Network network = run.Network;
        if (Sha256Hex.Of(bytes) != call.Sha256 || !arrays.TryGetValue(Images, out StoredArray? images)
            || images.Type != ElementType.F32 || !images.Shape.SequenceEqual([call.Images, .. network.Image.ToArray()])
            || (uint)call.Timestep >= (uint)run.Schedule.Steps)
            throw Changed();
        NoisyImages read = new(call.Timestep, images.ToSingles(), !arrays.TryGetValue(LabelsName, out StoredArray? labels) ? []
            : labels.Type == ElementType.I64 ? [.. labels.ToInt64s().Select(label => (int)Math.Clamp(label, -1, int.MaxValue))]
            : throw Changed());
        if (read.Values.Any(value => !float.IsFinite(value)) || read.Labels.Length != (network.Classes == 0 ? 0 : call.Images)
            || read.Labels.Any(label => (uint)label >= (uint)network.Classes)) throw Changed();
        return read;

        InputException Changed() => new($"{path} holds other images than {JobManifest.FileName} says. Export again.");
    }
}
