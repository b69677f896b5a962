using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using Qdiff;
using Qdiff.Gpu;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>What a device, or the lack of one, is told of in a line.</summary>
public class RefusalTests
{
    static readonly Network s_network = new UNet { Image = new(1, 8, 8), Dimension = 4, Multipliers = [1, 2] }.Build();

    [Fact]
    public void NoDriver()
    {
        if (CudaDriver.IsThere) Assert.Skip("There is a driver.");
        Assert.StartsWith("No graphics driver is installed", Refused(() => GpuDevice.Open(0)));
    }

    [Fact]
    public void NoSuchDevice() => Assert.StartsWith("There is no graphics processor 2; this machine has 2, counted from 0.",
        Refused(() => GpuDevice.RequireNumber(2, 2)));

    /// <summary>What the driver answers when it is asked why no device was found.</summary>
    [Theory]
    [InlineData(100, 0, 0, "The driver knows no graphics processor.")]
    [InlineData(0, 0, 12080, "The driver knows no graphics processor.")]
    [InlineData(999, 0, 0, "The graphics driver cannot be used: it answers with error 999 (CUDA_ERROR_UNKNOWN).")]
    [InlineData(803, 0, 0, "The graphics driver cannot be used: it answers with error 803.")]
    [InlineData(0, 2, 11040, "The graphics driver (CUDA 11.4) is too old for what this machine has. Update it, ")]
    public void NoDevice(int error, int count, int version, string line) =>
        Assert.StartsWith(line, Refused(() => throw CudaDriver.WhyNone(error, count, version)));

    [Fact]
    public void ADriverThatIsTooOld()
    {
        InputException e = CudaDriver.Unusable(new NotSupportedException("CUDA driver version is\ninsufficient."));
        Assert.Equal("The graphics driver cannot be used: CUDA driver version is insufficient. Update it, or compute on the "
            + "processors.", e.Message);
        Assert.Equal(Remedy.UseProcessors, e.Remedy);
    }

    /// <summary>Of which a new driver mends nothing.</summary>
    [Fact]
    public void ADeviceThatCannotBeOpened()
    {
        string line = Refused(() => CudaDriver.Ask<int>(() => throw new ILGPU.Runtime.Cuda.CudaException("out of memory")));
        Assert.Equal("The graphics processor cannot be opened: out of memory. Compute on the processors.", line);
        Assert.StartsWith("The graphics driver cannot be used: ", Refused(() =>
            CudaDriver.Ask<int>(() => throw new DllNotFoundException("cuda"))));
    }

    [Theory]
    [InlineData("gpu", 0)]
    [InlineData("gpu:0", 0)]
    [InlineData("gpu:12", 12)]
    [InlineData("gpu:", null)]
    [InlineData("gpu:-1", null)]
    [InlineData("gpu:x", null)]
    [InlineData("gpu1", null)]
    [InlineData("cpu", null)]
    [InlineData("emulator", null)]
    public void NamesOfDevices(string name, int? number) =>
        Assert.Equal(number, GpuDevice.TryNumber(name, out int known) ? known : null);

    [Theory]
    [InlineData(2000, "The training set of 40 images takes ")]
    [InlineData(1 << 20, "A batch of 32 takes ")]
    public void TooLittleMemoryForATraining(long free, string what)
    {
        using GpuDevice device = GpuDevice.Emulator(everyThread: false, free);
        var images = new ImageSet("blank", [1, 8, 8], new byte[40 * 64]);
        string[] before = Held(device.Accelerator);
        string line = Refused(() => device.Train(new(s_network, 3), new(NoiseSchedule.Cosine(50), Prediction.V,
            Weighting.P2()), images, new() { Batch = 20 }));
        Assert.StartsWith(what, line);
        Assert.Contains("MiB of memory on ", line);
        Assert.Contains(FormattableString.Invariant($"of which {free / (double)(1 << 20):N1} MiB are free."), line);
        Assert.Equal(before, Held(device.Accelerator));
    }

    [Fact]
    public void TooLittleMemoryForPredictions()
    {
        using GpuDevice device = GpuDevice.Emulator(everyThread: false, 1 << 18);
        Assert.Contains("Predict on the processors.", Refused(() =>
            device.Load(s_network, new Weights(s_network.Parameters).Initialise(3), 50)));
    }

