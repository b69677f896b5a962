using System.Diagnostics;
using Qdiff;
using Qdiff.Onnx;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>The sampler in docs/onnx.md draws from an exported model, where Python has the ONNX Runtime.</summary>
public sealed class PythonSamplerTests
{
    [Fact]
    public void TheSamplerOfTheDocumentationRuns()
    {
        string folder = Directory.CreateTempSubdirectory("qdiff-onnx-").FullName;
        try
        {
            ModelConfig small = new() { Name = "qcunet", Multipliers = [1, 2], Quanvolution = new() { Level = 1 } };
            Network network = PublishedModels.Named("qcunet").Build(small, [3, 8, 8], Papers.Catalog, nullLabel: true);
            OnnxModel.Of(network, new Weights(network.Parameters).Initialise(1), NoiseSchedule.Cosine(20), Prediction.V)
                .Save(Path.Combine(folder, "model.onnx"));
            File.WriteAllText(Path.Combine(folder, "sample.py"), Sampler());
            (int code, string output) = ((string[])["/usr/bin/python3", "python3"]).Select(python => Run(python, folder))
                .FirstOrDefault(run => !run.Output.Contains("No module named"), (Code: -1, Output: ""));
            Assert.SkipWhen(code == -1, "There is no python3 with onnxruntime and numpy.");
            Assert.True(code == 0, output);
            StoredArray samples = Npy.Read(Path.Combine(folder, "samples.npy"));
            Assert.Equal([3, 3, 8, 8], samples.Shape);
            Assert.All(samples.ToSingles(), value => Assert.InRange(value, -1.001f, 1.001f));
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
            using Process process = Process.Start(new ProcessStartInfo(python, ["sample.py", "model.onnx", "3", "5"])
            { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "No module named onnxruntime: no Python at all");
        }
    }
}
