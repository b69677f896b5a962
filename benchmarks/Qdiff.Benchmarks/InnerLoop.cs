using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Qdiff.Gpu;

namespace Qdiff.Benchmarks;

/// <summary>
/// The loop in which a kernel multiplies most, as ILGPU's PTX has it: how many instructions go to how many products. The
/// driver's own compiler, which makes machine code of it, is not here: moves between names are not counted (it has none), a
/// multiplication and an addition are one instruction where it makes them one, and a division by a number that is not constant
/// is twenty.
/// </summary>
static partial class InnerLoop
{
    const int Division = 20;

    /// <summary>Instructions to a product of a kernel's.</summary>
    public static double InstructionsPerProduct(string kernel)
    {
        string[] lines = [.. Ptx(kernel).Split('\n').Select(line => line.Trim())];
        Dictionary<string, int> labels = [];
        for (int i = 0; i < lines.Length; i++)
            if (lines[i].EndsWith(':')) labels[lines[i][..^1]] = i;
        // From where it is jumped back to, to the last jump; innermost if no other begins in it.
        Dictionary<int, int> loops = [];
        for (int i = 0; i < lines.Length; i++)
            if (Jump().Match(lines[i]) is { Success: true } jump && labels[jump.Groups[1].Value] is int start && start < i)
                loops[start] = i;
        string[] loop = loops.Where(loop => !loops.Keys.Any(start => loop.Key < start && start < loop.Value))
            .Select(loop => lines[loop.Key..loop.Value]).MaxBy(Products)!;
        return (double)Instructions(loop) / Products(loop);
    }

    static int Products(string[] loop) => Count(loop, "mul.f32");

    static int Instructions(string[] loop) => loop.Count(line => line.EndsWith(';')) - Count(loop, "mov.")
        - Math.Min(Products(loop), Count(loop, "add.f32")) - Math.Min(Count(loop, "mul.wide"), Count(loop, "add.u64"))
        + (Division - 1) * (Count(loop, "div.s32") + Count(loop, "rem.s32"));

    static int Count(string[] loop, string start) => loop.Count(line => line.StartsWith(start, StringComparison.Ordinal));

    static string Ptx(string name)
    {
        MethodInfo kernel = typeof(GpuDevice).Assembly.GetTypes().Where(type => type.Name.EndsWith("Kernels"))
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public)).Single(method => method.Name == name);
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!);
        EntryPointDescription entry = kernel.GetParameters()[0].ParameterType == typeof(Index1D)
            ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
            : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((PTXCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty)).PTXAssembly;
    }

    [GeneratedRegex(@"\bbra(?:\.uni)?\s+(\w+);$")]
    private static partial Regex Jump();
}
