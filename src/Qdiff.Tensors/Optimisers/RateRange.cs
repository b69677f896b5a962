namespace Qdiff.Tensors;

/// <summary>
/// Numbers <paramref name="Start"/> to Start + <paramref name="Count"/> − 1 learn at <paramref name="Factor"/> times the rate; 0
/// freezes them.
/// </summary>
public readonly record struct RateRange(int Start, int Count, double Factor);
