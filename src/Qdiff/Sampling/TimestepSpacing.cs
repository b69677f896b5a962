namespace Qdiff;

/// <summary>Which timesteps a sampler visits when it takes fewer than the schedule has.</summary>
/// <remarks>Lin et al. 2023, arXiv 2305.08891, table 2.</remarks>
public enum TimestepSpacing
{
    /// <summary>Evenly from T − 1 to 0, both visited ("linspace").</summary>
    Uniform,

    /// <summary>T − 1, T − 1 − T/N, …: starts at the noisiest timestep, ends T/N above the clean image.</summary>
    Trailing,

    /// <summary>…, 2k, k, 0 with k = ⌊T/N⌋: ends at 0, does not start at T − 1 (so never at a zero terminal SNR).</summary>
    Leading,
}
