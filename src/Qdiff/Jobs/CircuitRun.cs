namespace Qdiff;

/// <summary>One run of a circuit for one image in a call of a network, with what it was given.</summary>
/// <param name="Image">The image's place among those of the call.</param>
/// <param name="Number">The run's number in the call, over all circuits.</param>
/// <param name="Layer">The circuit.</param>
/// <param name="Patch">Its number among the runs of the layer at the same time.</param>
/// <param name="Inputs">What the circuit was given.</param>
sealed record CircuitRun(int Image, long Number, QuantumLayer Layer, int Patch, float[] Inputs);

/// <summary>What a device gave for a run: the mean of each read-out, and the squares of their standard errors.</summary>
sealed record MeasuredCircuitRun(CircuitRun Run, double[] Means, double[] Variances);
