using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace Qdiff.Gpu;

/// <summary>
/// Where kernels are launched: on a stream at once, or into a list that is launched again and again. A kernel is loaded at its
/// first launch. The overloads differ in the number of a kernel's arguments alone.
/// </summary>
sealed class LaunchQueue(GpuDevice device, AcceleratorStream stream, List<Launch>? recorded = null)
{
    LaunchOrder order;

    /// <summary>Threads of a group where they do not meet: few, or launches of some ten thousand threads would leave
    /// multiprocessors without a group.</summary>
    int GroupSize => Math.Min(128, device.Accelerator.MaxNumThreadsPerGroup);

    /// <summary>Where launches go.</summary>
    public AcceleratorStream Stream => stream;

    /// <summary>Whether launches are kept for later.</summary>
    public bool IsRecording => recorded is not null;

    /// <summary>Launches of kernels that are not the queue's own, or keeps them for later.</summary>
    public void Run(string name, Action<AcceleratorStream> launch) => Run(launch, () => new(name, 0, 0, 0, 0), []);

    /// <summary>Launches at once what every launch of a record would find the same.</summary>
    public void Once(Action<AcceleratorStream> launch)
    {
        if (!device.IsPaper) launch(stream);
    }

    /// <summary>Launches of this work may run beside those that follow, until <see cref="Join"/>.</summary>
    public void Beside(Action work)
    {
        order = LaunchOrder.Beside;
        work();
        order = LaunchOrder.InTurn;
    }

    /// <summary>What follows waits for all that runs beside.</summary>
    public void Join() => recorded?.Add(new(_ => { }, LaunchOrder.Join, default, []));

    void Run(MethodInfo kernel, long threads, Action<AcceleratorStream> launch, params object[] arguments) =>
        Run(launch, () => Work.Of(kernel, threads, arguments), arguments);

    void Run(Action<AcceleratorStream> launch, Func<Work> work, object[] arguments)
    {
        if (recorded is null) launch(stream);
        else recorded.Add(new(launch, order, work(), [.. arguments.Where(argument => argument is not IArrayView)]));
    }

    /// <summary>Threads that do not meet are calls on the emulator: its own, one of the system for each, are far
    /// slower.</summary>
    void Emulate(MethodInfo kernel, int threads, Action<int> call, params object[] arguments) => Run(kernel, threads, stream =>
    {
        stream.Synchronize();
        Parallel.For(0, threads, call);
    }, arguments);

    // A kernel with a thread for each number, then kernels of thread groups with so many warps each.

