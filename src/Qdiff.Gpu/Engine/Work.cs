using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>What a launch has to do at least, whatever the device: every array of its kernel once through memory, and the
/// arithmetic of its products.</summary>
/// <param name="Kernel">The kernel's name; null of what launches nothing.</param>
/// <param name="Threads">Threads that run it.</param>
/// <param name="Read">Bytes of the arrays that it reads.</param>
/// <param name="Written">Bytes of the arrays that it writes.</param>
/// <param name="Operations">Multiplications and additions of its sizes, if they say them (<see cref="ISizes"/>); arithmetic
/// that goes with each number and not with each product of two is left out: there memory takes longer.</param>
readonly record struct Work(string? Kernel, long Threads, long Read, long Written, double Operations)
{
    /// <summary>Bytes read and written.</summary>
    public long Bytes => Read + Written;

    /// <summary>What the arguments of a kernel say: it writes the arrays that are <see cref="OutAttribute"/>, and reads those
    /// that are not, or <see cref="InAttribute"/> too.</summary>
    public static Work Of(MethodInfo kernel, long threads, object[] arguments)
    {
        ParameterInfo[] parameters = kernel.GetParameters();
        int first = parameters.Length - arguments.Length;   // behind the number of the thread, if it has one
        long read = 0, written = 0;
        double operations = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is ISizes sizes) operations += sizes.Operations;
            if (arguments[i] is not IArrayView view) continue;
            ParameterInfo parameter = parameters[first + i];
            if (parameter.IsOut) written += view.LengthInBytes;
            if (!parameter.IsOut || parameter.IsIn) read += view.LengthInBytes;
        }

        return new(kernel.Name, threads, read, written, operations);
    }
}

/// <summary>Sizes of a kernel that multiplies arrays with one another.</summary>
interface ISizes
{
    /// <summary>Multiplications and additions, by the definition: padding counts, blocks that are filled up do not.</summary>
    double Operations { get; }
}
