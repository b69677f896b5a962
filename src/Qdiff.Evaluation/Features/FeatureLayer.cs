namespace Qdiff.Evaluation;

/// <summary>A place in a <see cref="FeatureNetwork"/> where features can be read.</summary>
/// <param name="Name">What protocols call it: <c>inception-768</c>, <c>domain-digits</c>, <c>domain-digits-logits</c>.</param>
/// <param name="Width">Features a sample.</param>
/// <param name="IsLogits">Whether they are a classifier's logits (no softmax) instead of features.</param>
public readonly record struct FeatureLayer(string Name, int Width, bool IsLogits = false);
