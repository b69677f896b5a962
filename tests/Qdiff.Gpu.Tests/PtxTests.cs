using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Qdiff.Gpu;

/// <summary>Every kernel compiled to PTX, for which no device is needed: the emulator knows functions that devices do not.
/// <c>QDIFF_PTX=FOLDER</c> keeps it there.</summary>
public sealed class PtxTests(PtxTests.Compilers compilers) : IClassFixture<PtxTests.Compilers>
{
    /// <summary>A compiler for each architecture, in one context; tests of a class take turns with them.</summary>
    public sealed class Compilers : IDisposable
    {
        readonly Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));

        public Compilers() => Backends =
        [
            .. ((CudaArchitecture[])[CudaArchitecture.SM_70, CudaArchitecture.SM_90]).Select(architecture =>
                (architecture, new PTXBackend(context, architecture, CudaInstructionSet.ISA_78, null!))),
        ];

        public IReadOnlyList<(CudaArchitecture Architecture, PTXBackend Backend)> Backends { get; }

        public void Dispose()
        {
            foreach ((_, PTXBackend backend) in Backends) backend.Dispose();
            context.Dispose();
        }
    }

    public static TheoryData<string> Kernels => [.. All.Select(kernel => $"{kernel.DeclaringType!.Name}.{kernel.Name}")];

    static IEnumerable<MethodInfo> All => typeof(GpuDevice).Assembly.GetTypes().Where(type => type.Name.EndsWith("Kernels"))
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(method => method.ReturnType == typeof(void));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void CompilesForDevices(string name)
    {
        MethodInfo kernel = All.Single(kernel => $"{kernel.DeclaringType!.Name}.{kernel.Name}" == name);
        EntryPointDescription entry = kernel.GetParameters()[0].ParameterType == typeof(Index1D)
            ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
            : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        foreach ((CudaArchitecture architecture, PTXBackend backend) in compilers.Backends)
        {
            var compiled = (PTXCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty);
            Assert.Contains(".entry", compiled.PTXAssembly);
            // A number that a thread cannot keep in registers is in local memory, which is slow.
            Assert.DoesNotContain(".local", compiled.PTXAssembly);
            if (Environment.GetEnvironmentVariable("QDIFF_PTX") is { } folder)
                File.WriteAllText(Path.Combine(folder, $"{name}.{architecture}.ptx"), compiled.PTXAssembly);
        }
    }
}
