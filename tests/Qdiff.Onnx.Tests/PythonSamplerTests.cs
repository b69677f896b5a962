using System.Diagnostics;
using System.Text.RegularExpressions;
using Qdiff;
using Qdiff.Onnx;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>The sampler in docs/onnx.md draws from an exported model what ours draws from the network, where Python has the ONNX
/// Runtime.</summary>
public sealed class PythonSamplerTests
{
    const int Count = 3, Steps = 5;
    static readonly Regex s_missing = new("No module named '(onnxruntime|numpy)'");

    [Fact]
    public void TheSamplerOfTheDocumentationDrawsWhatOursDoes()
    {
        string folder = Directory.CreateTempSubdirectory("qdiff-onnx-").FullName;
        try
        {
            ModelConfig small = new() { Name = "qcunet", Multipliers = [1, 2], Quanvolution = new() { Level = 1 } };
            Network network = PublishedModels.Named("qcunet").Build(small, [3, 8, 8], Papers.Catalog, nullLabel: true);
            Weights weights = new Weights(network.Parameters).Initialise(1);
            NoiseSchedule schedule = NoiseSchedule.Cosine(20);
            OnnxModel.Of(network, weights, schedule, Prediction.V).Save(Path.Combine(folder, "model.onnx"));
            var sampler = new DdimSampler { Steps = Steps, Spacing = TimestepSpacing.Uniform };
            IReadOnlyList<DenoisingFrame> ours = new SampleGenerator(network, schedule, Prediction.V, sampler)
                .Trajectory(weights, seed: 7, Count, frames: 2, labels: number => (int)(number % network.Classes));
            Npy.Write(Path.Combine(folder, "start.npy"), StoredArray.Create([Count, 3, 8, 8], ours[0].Images));
            const string Start = "np.random.default_rng(7).standard_normal(shape).astype(np.float32)";
            string script = Sampler();
            Assert.Contains(Start, script);
            File.WriteAllText(Path.Combine(folder, "sample.py"), script.Replace(Start, "np.load(\"start.npy\")"));
            (int code, string output) = ((string[])["/usr/bin/python3", "python3"]).Select(python => Run(python, folder))
                .FirstOrDefault(run => !s_missing.IsMatch(run.Output), (Code: -1, Output: ""));
            Assert.SkipWhen(code == -1, "There is no python3 with onnxruntime and numpy.");
            Assert.True(code == 0, output);
            StoredArray samples = Npy.Read(Path.Combine(folder, "samples.npy"));
            Assert.Equal([Count, 3, 8, 8], samples.Shape);
            Assert.All(samples.ToSingles().Zip(ours[^1].Images), pair => Assert.Equal(pair.Second, pair.First, 1e-3f));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string Sampler()
    {
        DirectoryInfo? place = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(place!.FullName, "docs", "onnx.md"))) place = place.Parent;
        return File.ReadAllText(Path.Combine(place.FullName, "docs", "onnx.md")).Split("```python\n")[1].Split("```")[0];
    }

    static (int Code, string Output) Run(string python, string folder)
    {
        try
        {
            string[] call = ["sample.py", "model.onnx", $"{Count}", $"{Steps}"];
            using Process process = Process.Start(new ProcessStartInfo(python, call)
            { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "No module named 'onnxruntime': no Python at all");
        }
    }
}
