namespace Qdiff.Evaluation;

/// <summary>
/// A step of <see cref="ClassifierTraining"/>: its number, counted from 1, of so many, and what it found before it learned.
/// </summary>
/// <param name="Loss">Mean cross entropy of the batch, in nats.</param>
/// <param name="Accuracy">Share of the batch that was told right.</param>
public readonly record struct ClassifierStep(int Number, int Steps, double Loss, double Accuracy);