    /// <summary>Which a record, made once for all samples, cannot know.</summary>
    [Theory]
    [InlineData("given")]
    [InlineData("computed")]
    [InlineData("copied")]
    public void ANetworkThatLooksAtItsSamples(string at)
    {
        using GpuDevice device = GpuDevice.Emulator();
        var network = new Looking(at);
        Assert.StartsWith("The network looks at its samples' numbers", Refused(() =>
            device.Load(network, new Weights(network.Parameters).Initialise(3), 50)));
    }

    /// <summary>Of which a record, made once for all timesteps and labels, would have one way.</summary>
    [Theory]
    [InlineData("kernels")]
    [InlineData("settings")]
    [InlineData("weights")]
    [InlineData("tensors")]
    [InlineData("constants")]
    [InlineData("channels")]
    [InlineData("labels")]
    [InlineData("nothing")]
    public void ANetworkThatBranchesOnItsSamples(string by)
    {
        using GpuDevice device = GpuDevice.Emulator();
        var network = new Branching(by);
        var images = new ImageSet("blank", [1, 4, 4], new byte[40 * 16], new int[40]);
        Action[] loads =
        [
            () => device.Load(network, new Weights(network.Parameters).Initialise(3), 50).Dispose(),
            () => device.Train(new(network, 3), new(NoiseSchedule.Cosine(50), Prediction.V, Weighting.P2()), images,
                new() { Batch = 16 }).Dispose(),
        ];
        foreach (Action load in loads)
            if (by == "nothing") load();
            else Assert.StartsWith("The network computes otherwise for other timesteps or labels", Refused(load));
    }

    sealed class Branching : Network
    {
        readonly string by;
        readonly ConvolutionLayer layer, other;

        public Branching(string by) => (this.by, layer, other) = (by, new(Parameters, "one", 1, 1, 3, padding: 1),
            new(Parameters, "other", 1, 1, 3, padding: 1));

        public override Shape Image => [1, 4, 4];

