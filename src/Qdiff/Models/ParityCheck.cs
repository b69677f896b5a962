using System.Globalization;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Compares a network with recorded values: weights, input, timesteps, labels and cotangent go in; output, input gradient and the
/// gradient of Σ output·cotangent by every weight are compared. It is how a PyTorch user checks us and how we check ourselves.
/// </summary>
/// <remarks>
/// The file is safetensors with <c>weight/NAME</c>, <c>input</c>, <c>timestep</c>, optional <c>label</c>, <c>cotangent</c>, and
/// the expected <c>output</c>, <c>input_gradient</c>, <c>gradient/NAME</c>; the metadata <c>case</c> names the model,
/// <c>wiring</c> its wiring.
/// </remarks>
public static class ParityCheck
{
    /// <summary>Largest |a − b|/max|b| of the output.</summary>
    public const double OutputTolerance = 1e-4;

    /// <summary>Largest |a − b|/max|b| of every gradient.</summary>
    public const double GradientTolerance = 1e-3;

    /// <summary>A gradient whose largest expected number is below this share of the largest of all is zero but for double
    /// rounding.</summary>
    const double ZeroShare = 1e-9;

    /// <summary>The error of such a gradient is measured against this share of the largest: zero must come out as float32
    /// rounding.</summary>
    const double ZeroScale = 1e-4;

    /// <summary>Runs the check.</summary>
    /// <exception cref="InputException">The file is not of this form or does not fit the model: the message names the
    /// tensor.</exception>
    public static ParityReport Run(string path, string? model = null, Wiring? wiring = null)
    {
        SafeTensors file = Open(path);
        Dictionary<string, string> metadata = file.Metadata.ToDictionary(m => m.Key, m => m.Value);
        string name = model ?? metadata.GetValueOrDefault("case")
            ?? throw new InputException($"{path} does not say which model it is for: name it with --model.");
        Wiring used = wiring ?? (metadata.GetValueOrDefault("wiring") == "released" ? Wiring.Released : Wiring.Paper);

        StoredArray input = Required(file, "input");
        if (input.Shape.Count != 4)
            throw new InputException($"{path}: 'input' has shape {Text(input)}; it must be batch×channels×height×width.");
        int batch = input.Shape[0];
        if (batch is < 1 or > Tensor.Samples)
            throw new InputException($"{path}: the batch is {batch}; a parity file has 1 to {Tensor.Samples} samples.");
        Network network = PublishedModels.Named(name).Build(used, [input.Shape[1], input.Shape[2], input.Shape[3]]);

        Weights weights = LoadWeights(file, network);
        var gradient = new WeightGradient(network.Parameters);
        var space = new Workspace(weights, gradient);
        Tensor x = space.Input(network.Image, requiresGradient: true);
        Fill(file, "input", x.Values, batch, x.Count);
        int[] timesteps = Integers(file, "timestep", batch), labels = network.Classes > 0 ? Integers(file, "label", batch) : [];
        Tensor y = network.Predict(x, timesteps, labels);
        var cotangent = new float[y.Values.Length];
        Fill(file, "cotangent", cotangent, batch, y.Count);
        double output = Error(file, "output", y.Values, batch, y.Count);
        space.Backward(y, cotangent);
        gradient.Propagate(weights);

        double largest = network.Parameters.Max(p => Required(file, "gradient/" + p.Name).ToSingles().Max(MathF.Abs));
        var errors = new List<ParityReport.Row>
        {
            new("output", output, OutputTolerance),
            new("input_gradient", Error(file, "input_gradient", x.Gradient, batch, x.Count), GradientTolerance),
        };
        foreach (Parameter p in network.Parameters)
        {
            float[] expected = Required(file, "gradient/" + p.Name).ToSingles();
            double worst = 0, scale = expected.Max(MathF.Abs);
            if (scale < ZeroShare * largest) scale = ZeroScale * largest;
            for (int i = 0; i < expected.Length; i++) worst = Math.Max(worst, Math.Abs((double)gradient[p][i] - expected[i]));
            errors.Add(new("gradient/" + p.Name, worst / scale, GradientTolerance));
        }

        return new(name, used, network.Parameters.Scalars, errors);
    }

    /// <summary>Loads weights strictly: every parameter must be there, in its shape, and nothing else.</summary>
    static Weights LoadWeights(SafeTensors file, Network network)
    {
        const string prefix = "weight/";
        foreach (string name in file.Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
            if (network.Parameters.Find(name[prefix.Length..]) is null)
                throw new InputException($"{file.Source} has a tensor '{name}' that the model does not know. Is it for another "
                    + $"model or wiring?");
        var weights = new Weights(network.Parameters);
        foreach (Parameter p in network.Parameters)
        {
            StoredArray array = Required(file, prefix + p.Name);
            if (!array.Shape.SequenceEqual(p.Shape.ToArray()))
                throw new InputException($"{file.Source}: '{prefix}{p.Name}' has shape {Text(array)} but the model's is "
                    + $"{p.Shape}.");
            array.ToSingles().CopyTo(weights[p]);
        }

        weights.Refresh();
        return weights;
    }

    static SafeTensors Open(string path)
    {
        try
        {
            return SafeTensors.Read(path);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(e.Message, e);
        }
    }

    static StoredArray Required(SafeTensors file, string name) => file.TryGet(name, out StoredArray? array) ? array
        : throw new InputException($"{file.Source} has no tensor '{name}'. Is it a parity file, and for this model?");

    static string Text(StoredArray array) => string.Join('×', array.Shape);

    static int[] Integers(SafeTensors file, string name, int count)
    {
        int[] values = [.. Required(file, name).ToInt64s().Select(v => checked((int)v))];
        return values.Length == count ? values
            : throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"{file.Source}: '{name}' has {values.Length} numbers for {count} samples."));
    }

    static void Fill(SafeTensors file, string name, Span<float> tile, int batch, int size)
    {
        float[] values = Sized(file, name, batch, size);
        for (int s = 0; s < batch; s++)
            for (int e = 0; e < size; e++) tile[e * Tensor.Samples + s] = values[s * size + e];
    }

    static double Error(SafeTensors file, string name, ReadOnlySpan<float> tile, int batch, int size)
    {
        float[] values = Sized(file, name, batch, size);
        double worst = 0, scale = values.Max(MathF.Abs);
        for (int s = 0; s < batch; s++)
            for (int e = 0; e < size; e++)
                worst = Math.Max(worst, Math.Abs((double)tile[e * Tensor.Samples + s] - values[s * size + e]));
        return worst / scale;
    }

    static float[] Sized(SafeTensors file, string name, int batch, int size)
    {
        StoredArray array = Required(file, name);
        return array.Count == batch * size ? array.ToSingles()
            : throw new InputException($"{file.Source}: '{name}' has shape {Text(array)}; {batch} samples of {size} numbers were "
                + $"expected.");
    }
}
