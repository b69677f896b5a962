using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using Qdiff;
using Qdiff.Gpu;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>What a launch has to do, as recorded on paper.</summary>
public class WorkTests
{
    const int Batch = 32;

    [Fact]
    public void OfAConvolutionIsByHandWhatTheRecordSays()
    {
        var table = new ParameterTable();
        Parameter weight = table.Add("weight", [6, 3, 3, 3], Initialisers.Ones),
            bias = table.Add("bias", [6], Initialisers.Zeros);
        using GpuDevice device = GpuDevice.Paper();
        using Recording pass = Recording.Of(device, new Weights(table).Initialise(1), Batch, gradient: false, memory =>
        {
            (Tensor x, _) = memory.Input([3, 8, 8]);
            Operation.Convolution(x, weight, bias, padding: 1);
        });
        Work work = Assert.Single(pass.Works);
        Assert.Equal("Convolution", work.Kernel);   // three channels are too few to share
        Assert.Equal(sizeof(float) * (3 * 64 * Batch + 6 * 3 * 9 + 6), work.Read);
        Assert.Equal(sizeof(float) * 6 * 64 * Batch, work.Written);
        Assert.Equal(2.0 * 6 * 3 * 9 * 64 * Batch, work.Operations);
    }

    /// <summary>What is read and written in place counts as both.</summary>
    [Fact]
    public void InPlaceIsReadAndWritten()
    {
        using GpuDevice device = GpuDevice.Paper();
        using MemoryBuffer1D<float, Stride1D.Dense> numbers = device.Accelerator.Allocate1D<float>(10);
        Action<int, int, ArrayView<float>> softmax = ProductKernels.SoftmaxOverPixels;
        Work work = Work.Of(softmax.Method, 64, [2, 5, numbers.View.AsContiguous()]);
        Assert.Equal((64, 40, 40), (work.Threads, work.Read, work.Written));
    }

    /// <summary>Timesteps, labels and circuits of a network of the library are nothing that it branches on.</summary>
    [Fact]
    public void ANetworkWithLabelsAndCircuitsIsRecorded()
    {
        Network network = new UNet
        {
            Image = new(1, 4, 4),
            Dimension = 4,
            Groups = 2,
            Multipliers = [1, 3],
            Classes = 2,
            Vertex = new() { Circuit = new(3, [.. Embedding.Angles(3), .. Ansatz.BasicEntangler(3, 2)]), Groups = 2, Patch = 1 },
        }.Build();
        using GpuDevice device = GpuDevice.Paper();
        using DeviceTraining training = device.Train(new(network, 1), new(NoiseSchedule.Cosine(10), Prediction.Epsilon,
            Weighting.P2()), new("none", network.Image, new byte[16], [0]), new() { Batch = Batch });
        using DeviceNetwork predicting = device.Load(network, new Weights(network.Parameters).Initialise(1), 10);
        Assert.Equal(network.Circuits.Count, ((GpuTraining)training).Works.Count(work => work.Kernel == "CircuitGradient"));
        Assert.Equal(network.Circuits.Count, ((GpuNetwork)predicting).Works.Count(work => work.Kernel == "Circuit"));
    }

    [Fact]
    public void EveryKernelSaysWhatItWrites()
    {
        MethodInfo[] kernels = [.. typeof(GpuDevice).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Kernels", StringComparison.Ordinal) && type != typeof(CircuitKernels))
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType == typeof(void))];
        Assert.NotEmpty(kernels);
        Assert.All(kernels, kernel => Assert.Contains(kernel.GetParameters(), parameter => parameter.IsOut));
    }

    /// <summary>conv, norm, conv, norm + x forward; what the shortcut needs is within them, both ways.</summary>
    [Fact]
    public void SumsOfABlockNeedNoLaunch()
    {
        Network network = new UNet { Image = new(1, 8, 8), Dimension = 4, Multipliers = [1, 2] }.Build();
        using GpuDevice device = GpuDevice.Paper();
        using var training = (GpuTraining)device.Train(new(network, 1), new(NoiseSchedule.Cosine(10), Prediction.Epsilon,
            Weighting.P2()), new("none", network.Image, new byte[64], [0]), new() { Batch = Batch });
        int Count(string kernel) => training.Works.Count(work => work.Kernel == kernel);
        Assert.Equal(Count("ChannelStatistics"), Count("GroupNorm"));
        // The full attention's sum forward, and gradients that come to a skip from two sides.
        Assert.InRange(Count("Add"), 1, 1 + 2 * 2);
        // Only the loss's own numbers are copied.
        Assert.Equal(2, Count("Copy"));
        Assert.Equal(training.Launches, training.Works.Count);
    }
}
