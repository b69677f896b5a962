using System.Text.Json;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How a <see cref="TrainingState"/> is kept in a checkpoint: weights, average and moments as safetensors under
/// canonical names.</summary>
public static class CheckpointContent
{
    const string WeightsFile = "weights.safetensors", AverageFile = "average.safetensors", MomentsFile = "moments.safetensors";

    /// <summary>What besides the files is saved; the steps of the run that weights were taken over from, 0 if there was none;
    /// and with what arithmetic the steps were done, null in runs of earlier versions.</summary>
    public sealed record State(long Step, string Model, string Wiring, long SourceSteps = 0,
        IReadOnlyList<ComputedPart>? Arithmetic = null);

    /// <summary>The steps after <paramref name="From"/>, up to the next part's, were done with this arithmetic.</summary>
    public sealed record ComputedPart(long From, Arithmetic With);

    /// <summary>What a checkpoint says besides its files.</summary>
    public static State StateOf(Checkpoint checkpoint)
    {
        try
        {
            State state = RunJson.Whole(checkpoint.State.Deserialize<State>(RunJson.File));
            if (state.SourceSteps < 0) throw new JsonException("sourceSteps is below 0.");
            if (state.Arithmetic is []) throw new JsonException("the list arithmetic is empty.");
            return state.Step == checkpoint.Step ? state
                : throw new InputException($"{checkpoint.Path}: {Checkpoint.IndexFile} says step {checkpoint.Step} and, in its "
                    + $"state, step {state.Step}: it was changed.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{checkpoint.Path}: the state in {Checkpoint.IndexFile} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The files of a checkpoint and what writes them.</summary>
    public static IEnumerable<(string Name, Action<Stream> Write)> Files(TrainingState state) =>
    [
        (WeightsFile, stream => Tensors(state.Network, ("", state.Weights.Values.ToArray())).Write(stream)),
        (AverageFile, stream => Tensors(state.Network, ("", state.Average.Values.ToArray())).Write(stream)),
        (MomentsFile, stream => Tensors(state.Network, ("m/", state.FirstMoment), ("v/", state.SecondMoment)).Write(stream)),
    ];

    /// <summary>Fills the state from a checkpoint. Every parameter must be there in its shape, and nothing else.</summary>
    /// <exception cref="InputException">It does not fit, or is damaged; the state is as it was.</exception>
    /// <exception cref="InvalidOperationException">Somebody computes from the weights or their average, or changes
    /// them.</exception>
    public static void Load(Checkpoint checkpoint, TrainingState state)
    {
        long step = StateOf(checkpoint).Step;
        // All of it first: a file that is not what it should be leaves the state as it was.
        float[] values = Numbers(checkpoint, WeightsFile, state.Network, ""),
            mean = Numbers(checkpoint, AverageFile, state.Network, ""),
            first = Numbers(checkpoint, MomentsFile, state.Network, "m/"),
            second = Numbers(checkpoint, MomentsFile, state.Network, "v/");
        using IDisposable weights = state.Weights.BeginChange(), average = state.Average.BeginChange();
        values.CopyTo(state.Weights.Values);
        mean.CopyTo(state.Average.Values);
        first.CopyTo(state.FirstMoment, 0);
        second.CopyTo(state.SecondMoment, 0);
        state.Weights.Refresh();
        state.Average.Refresh();
        state.Step = step;
    }

    /// <summary>The weights of a checkpoint that samples are drawn with.</summary>
    public static Weights LoadAverage(Checkpoint checkpoint, Network network) => LoadWeights(checkpoint, AverageFile, network);

    /// <summary>The weights of a checkpoint as the optimiser left them.</summary>
    public static Weights LoadRaw(Checkpoint checkpoint, Network network) => LoadWeights(checkpoint, WeightsFile, network);

    /// <summary>The weights in a file of any origin. Every parameter must be there in its shape, and nothing else.</summary>
    public static Weights LoadFile(string path, Network network)
    {
        try
        {
            if (Directory.Exists(path)) throw new InputException($"{path} is a folder; name a .safetensors file.");
            using FileStream stream = InputFile.Open(path);
            return LoadWeights(stream, network);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The weights {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes weights to a file of their own, for <see cref="LoadFile"/> or another program: safetensors under canonical
    /// names. A file that is there is replaced when the new one is complete.</summary>
    /// <exception cref="ArgumentException">They are the weights of another network.</exception>
    /// <exception cref="IOException">The file cannot be written, and the message says why.</exception>
    /// <exception cref="InvalidOperationException">Another thread is changing the weights.</exception>
    public static void SaveFile(string path, Weights weights, Network network)
    {
        if (weights.Table != network.Parameters)
            throw new ArgumentException("The weights are of another network than the one that is to name them.", nameof(weights));
        using IDisposable read = weights.BeginRead();
        Tensors(network, ("", weights.Values.ToArray())).Write(path);
    }

    static Weights LoadWeights(Checkpoint checkpoint, string file, Network network)
    {
        using FileStream stream = checkpoint.OpenRead(file);
        return LoadWeights(stream, network);
    }

    static Weights LoadWeights(FileStream stream, Network network) => LoadWeights(Read(stream), network);

    /// <summary>The weights in a file that was read. Every parameter must be there in its shape, and nothing else.</summary>
    internal static Weights LoadWeights(SafeTensors file, Network network)
    {
        var weights = new Weights(network.Parameters);
        Fill(file, network, "", weights.Values);
        foreach (Parameter p in network.Parameters)
            foreach (float value in weights.Values.Slice(p.Offset, p.Count))
                if (!float.IsFinite(value))
                    throw new InputException(Invariant($"{file.Source} has a weight that is {value}, in '{p.Name}'."));
        weights.Refresh();
        return weights;
    }

    static SafeTensors Tensors(Network network, params (string Prefix, float[] Values)[] arrays) => new(
        from array in arrays
        from p in network.Parameters
        select KeyValuePair.Create(array.Prefix + p.Name,
            StoredArray.Create(p.Shape.ToArray(), array.Values.AsSpan(p.Offset, p.Count))));

    static float[] Numbers(Checkpoint checkpoint, string name, Network network, string prefix)
    {
        var values = new float[network.Parameters.Scalars];
        using FileStream stream = checkpoint.OpenRead(name);
        Fill(Read(stream), network, prefix, values);
        return values;
    }

    static SafeTensors Read(FileStream stream)
    {
        try
        {
            return SafeTensors.Read(stream, stream.Name);
        }
        catch (InvalidDataException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    static void Fill(SafeTensors file, Network network, string prefix, Span<float> values)
    {
        foreach (Parameter p in network.Parameters)
        {
            if (!file.TryGet(prefix + p.Name, out StoredArray? array))
                throw new InputException($"{file.Source} has no tensor '{prefix + p.Name}': it is of another model or wiring "
                    + "than the configuration beside it says.");
            if (!array.Shape.SequenceEqual(p.Shape.ToArray()))
                throw new InputException($"{file.Source}: '{prefix + p.Name}' has shape {string.Join('×', array.Shape)}, the "
                    + $"model's has {p.Shape}.");
            array.ToSingles().CopyTo(values.Slice(p.Offset, p.Count));
        }

        string? stranger = file.Names.FirstOrDefault(n => n.StartsWith(prefix, StringComparison.Ordinal)
            && (prefix.Length > 0 || !n.Contains('/'))
            && network.Parameters.Find(n[prefix.Length..]) is null);
        if (stranger is not null)
            throw new InputException($"{file.Source} has a tensor '{stranger}' that the model does not know.");
    }
}
