namespace Qdiff;

/// <summary>Images at one timestep of their denoising trajectory.</summary>
/// <param name="Timestep">Where they are; <see cref="NoiseSchedule.Clean"/> when they are finished.</param>
/// <param name="Images">N × C × H × W values; noise goes beyond [−1, 1].</param>
public sealed record DenoisingFrame(int Timestep, float[] Images);
