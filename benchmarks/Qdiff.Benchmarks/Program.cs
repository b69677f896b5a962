using Qdiff;
using Qdiff.Benchmarks;

switch (args)
{
    case ["goals", .. string[] rest]:
        return Goals.Run(rest.Contains("--json"));
    case ["beside", string other, .. string[] rounds]:
        return SideBySide.Run(other, rounds is [string n] ? int.Parse(n) : 3);
    case ["gpu-kernels", string model]:
        return GpuBenchmark.Profile(model);
    case ["gpu-work", string model, .. string[] kind] when kind is [] or ["forward"]:
        return GpuWork.Run(model, kind is ["forward"]);
    case ["gpu", .. string[] models]:
        return GpuBenchmark.Run(models);
    case ["widths", "--here"]:
        return Widths.RunHere();
    case ["widths", .. string[] times]:
        return Widths.Run(times is [string often] ? int.Parse(often) : 2);
    case ["ranks", .. string[] rest] when rest.All(number => int.TryParse(number, out _)):
        RankBenchmark.Run(rest is [string threads] ? int.Parse(threads) : 1);
        return 0;
    case ["kernels", .. string[] choice] when choice.Length <= 2:
        int lanes = choice is [string first, ..] && int.TryParse(first, out int given) ? given : MachineVectors.Lanes;
        string? word = choice.LastOrDefault(r => !int.TryParse(r, out _));
        switch (lanes)
        {
            case 16: KernelBenchmarks<Lanes16>.Run(word); break;
            case 8: KernelBenchmarks<Lanes8>.Run(word); break;
            default: KernelBenchmarks<Lanes4>.Run(word); break;
        }

        return 0;
    case ["steps", string model, string batch, string count, .. string[] kind]:
        return StepWork.Repeat(model, int.Parse(batch), int.Parse(count), kind is ["forward"]);
    case ["circuits", .. string[] plot]:
        CircuitScaling.Run(plot.FirstOrDefault());
        return 0;
    case ["noise"]:
        NoiseBenchmark.Run();
        return 0;
    case ["jpeg", .. string[] folder]:
        JpegBenchmark.Run(folder.FirstOrDefault());
        return 0;
    case ["inception", .. string[] weights]:
        InceptionBenchmark.Run(weights.FirstOrDefault());
        return 0;
    case ["metrics"]:
        MetricBenchmark.Run();
        return 0;
    case ["coverage", .. string[] numbers] when numbers.All(number => int.TryParse(number, out _)):
        int[] coverage = [.. numbers.Select(int.Parse)];
        Coverage.Run(coverage.FirstOrDefault(400), [.. coverage.Skip(1)]);
        return 0;
    default:
        Console.Error.WriteLine("usage: goals [--json] | gpu [MODEL …] | gpu-kernels MODEL | gpu-work MODEL [forward] | "
            + "beside OTHER/Qdiff.Benchmarks.dll [ROUNDS] | widths [ROUNDS] | ranks [THREADS] | kernels [4|8|16] [WORD] | "
            + "steps MODEL BATCH COUNT [forward] | circuits [PLOT.svg] | noise | jpeg [FOLDER] | "
            + "inception [WEIGHTS] | metrics | coverage [DRAWS [ROW …]]");
        return 2;
}
