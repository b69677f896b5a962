using System.Diagnostics;
using System.Text.Json;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>The project's written speed goals, measured: name, median, minimum, goal.</summary>
static class Goals
{
    sealed record Row(string Name, string Unit, double Median, double Min, double Goal);

    public static int Run(bool json)
    {
        var rows = new List<Row>();
        Network unet = new UNet().Build();
        Training(rows, unet, "unet");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(rows, new JsonSerializerOptions(JsonSerializerDefaults.Web)));
            return 0;
        }

        Console.WriteLine($"multiply-add peak: {Peak.Measure(1):F0} GFLOP/s on one core, {Peak.Measure(2):F0} on two");
        Console.WriteLine($"{"work",-60} {"median",9} {"min",9} {"goal",9}");
        foreach (Row row in rows)
            Console.WriteLine($"{row.Name,-60} {row.Median,9:G4} {row.Min,9:G4} {row.Goal,9:G4} {row.Unit}{(row.Median > row.Goal ? "  MISSED" : "")}");
        return 0;
    }

    static void Training(List<Row> rows, Network network, string name)
    {
        const int batch = 128;
        var workers = new TileWorkers(2);
        var weights = new Weights(network.Parameters).Initialise(1);
        var gradient = new WeightGradient(network.Parameters);
        int[] timesteps = [.. Enumerable.Range(0, Tensor.Samples).Select(i => i * 60)];
        float[] cotangent = [.. Enumerable.Repeat(1f / batch, Tensor.Samples)];
        var pixels = new float[network.Image.Count * Tensor.Samples];
        new RandomStream(1, "benchmark").FillNormal(pixels);

        Measurement step = Measurement.Of(() =>
        {
            weights.Refresh();
            workers.Gradient(weights, batch / Tensor.Samples, gradient, (space, _) =>
            {
                Tensor loss = Operation.SquaredError(network.Predict(Filled(space), timesteps), Filled(space));
                space.Backward(loss, cotangent);
            });
        }, 6);
        Measurement forward = Measurement.Of(() => workers.Run(weights, batch / Tensor.Samples, (space, _) => network.Predict(Filled(space), timesteps)), 3);
        rows.Add(new($"{name}, training step, batch {batch}, 2 threads", "s", step.Median, step.Min, 0.25));
        rows.Add(new($"{name}, forward, batch {batch}, 2 threads", "s", forward.Median, forward.Min, 0.08));
        Process process = Process.GetCurrentProcess();
        rows.Add(new("memory of the process after these", "MB", process.WorkingSet64 / 1e6, process.WorkingSet64 / 1e6, 600));

        Tensor Filled(Workspace space)
        {
            Tensor x = space.Input(network.Image);
            pixels.CopyTo(x.Values);
            return x;
        }
    }
}
