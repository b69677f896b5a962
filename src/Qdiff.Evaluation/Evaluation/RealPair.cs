namespace Qdiff.Evaluation;

/// <summary>Real images in place of samples, and the real images that those are compared with.</summary>
sealed record RealPair(ImageFeatures Samples, ImageFeatures Reference);
