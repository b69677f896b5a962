namespace Qdiff;

/// <summary>Images on their way from noise.</summary>
/// <param name="Timestep">Where they are; <see cref="NoiseSchedule.Clean"/> when they are finished.</param>
/// <param name="Images">N × C × H × W numbers; noise goes beyond [−1, 1].</param>
public sealed record DenoisingFrame(int Timestep, float[] Images);
