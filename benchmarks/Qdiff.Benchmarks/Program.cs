using Qdiff;
using Qdiff.Benchmarks;

if (args is ["kernels"]) KernelBenchmarks.Run();
if (args is ["parity"])
{
}
