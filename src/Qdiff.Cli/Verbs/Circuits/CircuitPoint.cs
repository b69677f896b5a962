using Qdiff.Quantum;
using Qdiff.Tensors;
using static System.FormattableString;

namespace Qdiff.Cli;

/// <summary>A circuit at certain inputs and weights, and how it is read: exactly, under noise, by shots.</summary>
sealed record CircuitPoint(Circuit Circuit, IReadOnlyList<Observable> ReadOuts, double[] Inputs, double[] Weights)
{
    /// <summary>How often gates are run for the extrapolation to no noise.</summary>
    static readonly int[] s_scales = [1, 3, 5];

    public int? Shots { get; init; }

    public NoiseFile? Noise { get; init; }

    public long Seed { get; init; }

    public int Trajectories { get; init; } = 1000;

    /// <summary>Whether errors of the read-out are taken back in every reading, by the inverse confusion matrix.</summary>
    public bool InvertsReadOut { get; init; }

    /// <summary>Whether the noise of gates is extrapolated to none in every reading, from gates that are run several
    /// times.</summary>
    public bool Folds { get; init; }

    /// <summary>How many circuits a reading runs: one for each basis.</summary>
    int RunsOfAReading => MeasurementBasis.Of(ReadOuts).Count * (Folds ? s_scales.Length : 1);

    public CircuitReading Read() => Read(Circuit, Inputs, Weights, 0);

    /// <summary>A reading as it is asked for. Runs from <paramref name="run"/> on are its own.</summary>
    CircuitReading Read(Circuit circuit, double[] inputs, double[] weights, long run) => Folds
        ? ExtrapolatedToZero(circuit, inputs, weights, run) : ReadOnce(circuit, inputs, weights, run);

    /// <summary>Every run has random numbers of its own.</summary>
    CircuitReading ReadOnce(Circuit circuit, double[] inputs, double[] weights, long run)
    {
        var random = new RandomStream(Seed, "circuit shots", run);
        if (Shots is { } shots)
        {
            CircuitShots drawn = CircuitShots.Draw(circuit, ReadOuts, inputs, weights, shots, random, Noise?.Model);
            CircuitReading raw = new(drawn.Means) { StandardErrors = drawn.StandardErrors, Counts = drawn.Counts };
            return InvertsReadOut ? WithReadOutInverted(raw, drawn) : raw;
        }

        if (InvertsReadOut) throw new InputException("--mitigate readout inverts what shots were read as: give --shots.");
        if (Noise is null) return new(CircuitJacobian.Compute(circuit, ReadOuts, inputs, weights,
            derivatives: false).Expectations);
        NoisyExpectations noisy = NoisyExpectations.Of(circuit, Noise.Model, ReadOuts, inputs, weights, Trajectories, random);
        return noisy.Trajectories == 0
            ? new(noisy.Values)
            : new(noisy.Values) { StandardErrors = noisy.StandardErrors, Trajectories = noisy.Trajectories };
    }

    CircuitReading WithReadOutInverted(CircuitReading raw, CircuitShots drawn)
    {
        (double[] means, double[] errors) = ErrorMitigation.InvertReadOut(drawn, Noise?.Model ?? NoiseModel.None);
        return raw with { Expectations = means, StandardErrors = errors, Unmitigated = raw.Expectations };
    }

    /// <summary>What is read does not err more where gates are run several times, so its errors are taken back before.</summary>
    CircuitReading ExtrapolatedToZero(Circuit circuit, double[] inputs, double[] weights, long run)
    {
        CircuitReading? raw = null;
        (double[] values, double[] errors) = ErrorMitigation.ExtrapolateToZero(s_scales, scale =>
        {
            CircuitReading reading = ReadOnce(ErrorMitigation.Folded(circuit, scale), inputs, weights, run + scale - 1);
            raw ??= reading;
            return (reading.Expectations, reading.StandardErrors ?? new double[ReadOuts.Count]);
        });
        return raw! with
        {
            Expectations = values,
            StandardErrors = raw.StandardErrors is null ? null : errors,
            Unmitigated = raw.Unmitigated ?? raw.Expectations,
            Runs = RunsOfAReading,
        };
    }