    public void ForEach<T1, T2>(Action<Index1D, T1, T2> kernel, int threads, T1 a1, T2 a2) where T1 : struct where T2 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2), a1, a2);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2), a1, a2);
    }

    public void ForEach<T1, T2, T3>(Action<Index1D, T1, T2, T3> kernel, int threads, T1 a1, T2 a2, T3 a3)
        where T1 : struct where T2 : struct where T3 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3), a1, a2, a3);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3), a1, a2, a3);
    }

    public void ForEach<T1, T2, T3, T4>(Action<Index1D, T1, T2, T3, T4> kernel, int threads, T1 a1, T2 a2, T3 a3, T4 a4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4), a1, a2, a3, a4);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4), a1, a2, a3, a4);
    }

    public void ForEach<T1, T2, T3, T4, T5>(Action<Index1D, T1, T2, T3, T4, T5> kernel, int threads, T1 a1, T2 a2, T3 a3,
        T4 a4, T5 a5) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5), a1, a2, a3, a4, a5);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5), a1, a2, a3, a4, a5);
    }

    public void ForEach<T1, T2, T3, T4, T5, T6>(Action<Index1D, T1, T2, T3, T4, T5, T6> kernel, int threads, T1 a1, T2 a2,
        T3 a3, T4 a4, T5 a5, T6 a6)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5, a6), a1, a2, a3, a4, a5, a6);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5, a6), a1, a2, a3, a4, a5, a6);
    }

    public void ForEach<T1, T2, T3, T4, T5, T6, T7>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7> kernel, int threads, T1 a1,
        T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5, a6, a7), a1, a2, a3, a4, a5, a6, a7);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5, a6, a7), a1, a2, a3, a4, a5, a6,
            a7);
    }

    public void ForEach<T1, T2, T3, T4, T5, T6, T7, T8>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8> kernel, int threads,
        T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5, a6, a7, a8), a1, a2, a3, a4, a5, a6, a7, a8);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5, a6, a7, a8), a1, a2, a3, a4, a5, a6,
            a7, a8);
    }

    public void ForEach<T1, T2, T3, T4, T5, T6, T7, T8, T9>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel,
        int threads, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5, a6, a7, a8, a9), a1, a2, a3, a4, a5, a6, a7,
                a8, a9);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5, a6, a7, a8, a9), a1, a2, a3, a4, a5,
            a6, a7, a8, a9);
    }

    public void ForEach<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9,
        T10> kernel, int threads, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10), a1, a2, a3, a4, a5, a6,
                a7, a8, a9, a10);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> loaded = device.Loaded(kernel.Method,
            () => device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10), a1, a2, a3,
            a4, a5, a6, a7, a8, a9, a10);
    }

    public void ForEach<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10,
        T11> kernel, int threads, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        if (device.IsEmulator)
        {
            Emulate(kernel.Method, threads, i => kernel(i, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11), a1, a2, a3, a4, a5,
                a6, a7, a8, a9, a10, a11);
            return;
        }

        Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> loaded = device.Loaded(kernel.Method,
            () => device.Accelerator.LoadImplicitlyGroupedKernel(kernel, GroupSize));
        Run(kernel.Method, threads, stream => loaded(stream, threads, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11), a1, a2,
            a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    public void ForGroups<T1, T2, T3>(Action<T1, T2, T3> kernel, int groups, int warps, T1 a1, T2 a2, T3 a3)
        where T1 : struct where T2 : struct where T3 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3), a1, a2, a3);
    }

    public void ForGroups<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel, int groups, int warps, T1 a1, T2 a2, T3 a3, T4 a4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4), a1, a2, a3, a4);
    }

    public void ForGroups<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> kernel, int groups, int warps, T1 a1, T2 a2, T3 a3,
        T4 a4, T5 a5) where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5), a1, a2, a3, a4, a5);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6>(Action<T1, T2, T3, T4, T5, T6> kernel, int groups, int warps, T1 a1, T2 a2,
        T3 a3, T4 a4, T5 a5, T6 a6)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6), a1, a2, a3, a4, a5, a6);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6, T7>(Action<T1, T2, T3, T4, T5, T6, T7> kernel, int groups, int warps, T1 a1,
        T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6, a7), a1, a2, a3, a4, a5, a6, a7);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6, T7, T8>(Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel, int groups,
        int warps, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> loaded = device.Loaded(kernel.Method, () =>
            device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6, a7, a8), a1, a2, a3, a4, a5, a6, a7, a8);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, int groups,
        int warps, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> loaded = device.Loaded(kernel.Method,
            () => device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6, a7, a8, a9), a1, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel,
        int groups, int warps, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> loaded = device.Loaded(kernel.Method,
            () => device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6, a7, a8, a9, a10), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10,
        T11> kernel, int groups, int warps, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10,
            T11> loaded = device.Loaded(kernel.Method, () => device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6, a7, a8, a9, a10, a11), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    public void ForGroups<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10,
        T11, T12> kernel, int groups, int warps, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10,
        T11 a11, T12 a12)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11,
            T12> loaded = device.Loaded(kernel.Method, () => device.Accelerator.LoadKernel(kernel));
        Run(kernel.Method, groups * warps * GroupSum.Lanes, stream => loaded(stream, (groups, warps * GroupSum.Lanes), a1, a2,
            a3, a4, a5, a6, a7, a8, a9, a10, a11, a12), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
    }
}

/// <summary>A launch that was recorded.</summary>
/// <param name="On">Launches it on a stream.</param>
/// <param name="Order">What it waits for.</param>
/// <param name="Work">What it has to do.</param>
/// <param name="Settings">The arguments of its kernel that are no arrays.</param>
readonly record struct Launch(Action<AcceleratorStream> On, LaunchOrder Order, Work Work, object[] Settings)
{
    /// <summary>Whether both are the same but for the arrays that they are of.</summary>
    public bool IsLike(Launch other) => (Order, Work.Kernel, Work.Threads, Work.Operations)
        == (other.Order, other.Work.Kernel, other.Work.Threads, other.Work.Operations)
        && Settings.SequenceEqual(other.Settings);
}

/// <summary>What a launch waits for.</summary>
enum LaunchOrder
{
    /// <summary>All before it that are in turn.</summary>
    InTurn,

    /// <summary>The same, but nothing in turn waits for it.</summary>
    Beside,

    /// <summary>Everything; it is no launch itself.</summary>
    Join,
}
