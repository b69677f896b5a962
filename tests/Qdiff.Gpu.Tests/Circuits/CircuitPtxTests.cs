using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Qdiff.Gpu.Tests;

/// <summary>The kernels of circuits as PTX, for which no device is needed.</summary>
public class CircuitPtxTests
{
    [Theory]
    [InlineData(nameof(CircuitKernels.Prepare), 60_000)]
    [InlineData(nameof(CircuitKernels.RunInShared), 250_000)]
    [InlineData(nameof(CircuitKernels.RunInGlobal), 250_000)]
    [InlineData(nameof(CircuitKernels.Sum), 10_000)]
    public void CompilesForDevices(string name, int most)
    {
        MethodInfo kernel = typeof(CircuitKernels).GetMethod(name)!;
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_78, null!);
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        var compiled = (PTXCompiledKernel)backend.Compile(entry, new KernelSpecialization(256, 2));
        if (Environment.GetEnvironmentVariable("QDIFF_PTX") is { } folder)
            File.WriteAllText(Path.Combine(folder, name + ".ptx"), compiled.PTXAssembly);
        Assert.Contains(".minnctapersm 2", compiled.PTXAssembly);
        Assert.DoesNotContain(".local", compiled.PTXAssembly);
        Assert.InRange(compiled.PTXAssembly.Length, 1000, most);
    }
}