    /// <summary>What derivatives cost, said before they are taken.</summary>
    public string CostOfDerivatives(int? repetitions)
    {
        int runs = Runs(repetitions);
        string each = Shots is { } shots ? Invariant($" of {shots:N0} shots, {(long)runs * shots:N0} shots in all") : "";
        string method = repetitions is null ? "parameter shift" : "simultaneous perturbation";
        return Invariant($"derivatives by {method}: {runs:N0} circuit runs{each}");
    }

    int Runs(int? repetitions) => RunsOfAReading * (repetitions * 2 ?? ParameterShift.Runs(Circuit));

    /// <summary>
    /// With the derivatives: by parameter shift, or by so many simultaneous perturbations, from readings that are mitigated as
    /// the first is; exact ones by the adjoint method.
    /// </summary>
    public CircuitReading WithDerivatives(CircuitReading reading, int? repetitions)
    {
        if (Shots is null && Noise is null)
        {
            CircuitJacobian jacobian = CircuitJacobian.Compute(Circuit, ReadOuts, Inputs, Weights);
            return reading with { ByInput = jacobian.ByInput, ByWeight = jacobian.ByWeight };
        }

        // The first reading has the numbers below.
        long next = s_scales.Max();
        (double[][] byInput, double[][] byWeight) = repetitions is { } moves
            ? SimultaneousPerturbation.Jacobian(Circuit, Inputs, Weights, ReadOuts.Count, moves, Expectations,
                new RandomStream(Seed, "simultaneous perturbation"))
            : ParameterShift.Jacobian(Circuit, Inputs, Weights, ReadOuts.Count, Expectations);
        return reading with
        {
            ByInput = byInput,
            ByWeight = byWeight,
            Repetitions = repetitions,
            Runs = (reading.Runs ?? 0) + Runs(repetitions),
        };

        double[] Expectations(Circuit bound)
        {
            long run = next;
            next += Folds ? s_scales.Max() : 1;
            return Read(bound, [], [], run).Expectations;
        }
    }
}

/// <summary>What was read.</summary>
/// <param name="Expectations">Of each read-out.</param>
sealed record CircuitReading(double[] Expectations)
{
    /// <summary>Null where the expectations are exact.</summary>
    public double[]? StandardErrors { get; init; }

    public IReadOnlyDictionary<string, int>? Counts { get; init; }

    public int? Trajectories { get; init; }

    /// <summary>The expectations before mitigation.</summary>
    public double[]? Unmitigated { get; init; }

    public double[][]? ByInput { get; init; }

    public double[][]? ByWeight { get; init; }

    /// <summary>Random moves that the derivatives were estimated from; null where they are exact or by parameter shift.</summary>
    public int? Repetitions { get; init; }

    /// <summary>How many circuits were run for derivatives or mitigation.</summary>
    public int? Runs { get; init; }

    /// <summary>The keys that have values; counts also where there are none of the shots.</summary>
    public Dictionary<string, object?> ForMachines(CircuitPoint point)
    {
        var document = new Dictionary<string, object?> { ["expectations"] = Expectations };
        // Of a single shot there is none.
        Add("standardErrors", StandardErrors?.Select(error => double.IsNaN(error) ? (double?)null : error));
        Add("unmitigated", Unmitigated);
        Add("inputJacobian", ByInput);
        Add("weightJacobian", ByWeight);
        Add("noise", point.Noise?.Name);
        Add("shots", point.Shots);
        Add("trajectories", Trajectories);
        Add("repetitions", Repetitions);
        // Of what is drawn: outcomes, errors or moves.
        Add("seed", StandardErrors is null && Repetitions is null ? null : point.Seed);
        Add("runs", Runs);
        if (point.Shots is not null) document["counts"] = Counts;
        return document;

        void Add(string key, object? value)
        {
            if (value is not null) document[key] = value;
        }
    }
}
