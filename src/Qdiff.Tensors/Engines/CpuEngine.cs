namespace Qdiff.Tensors;

static class CpuEngine
{
    /// <summary>The engine whose kernels are compiled for this machine's vectors.</summary>
    public static ComputeEngine Create() => MachineVectors.Lanes switch
    {
        16 => new CpuEngine<Lanes16>(),
        8 => new CpuEngine<Lanes8>(),
        _ => new CpuEngine<Lanes4>(),
    };
}
