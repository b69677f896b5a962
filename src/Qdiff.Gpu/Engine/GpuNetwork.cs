using System.Runtime.ExceptionServices;
using ILGPU;
using ILGPU.Runtime;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>
/// A network's forward pass, recorded for several tiles. Callers' tiles are gathered: whoever comes while the device is busy goes
/// with the next launch, so that tiles of several threads are computed together. What a sample gets does not depend on who goes
/// with it.
/// </summary>
sealed class GpuNetwork : DeviceNetwork
{
    /// <summary>Tiles of a launch; the emulator has no room to keep busy.</summary>
    int Tiles => device.IsEmulator ? 2 : 8;

    readonly GpuDevice device;
    readonly Network network;
    readonly Recording pass;
    readonly MemoryBuffer1D<int, Stride1D.Dense> numbers;
    readonly List<Request> waiting = [];
    readonly float[] xt, output;

    /// <summary>Each sample's timestep, then each one's label.</summary>
    readonly int[] numberOf;

    ArrayView<float> input, result;
    bool isBusy;

    public GpuNetwork(GpuDevice device, Network network, Weights weights, int most)
    {
        (this.device, this.network) = (device, network);
        int batch = Tiles * Tensor.Samples;
        output = new float[network.Image.Count * batch];
        // Pinned, because copies take them by their address.
        (xt, numberOf) = (GC.AllocateArray<float>(output.Length, pinned: true), GC.AllocateArray<int>(2 * batch, pinned: true));
        numbers = device.Accelerator.Allocate1D<int>(2 * batch);
        try
        {
            ArrayView<int> timesteps = numbers.View.SubView(0, batch).AsContiguous(),
                labels = numbers.View.SubView(batch, batch).AsContiguous();
            pass = Recording.Of(device, weights, batch, gradient: false, memory =>
            {
                int[] given = memory.Expect(SampleData.Kind.Timesteps, timesteps, most), classes = memory.Expect(
                    SampleData.Kind.Labels, labels, network.Classes == 0 ? 0 : network.Labels);
                (Tensor x, input) = memory.Input(network.Image);
                Tensor y = network.Predict(x, given, classes);
                result = GpuEngine.View(y);
            });
        }
        catch
        {
            GpuDevice.Release(numbers.Dispose);
            throw;
        }
    }

    public override int Callers => 2 * Tiles;

    /// <summary>What each kernel of a pass has to do.</summary>
    public IReadOnlyList<Work> Works => pass.Works;

    public override void Predict(ReadOnlySpan<float> xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels,
        Span<float> output)
    {
        var request = new Request(xt.ToArray(), [.. timesteps], [.. labels]);
        List<Request>? mine = null;
        lock (waiting)
        {
            waiting.Add(request);
            while (isBusy && !request.IsDone) Monitor.Wait(waiting);
            if (!request.IsDone)
            {
                isBusy = true;
                mine = [.. waiting.Take(Tiles)];
                waiting.RemoveRange(0, mine.Count);
            }
        }

        // Whoever finds the device idle takes all that wait, which need not be their own.
        if (mine is not null) Serve(mine, request);
        if (request.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        request.Output.CopyTo(output);
    }

    public override void Dispose()
    {
        pass.Dispose();
        GpuDevice.Release(numbers.Dispose);
    }

    void Serve(List<Request> mine, Request own)
    {
        while (true)
        {
            Exception? failure = null;
            try
            {
                device.Ask(() => Compute(mine));
            }
            catch (Exception e)
            {
                failure = e;
            }

            lock (waiting)
            {
                foreach (Request request in mine) (request.IsDone, request.Failure) = (true, failure);
                if (own.IsDone)
                {
                    isBusy = false;
                    Monitor.PulseAll(waiting);
                    return;
                }

                Monitor.PulseAll(waiting);
                mine = [.. waiting.Take(Tiles)];
                waiting.RemoveRange(0, mine.Count);
            }
        }
    }

    int Compute(List<Request> requests)
    {
        int batch = Tiles * Tensor.Samples;
        Array.Fill(numberOf, -1);
        for (int tile = 0; tile < requests.Count; tile++)
        {
            Request request = requests[tile];
            for (int e = 0; e < network.Image.Count; e++)
                request.Xt.AsSpan(e * Tensor.Samples, Tensor.Samples).CopyTo(xt.AsSpan(e * batch + tile * Tensor.Samples));
            request.Timesteps.CopyTo(numberOf, tile * Tensor.Samples);
            request.Labels.CopyTo(numberOf, batch + tile * Tensor.Samples);
        }

        input.CopyFromCPUUnsafeAsync(pass.Stream, ref xt[0], xt.Length);
        numbers.View.AsContiguous().CopyFromCPUUnsafeAsync(pass.Stream, ref numberOf[0], numberOf.Length);
        pass.Launch();
        // The one wait of a pass.
        result.CopyToCPU(pass.Stream, output);
        for (int tile = 0; tile < requests.Count; tile++)
        {
            float[] to = requests[tile].Output;
            for (int e = 0; e < network.Image.Count; e++)
                output.AsSpan(e * batch + tile * Tensor.Samples, Tensor.Samples).CopyTo(to.AsSpan(e * Tensor.Samples));
        }

        return requests.Count;
    }

    sealed record Request(float[] Xt, int[] Timesteps, int[] Labels)
    {
        public float[] Output { get; } = new float[Xt.Length];

        public bool IsDone { get; set; }

        public Exception? Failure { get; set; }
    }
}
