namespace Qdiff.Evaluation;

/// <summary>Another network's denoising loss on the same images with the same timesteps and noise.</summary>
/// <param name="Name">What it is called: its run, and which weights.</param>
/// <param name="Loss">Its mean.</param>
/// <param name="Difference">The evaluated network's minus the other's, image by image: pairs are images, not seeds.</param>
public sealed record LossBeside(string Name, double Loss, PairedDifference Difference);
