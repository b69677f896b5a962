using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What functions of one input a circuit can be: a Fourier series whose frequencies its encoding decides and whose coefficients
/// its weights do. Measured as the mean |c_k|² over random weights and over read-outs (Z of every wire).
/// </summary>
/// <remarks>Schuld, Sweke and Meyer 2021, arXiv 2008.08605.</remarks>
/// <param name="Input">Which input.</param>
/// <param name="Unit">The unit of the frequencies: all are whole multiples.</param>
/// <param name="Frequencies">Those that occur, negative ones too.</param>
/// <param name="Powers">The mean |c|² of each.</param>
/// <param name="Samples">Points.</param>
public sealed record FourierSpectrum(int Input, double Unit, IReadOnlyList<double> Frequencies,
    IReadOnlyList<IntervalEstimate> Powers, int Samples)
{
    const int MostFrequencies = 1024;

    /// <summary>Rounding of a transform in double precision.</summary>
    const double Nothing = 1e-24;

    /// <summary>Of a factor that is the difference of two angles.</summary>
    const double Rounding = 1e-9;

    /// <summary>The largest frequency; 0 if the input cannot act.</summary>
    public double Largest => Frequencies.DefaultIfEmpty(0).Max();

    /// <summary>Measures a circuit.</summary>
    /// <exception cref="ArgumentException">The input enters an angle otherwise than by a factor, its frequencies have no common
    /// unit, or the circuit starts from amplitudes or has too many wires, or there are fewer than 2 samples.</exception>
    public static FourierSpectrum Measure(Circuit circuit, int input, int samples, Random random)
    {
        var states = new RandomStates(circuit);
        IntervalEstimate.RequireSamples(samples);
        (double[] slopes, bool othersAreOne) = Slopes(circuit, input);
        if (slopes.Length == 0) return new(input, 1, [], [], samples);
        double unit = slopes.Aggregate(Divisor);
        double largest = slopes.Sum();
        // A rotation under a control also turns by half its factor.
        if (circuit.Gates.Any(gate => gate.Kind is GateKind.CRX or GateKind.CRY or GateKind.CRZ
            && gate.Angle.InputIndices.Contains(input)))
            unit /= 2;
        int most = (int)Math.Min(MostFrequencies + 1, Math.Round(largest / unit));
        if (most > MostFrequencies)
            throw new ArgumentException($"input {input} has more than {MostFrequencies} frequencies or no common unit of them");
        double[][] powers = [.. Enumerable.Range(0, samples).Select(_ => SquaredCoefficients(states, input, unit, most,
            othersAreOne, random))];
        int[] kept = [.. Enumerable.Range(0, 2 * most + 1).Where(k => powers.Max(power => power[k]) > Nothing)];
        return new(input, unit, [.. kept.Select(k => (k - most) * unit)],
            [.. kept.Select(k => IntervalEstimate.OfMean([.. powers.Select(power => power[k])]).AtLeast(0))], samples);
    }

    /// <summary>Of every gate with the input the factor in its angle. Of the gates as they are written: those of which they are
    /// made turn back in part, and would count for more.</summary>
    static (double[] Slopes, bool OthersAreOne) Slopes(Circuit circuit, int input)
    {
        bool othersAreOne = false;
        List<double> slopes = [];
        double[] weights = [.. Enumerable.Repeat(1.0, circuit.Weights)];
        foreach (Angle angle in circuit.Gates.SelectMany(gate => gate.Angles).Where(angle => angle.InputIndices.Contains(input)))
        {
            (bool isFixed, bool hasOthers) = FactorOf(angle, input);
            double slope = At(1) - At(0);
            if (!isFixed || !double.IsFinite(slope))
                throw new ArgumentException($"input {input} enters the angle {angle} otherwise than by a fixed factor");
            othersAreOne |= hasOthers;
            if (Math.Abs(slope) > Rounding) slopes.Add(Math.Abs(slope));

            double At(double x) => angle.Value(
                [.. Enumerable.Range(0, circuit.Inputs).Select(i => i == input ? x : 1)], weights);
        }

        return ([.. slopes], othersAreOne);
    }

    /// <summary>Whether an input is multiplied by what no weight and no value of its own changes, and whether other inputs do.
    /// Told by the terms: values at a few points would not tell x(x - 1)(x - 2) from 0.</summary>
    static (bool IsFixed, bool HasOthers) FactorOf(Angle angle, int input)
    {
        if (angle.Formula is not { } formula)
            return angle.Source == AngleSource.InputProduct ? (angle.Index != angle.SecondIndex, true) : (true, false);
        (AngleSource, int) own = (AngleSource.Input, input);
        (AngleSource Source, int Index)[] others = [.. formula.Terms
            .Where(term => term.Factors.Any(factor => factor.Parameters.Contains(own)))
            .SelectMany(term => term.Factors.Where(factor => factor.Power != 1 || factor.Parameter != own))
            .SelectMany(factor => factor.Parameters)];
        return (!others.Any(other => other == own || other.Source == AngleSource.Weight), others.Length > 0);
    }

    /// <summary>The greatest common divisor of real numbers.</summary>
    internal static double Divisor(double a, double b)
    {
        while (b > 1e-6 * Math.Max(a, 1e-9)) (a, b) = (b, a - b * Math.Floor(a / b + 1e-9));
        return a;
    }

    /// <summary>|c_k|² for k = −most … most.</summary>
    static double[] SquaredCoefficients(RandomStates states, int input, double unit, int most, bool othersAreOne, Random random)
    {
        (double[] inputs, double[] weights) = states.Draw(random);
        if (othersAreOne) Array.Fill(inputs, 1);
        (int points, int wires) = (2 * most + 1, states.Circuit.Qubits);
        int read = wires - states.Circuit.Ancillas;
        var values = new double[read][];
        for (int wire = 0; wire < read; wire++) values[wire] = new double[points];
        for (int t = 0; t < points; t++)
        {
            inputs[input] = 2 * Math.PI / unit * t / points;
            WireState state = states.At(inputs, weights);
            for (int wire = 0; wire < read; wire++)
                values[wire][t] = state.Overlap(state.Times(PauliString.Z(states.Places[wire])));
        }

        var powers = new double[points];
        for (int k = -most; k <= most; k++)
        {
            foreach (double[] f in values)
            {
                Complex sum = 0;
                for (int t = 0; t < points; t++) sum += f[t] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * t / points);
                sum /= points;
                powers[k + most] += (sum.Real * sum.Real + sum.Imaginary * sum.Imaginary) / read;
            }
        }

        return powers;
    }
}
