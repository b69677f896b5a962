using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A machine beside the processors that takes over whole training steps, where data, weights, optimiser and noise stay there and
/// the processors see the loss, and the predictions that samples are drawn with. Chosen where a <see cref="Catalog"/> is made;
/// this library knows none.
/// </summary>
public abstract class Device
{
    /// <summary>The name by which it is chosen, such as <c>gpu</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What tells it from devices whose results may have other last digits.</summary>
    public virtual string Arithmetic => Name;

    /// <summary>What computes a training step there, from this state on.</summary>
    /// <exception cref="InputException">It has too little memory, or something of this training is unknown to it.</exception>
    /// <exception cref="InvalidOperationException">Another thread is changing the state's weights.</exception>
    /// <exception cref="DeviceFailedException">The device failed.</exception>
    public abstract DeviceTraining Train(TrainingState state, Objective objective, ImageSet images, TrainerOptions options);

    /// <summary>A network that predicts there, with these weights as they are now.</summary>
    /// <param name="timesteps">How many timesteps there are; it is asked for those below.</param>
    /// <exception cref="InputException">It has too little memory, or something of this network is unknown to it.</exception>
    /// <exception cref="InvalidOperationException">Another thread is changing the weights.</exception>
    /// <exception cref="DeviceFailedException">The device failed.</exception>
    public abstract DeviceNetwork Load(Network network, Weights weights, int timesteps);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void RequireAlone(ProcessGroup processes)
    {
        if (processes.Size > 1)
            throw new InputException($"Several processes compute on their processors; '{this}' takes one process.")
            { Remedy = Remedy.UseProcessors };
    }
}

/// <summary>A training whose numbers are on a <see cref="Device"/>. For one caller at a time.</summary>
public abstract class DeviceTraining : IDisposable
{
    /// <summary>Forward, backward, clipping, update and running average of one step. A step whose loss or gradient is not finite,
    /// or whose gradient has a norm above 1e19 after clipping, changes nothing.</summary>
    /// <param name="step">Steps done before.</param>
    /// <param name="images">The image of each sample.</param>
    /// <param name="timesteps">The timestep of each sample.</param>
    /// <param name="labels">The label of each sample, for a conditional network.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="decay">How much of the average stays.</param>
    /// <exception cref="DeviceFailedException">The device failed; what it had not given back is lost.</exception>
    public abstract StepMeasurement Step(long step, ReadOnlySpan<int> images, ReadOnlySpan<int> timesteps,
        ReadOnlySpan<int> labels, double learningRate, double decay);

    /// <summary>The gradient by each of these parameters in the last step, before clipping.</summary>
    /// <exception cref="DeviceFailedException">The device failed.</exception>
    public abstract float[][] Gradient(IReadOnlyList<Parameter> parameters);

    /// <summary>Copies weights, average and moments to the state that the training began with.</summary>
    /// <exception cref="DeviceFailedException">The device failed; the state is as it was.</exception>
    public abstract void Fetch();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>What a step on a device measured.</summary>
/// <param name="Loss">The weighted loss of the batch.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient before clipping.</param>
/// <param name="CircuitGradientNorm">The part of it that belongs to the angles of circuits.</param>
public readonly record struct StepMeasurement(double Loss, double GradientNorm, double CircuitGradientNorm);

/// <summary>A network on a <see cref="Device"/>. Safe to share: what several threads ask for at once is computed
/// together.</summary>
public abstract class DeviceNetwork : IDisposable
{
    /// <summary>Threads that should ask at once for it to be busy, each with a tile of 16 samples.</summary>
    public abstract int Callers { get; }

    /// <summary>The prediction for a tile (element e of sample s at e·16 + s), each sample at its own timestep.</summary>
    /// <exception cref="DeviceFailedException">The device failed, for this caller or before.</exception>
    public abstract void Predict(ReadOnlySpan<float> xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels,
        Span<float> output);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Circuits on a device do not say what they are fed, as those of the processors do: what is no number comes out
    /// as none.</summary>
    /// <param name="output">The prediction for a tile.</param>
    /// <param name="members">Its samples that are not idle.</param>
    /// <exception cref="AngleNotFiniteException">Some of it is no number.</exception>
    internal static void RequireFinite(ReadOnlySpan<float> output, int members)
    {
        for (int i = 0; i < output.Length; i++)
            if (i % Tensor.Samples < members && !float.IsFinite(output[i]))
                throw new AngleNotFiniteException(Invariant(
                    $"The prediction of a device is {output[i]} for sample {i % Tensor.Samples} of a tile."), nameof(output));
    }
}
