namespace Qdiff;

/// <summary>
/// How clearly dead and live are apart. An effect is the largest change of an output pixel relative to the root mean square of
/// the output, when parameters are moved by about their own size, in double precision.
/// </summary>
/// <param name="NoiseFloor">The effect of moving every weight and pixel by one unit in the last place.</param>
/// <param name="Threshold">Effects up to here count as none.</param>
/// <param name="LargestDead">The largest effect of parameters that were judged dead, moved together; 0 if there are none.</param>
/// <param name="SmallestLive">The smallest effect of a number that was judged live, of those whose gradient was the
/// weakest; below the threshold only if its gradient is beyond doubt.</param>
/// <param name="WeakestGradient">The smallest ratio of gradient to float32 noise that was taken as a sign of life.</param>
/// <param name="Passes">Passes of the whole network in double.</param>
public sealed record AuditMargin(double NoiseFloor, double Threshold, double LargestDead, double? SmallestLive,
    double WeakestGradient, int Passes);
