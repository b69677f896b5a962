using Qdiff;
using Qdiff.Tensors;

/// <summary>
/// A device whose training adds a little to every weight in each step, until it is lost: in a step, or when it is asked for
/// its numbers.
/// </summary>
/// <param name="lastStep">How many steps it does.</param>
/// <param name="lastFetch">After how many of them it still gives its numbers.</param>
sealed class LostDevice(long lastStep, long lastFetch = long.MaxValue) : Device
{
    /// <summary>So little, and a power of two, that the network goes on learning.</summary>
    public const float PerStep = 1f / 1024;

    /// <summary>Trainings that hold something there.</summary>
    public int Held { get; private set; }

    public override string Name => "lost";

    public override DeviceTraining Train(TrainingState state, Objective objective, ImageSet images, TrainerOptions options) =>
        new Training(this, state, lastStep, lastFetch);

    public override DeviceNetwork Load(Network network, Weights weights, int timesteps) => throw Failure();

    DeviceFailedException Failure() => new(Name, new InvalidOperationException("an illegal memory access\nwas encountered."));

    sealed class Training(LostDevice device, TrainingState state, long lastStep, long lastFetch) : DeviceTraining
    {
        int steps, fetched, held = ++device.Held;

        public override StepMeasurement Step(long step, ReadOnlySpan<int> images, ReadOnlySpan<int> timesteps,
            ReadOnlySpan<int> labels, double learningRate, double decay) =>
            ++steps > lastStep ? throw device.Failure() : new(1, 1, 0);

        public override float[][] Gradient(IReadOnlyList<Parameter> parameters) =>
            [.. parameters.Select(parameter => new float[parameter.Count])];

        public override void Fetch()
        {
            if (steps > Math.Min(lastStep, lastFetch)) throw device.Failure();
            foreach (Weights weights in (Weights[])[state.Weights, state.Average])
            {
                using IDisposable change = weights.BeginChange();
                foreach (ref float weight in weights.Values) weight += PerStep * (steps - fetched);
                weights.Refresh();
            }

            fetched = steps;
        }

        public override void Dispose() => device.Held = held - 1;
    }
}
