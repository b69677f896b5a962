using System.Diagnostics;
using System.Globalization;
using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>The lines of Python on a card read its weights where PyTorch is.</summary>
[Collection(MadeModelsCollection.Name)]
public sealed class TorchLoadTests(MadeModels made)
{
    [Fact]
    public void FiveLinesOfPyTorchReadTheWeights()
    {
        string card = File.ReadAllText(Path.Combine(made.One, "README.md")), lines = card.Split("```python\n")[1].Split("```")[0];
        Assert.Equal(5, lines.TrimEnd().Split('\n').Length);
        string program = lines + "for name, w in weights.items():\n"
            + "    print(name, *w.shape, repr(float((w.double() * torch.arange(w.numel()).reshape(w.shape)).sum())))";
        (int code, string output) = ((string[])["/usr/bin/python3", "python3"]).Select(python => Run(python, program))
            .FirstOrDefault(run => !run.Output.Contains("No module named"), (Code: -1, Output: ""));
        Assert.SkipWhen(code == -1, "There is no python3 with torch.");
        Assert.True(code == 0, output);
        Weights weights = PretrainedModel.Open(made.One, Papers.Catalog).Load().Weights;
        string[] read = output.TrimEnd().Split('\n');
        Assert.Equal(weights.Table.Count(), read.Length);
        foreach ((string line, Parameter p) in read.Zip(weights.Table))
        {
            string[] words = line.Split(' ');
            Assert.Equal(p.Name, words[0]);
            Assert.Equal(p.Shape.ToArray().Select(size => $"{size}"), words[1..^1]);
            double expected = 0;
            for (int i = 0; i < p.Count; i++) expected += (double)weights[p][i] * i;
            Assert.Equal(expected, double.Parse(words[^1], CultureInfo.InvariantCulture), 1e-9 * Math.Max(1, Math.Abs(expected)));
        }
    }

    (int Code, string Output) Run(string python, string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", program])
            { WorkingDirectory = made.One, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "No module named torch: no Python at all");
        }
    }
}
