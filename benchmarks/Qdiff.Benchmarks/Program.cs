using Qdiff.Benchmarks;

return args switch
{
    ["goals", .. string[] rest] => Goals.Run(rest.Contains("--json")),
    ["kernels"] => Kernels(),
    _ => Usage(),
};

static int Kernels()
{
    KernelBenchmarks.Run();
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("usage: goals [--json] | kernels");
    return 2;
}