        public override int Classes => 3;

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            bool late = timesteps[0] >= 25;
            Tensor y = layer.Apply(xt), z = other.Apply(y);
            switch (by)
            {
                case "kernels":
                    return late ? Operation.Silu(z) : z;
                case "settings":
                    return Operation.Scale(z, late ? 1 : 2);
                case "weights":
                    return late ? layer.Apply(z) : other.Apply(z);
                case "tensors":
                    return Operation.Add(z, late ? xt : y);
                case "channels":
                    return Operation.Channels(Operation.Concatenate(z, y), late ? 0 : 1, 1);
                case "labels":
                    return labels[0] == 2 ? Operation.Silu(z) : z;
                case "constants":
                    Tensor own = xt.Workspace.Input(Image);
                    own.Values.Fill(late ? 1 : 2);
                    return Operation.Add(z, own);
                default:
                    return z;
            }
        }
    }

    /// <summary>A training or a network that is refused leaves nothing on the device.</summary>
    [Fact]
    public void WhatIsRefusedGivesItsMemoryBack()
    {
        using GpuDevice device = GpuDevice.Emulator();
        var network = new Looking("computed");
        var images = new ImageSet("blank", [1, 4, 4], new byte[40 * 16]);
        string[] before = Held(device.Accelerator);
        Refused(() => device.Load(network, new Weights(network.Parameters).Initialise(3), 50));
        Refused(() => device.Train(new(network, 3), new(NoiseSchedule.Cosine(50), Prediction.V, Weighting.P2()), images,
            new() { Batch = 16 }));
        Assert.Equal(before, Held(device.Accelerator));
    }

    static string[] Held(Accelerator accelerator)
    {
        List<string> held = [];
        Action<MemoryBuffer> list = buffer => held.AddRange(buffer.IsDisposed ? [] : [$"{buffer.GetType()} {buffer.Length}"]);
        typeof(Accelerator).GetMethod("ForEachChildObject", BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(typeof(MemoryBuffer)).Invoke(accelerator, [list]);
        return [.. held];
    }

    /// <summary>As where somebody else takes it between the question and the allocation.</summary>
    [Fact]
    public void MemoryThatRunsOutIsNoLostDevice()
    {
        using GpuDevice device = GpuDevice.Emulator();
        var network = new RunningOut();
        string line = Refused(() => device.Load(network, new Weights(network.Parameters).Initialise(3), 50));
        Assert.Equal($"The network takes more memory on '{device.Model}' than is free. Predict on the processors.", line);
        Assert.StartsWith("The training takes more memory on ", Refused(() => device.Train(new(network, 3),
            new(NoiseSchedule.Cosine(50), Prediction.V, Weighting.P2()), new("blank", [1, 4, 4], new byte[40 * 16]),
            new() { Batch = 16 })));
    }

    sealed class RunningOut : Network
    {
        readonly ConvolutionLayer layer;

        public RunningOut() => layer = new(Parameters, "only", 1, 1, 3, padding: 1);

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            layer.Apply(xt);
            // One cannot be made without a driver, which gives it its message.
            object failure = RuntimeHelpers.GetUninitializedObject(typeof(ILGPU.Runtime.Cuda.CudaException));
            typeof(ILGPU.Runtime.Cuda.CudaException).GetField("<Error>k__BackingField",
                BindingFlags.Instance | BindingFlags.NonPublic)!
                .SetValue(failure, nameof(ILGPU.Runtime.Cuda.CudaError.CUDA_ERROR_OUT_OF_MEMORY));
            throw (Exception)failure;
        }
    }

    /// <summary>Their values, and in a training their gradient, are more than the tensors here; a prediction has no
    /// gradient.</summary>
    [Fact]
    public void WeightsCountAsMemory()
    {
        var network = new Wide();
        int bytes = sizeof(float) * network.Parameters.Scalars;
        Weights weights = new Weights(network.Parameters).Initialise(3);
        using (GpuDevice device = GpuDevice.Emulator(everyThread: false, bytes / 2))
            Assert.StartsWith("A batch of 32 takes ", Refused(() => device.Load(network, weights, 50)));
        using (GpuDevice device = GpuDevice.Emulator(everyThread: false, bytes * 3 / 2))
        using (device.Load(network, weights, 50))
            Assert.Single(Held(device.Accelerator), held => held.Contains("System.Single", StringComparison.Ordinal)
                && held.EndsWith($" {network.Parameters.Scalars}", StringComparison.Ordinal));
    }

    sealed class Wide : Network
    {
        readonly DenseLayer first, middle, last;

        public Wide() => (first, middle, last) = (new(Parameters, "first", 16, 512), new(Parameters, "middle", 512, 512),
            new(Parameters, "last", 512, 16));

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            Operation.Reshape(last.Apply(middle.Apply(first.Apply(Operation.Reshape(xt, [16])))), Image);
    }

    /// <summary>What could not be uploaded whole.</summary>
    [Fact]
    public void ACircuitThatFailsHalfwayGivesItsMemoryBack()
    {
        using GpuDevice device = GpuDevice.Emulator();
        CircuitOperation whole = new Qdiff.Gpu.Tests.CircuitCheck(new(2, [.. Embedding.Angles(2)])).Operation;
        var layer = new QuantumLayer(new ParameterTable(), "circuit", whole.Circuit.Circuit, Initialisers.Zeros);
        var torn = new CircuitOperation(layer, null!, [[0, 1]], [2], [null!]);
        string[] before = Held(device.Accelerator);
        Assert.ThrowsAny<Exception>(() => new DeviceCircuit(device, torn, 16));
        Assert.Equal(before, Held(device.Accelerator));
    }

    /// <summary>Weights are loaded whole, or not at all.</summary>
    [Fact]
    public void WeightsThatAreBeingChangedAreNotLoaded()
    {
        using GpuDevice device = GpuDevice.Emulator();
        var state = new TrainingState(s_network, 3);
        using IDisposable change = state.Weights.BeginChange();
        Exception?[] refusals = new Exception?[2];
        var thread = new Thread(() => refusals =
        [
            Record.Exception(() => device.Load(s_network, state.Weights, 50)),
            Record.Exception(() => device.Train(state, new(NoiseSchedule.Cosine(50), Prediction.V, Weighting.P2()),
                new("blank", [1, 8, 8], new byte[40 * 64]), new() { Batch = 16 })),
        ]);
        thread.Start();
        thread.Join();
        Assert.All(refusals, refusal => Assert.IsType<InvalidOperationException>(refusal));
    }

    /// <summary>Whose compiler decides the last bits.</summary>
    [Theory]
    [InlineData("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version:  gcc "
        + "version 11.4.0", 12020, "driver 535.104.05 CUDA 12.2")]
    [InlineData("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build", 13000,
        "driver 580.65.06 CUDA 13.0")]
    [InlineData("", 12080, "driver of CUDA 12.8")]
    public void VersionsOfDrivers(string module, int cuda, string version) =>
        Assert.Equal(version, CudaDriver.VersionOf(module, cuda));

    [Fact]
    public void TheEmulatorsArithmeticIsItsName()
    {
        using GpuDevice device = GpuDevice.Emulator();
        Assert.Equal("emulator", device.Arithmetic);
    }

    sealed class Looking : Network
    {
        readonly string at;
        readonly ConvolutionLayer layer;

        public Looking(string at) => (this.at, layer) = (at, new(Parameters, "only", 1, 1, 3, padding: 1));

        public override Shape Image => [1, 4, 4];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
        {
            if (at == "given" && xt.Values[0] > 1) return xt;
            Tensor y = layer.Apply(xt);
            if (at == "computed" && y.Values[0] > 1) return xt;
            if (at != "copied") return y;
            Tensor own = xt.Workspace.Input(Image);
            xt.Values.CopyTo(own.Values);
            return layer.Apply(own);
        }
    }

    /// <summary>Before their places would be numbered past 31 bits.</summary>
    [Fact]
    public void ATensorOfTooManyNumbers()
    {
        using GpuDevice device = GpuDevice.Emulator();
        var network = new Attending();
        Assert.Contains("that a device can count", Refused(() =>
            device.Load(network, new Weights(network.Parameters).Initialise(3), 50)));
    }

    sealed class Attending : Network
    {
        readonly ConvolutionLayer qkv;

        public Attending() => qkv = new(Parameters, "qkv", 1, 12, 1);

        public override Shape Image => [1, 64, 64];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            Operation.FullAttention(qkv.Apply(xt), heads: 4, scale: 1);
    }

    /// <summary>The states of circuits that do not fit a thread group count too.</summary>
    [Fact]
    public void TooLittleMemoryForCircuits()
    {
        using GpuDevice device = GpuDevice.Emulator(everyThread: false, 1 << 20);
        var network = new OneCircuit();
        Assert.StartsWith("A batch of 32 takes ", Refused(() =>
            device.Load(network, new Weights(network.Parameters).Initialise(3), 50)));
    }

    sealed class OneCircuit : Network
    {
        readonly QuantumLayer circuit;
        readonly int[] wires = [.. Enumerable.Range(0, 12)];

        public OneCircuit() => circuit = new(Parameters, "circuit",
            new(12, [.. Embedding.Angles(12), .. Ansatz.StronglyEntangling(12, 2)]), Initialisers.Zeros);

        public override Shape Image => [12, 1, 1];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            circuit.Apply(xt, [wires], Image, [wires]);
    }

    /// <summary>Kernels number sums and gradients by 32 bits.</summary>
    [Fact]
    public void ACircuitOfTooManyNumbers()
    {
        using GpuDevice device = GpuDevice.Emulator();
        CircuitOperation operation = new Qdiff.Gpu.Tests.CircuitCheck(new(2, [.. Embedding.Angles(2)])).Operation;
        Assert.True(DeviceCircuit.BytesOf(device, operation, 1 << 20) > 0);
        Assert.Contains("that a device can count", Refused(() => DeviceCircuit.BytesOf(device, operation, 1 << 30)));
    }

    [Fact]
    public void ADriverThatFailsIsADeviceThatFailed()
    {
        using GpuDevice device = GpuDevice.Emulator();
        var failure = (AcceleratorException)RuntimeHelpers.GetUninitializedObject(
            typeof(ILGPU.Runtime.Cuda.CudaException));
        DeviceFailedException e = Assert.Throws<DeviceFailedException>(() => device.Ask<int>(() => throw failure));
        Assert.Equal(("emulator", failure), (e.Device, e.InnerException));
        GpuDevice.Release(() => throw failure);
    }

    static string Refused(Action work)
    {
        InputException e = Assert.Throws<InputException>(work);
        Assert.DoesNotContain("\n", e.Message);
        Assert.NotEqual(Remedy.None, e.Remedy);
        return e.Message;
    }
}
