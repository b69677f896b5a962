using Qdiff.Benchmarks;

switch (args)
{
    case ["goals", .. string[] rest]:
        return Goals.Run(rest.Contains("--json"));
    case ["kernels"]:
        KernelBenchmarks.Run();
        return 0;
    case ["circuits"]:
        Console.WriteLine($"{"qubits",7} {"layers",7} {"us/sample",12}");
        foreach ((int qubits, int layers, double microseconds) in CircuitBenchmarks.Scaling()) Console.WriteLine($"{qubits,7} {layers,7} {microseconds,12:F2}");
        return 0;
    case ["jpeg", .. string[] folder]:
        JpegBenchmark.Run(folder.FirstOrDefault());
        return 0;
    default:
        Console.Error.WriteLine("usage: goals [--json] | kernels | circuits | jpeg [FOLDER]");
        return 2;
}
