using System.Diagnostics;
using System.Globalization;
using Qdiff.Mpi;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>
/// Training steps on several processes: what a step takes, how much of it is communication, and what that makes of it on networks
/// of other speeds. <c>mpirun -n 2 dotnet Qdiff.Benchmarks.dll ranks 1</c>; without mpirun one process of so many threads.
/// </summary>
static class RankBenchmark
{
    const string Model = "unet";
    const int Batch = 128, Steps = 24, WarmUp = 4;

    /// <summary>Time between two machines of a cluster until the first byte is there, of usual Ethernet.</summary>
    const double Latency = 30e-6;

    public static void Run(int threads)
    {
        using MpiGroup? mpi = Launcher.Here is null ? null : MpiGroup.Start();
        ProcessGroup processes = mpi ?? ProcessGroup.Single;
        Network network = PublishedModels.Named(Model).Build();
        int numbers = network.Parameters.Scalars + network.Parameters.DerivedScalars;
        // A step is so much for each tile and so much besides; on one thread, while all processes are at it.
        double one = Median(Seconds(network, ProcessGroup.Single, 1, Tensor.Samples, null).Steps),
            four = Median(Seconds(network, ProcessGroup.Single, 1, 4 * Tensor.Samples, null).Steps);
        double tile = (four - one) / 3, besides = Math.Max(0, one - tile);
        (double[] steps, double[] shares) = Seconds(network, processes, threads, Batch, mpi);
        double word = mpi is null ? 0 : Word(processes);
        if (!processes.IsFirst) return;
        Say($"{Model}, batch {Batch}, {processes.Size} x {threads} threads{(mpi is null ? "" : $", {mpi.Library}")}: "
            + $"step {1e3 * Median(steps):F1} ms (min {1e3 * steps.Min():F1})");
        if (mpi is null || processes.Size == 1) return;
        Say($"in MPI: {1e3 * Median(shares):F2} ms of a step, {100 * Median(shares) / Median(steps):F1} %, waiting for the "
            + $"others included (least: {1e3 * shares.Min():F2} ms); a word to all: {1e6 * word:F0} us");
        Say($"a step sends {numbers:N0} numbers a tile ({network.Parameters.Scalars:N0} of parameters, "
            + $"{network.Parameters.DerivedScalars:N0} of what is derived from them)");
        Say($"one thread: {1e3 * tile:F2} ms a tile, {1e3 * besides:F2} ms besides");
        foreach (int batch in (int[])[128, 1024]) Table(batch, tile, besides, numbers);
    }

    /// <summary>What a step takes with 1 to 64 processes of one thread, a machine each, over networks of three speeds.</summary>
    static void Table(int batch, double tile, double besides, int numbers)
    {
        int tiles = batch / Tensor.Samples;
        Say($"\nbatch {batch}, {tiles} tiles: seconds a step (times as fast as one process)\n");
        Say("| processes | 1 Gbit/s | 10 Gbit/s | 100 Gbit/s |\n|--:|--:|--:|--:|");
        double alone = besides + tiles * tile;
        for (int size = 1; size <= Math.Min(64, tiles); size *= 2)
        {
            string row = $"| {size} |";
            foreach (double gigabits in (double[])[1, 10, 100])
            {
                double step = besides + (double)tiles / size * tile + Communication(size, tiles, numbers, gigabits * 1e9 / 8);
                row += string.Create(CultureInfo.InvariantCulture, $" {step:F3} ({alone / step:F1}) |");
            }

            Say(row);
        }
    }

    /// <summary>
    /// Each process sends the terms of its tiles for the parts of the others, then its part of the sums to all (as a ring, so
    /// that each sends all parts but one); five messages to each of the others and their answers.
    /// </summary>
    static double Communication(int size, int tiles, double numbers, double bytesASecond)
    {
        double others = (size - 1.0) / size;
        double sent = sizeof(float) * numbers * others * ((double)tiles / size + 1);
        return sent / bytesASecond + 5 * (size - 1) * Latency;
    }

    static (double[] Steps, double[] Shares) Seconds(Network network, ProcessGroup processes, int threads, int batch,
        MpiGroup? mpi)
    {
        var objective = new Objective(NoiseSchedule.Cosine(1000), Prediction.Epsilon, Weighting.Uniform);
        var trainer = new Trainer(new TrainingState(network, seed: 1), objective, FashionMnist.LoadBuiltIn(), new()
        {
            Batch = batch,
            Workers = new(threads),
            Processes = processes,
        });
        List<double> steps = [], shares = [];
        var watch = new Stopwatch();
        TimeSpan before = mpi?.Communicating ?? default;
        foreach (TrainingStep _ in trainer.Run())
        {
            steps.Add(watch.Elapsed.TotalSeconds);
            shares.Add(((mpi?.Communicating ?? default) - before).TotalSeconds);
            if (steps.Count == WarmUp + Steps) break;
            before = mpi?.Communicating ?? default;
            watch.Restart();
        }

        return ([.. steps.Skip(WarmUp)], [.. shares.Skip(WarmUp)]);
    }

    /// <summary>How long it takes until all know that all are there.</summary>
    static double Word(ProcessGroup processes)
    {
        List<double> times = [];
        for (int i = 0; i < 200; i++)
        {
            long start = Stopwatch.GetTimestamp();
            processes.Together(() => { });
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Median(times);
    }

    static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    static void Say(string text) => Console.WriteLine(text);
}
