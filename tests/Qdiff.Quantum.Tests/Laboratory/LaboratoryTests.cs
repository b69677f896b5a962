using System.Numerics;
using Qdiff.Quantum;

/// <summary>Each measurement of the laboratory against cases whose value is known exactly.</summary>
public sealed class LaboratoryTests
{
    /// <summary>Table of Sim et al. 2019 (figure 3): KL at one layer and four wires.</summary>
    static readonly double[] s_published = [.300, .286, .240, .134, .060, .006, .098, .086, .677, .229, .131, .198, .052, .014,
        .189,
        .260, .136, .234, .081];

    [Fact]
    public void ExpressibilityOfPublishedCircuits() => Compare(samples: 2000);

    [Fact(Explicit = true)]
    public void ExpressibilityOfPublishedCircuitsWithTheirSamples() => Compare(samples: 5000);

    static void Compare(int samples)
    {
        for (int number = 1; number <= SimAnsatz.Count; number++)
        {
            Circuit circuit = new(4, SimAnsatz.Gates(number, 4, 1));
            Expressibility found = Expressibility.Measure(circuit, samples, 75, new Random(1));
            double published = s_published[number - 1], own = (found.Divergence.High - found.Divergence.Low) / 2;
            Assert.True(Math.Abs(found.Divergence.Value - published) < Math.Max(0.01, 0.15 * published) + own,
                $"circuit {number}: {found.Divergence.Value:0.000}, published {published}, {own:0.000} by chance");
        }
    }

    [Fact]
    public void AFixedStateIsAsFarFromHaarAsCanBe()
    {
        Circuit still = new(4, [Gate.H(0), Gate.CNOT(0, 1)]);
        Expressibility found = Expressibility.Measure(still, 100, 75, new Random(1));
        Assert.Equal(15 * Math.Log(75), found.Divergence.Value, 9);
        Assert.Equal(found.Divergence.Value, found.Divergence.High, 6);
        Assert.Equal(100, found.Histogram[^1]);
        // Of ten wires the probability of that bin could not even be written down.
        Assert.Equal(1023 * Math.Log(75), Expressibility.Measure(new(10, [Gate.H(0)]), 3, 75, new Random(1)).Divergence.Value, 6);
    }

    /// <summary>States that are evenly spread score the floor, within what finite samples do.</summary>
    [Fact]
    public void HaarStatesScoreTheFloor()
    {
        var random = new Random(3);
        var counts = new int[75];
        for (int s = 0; s < 4000; s++)
        {
            (Complex[] a, Complex[] b) = (Haar(random, 4), Haar(random, 4));
            double fidelity = Math.Pow(a.Zip(b, (x, y) => Complex.Conjugate(x) * y).Aggregate(Complex.Zero, (s, z) => s
                + z).Magnitude, 2);
            counts[Math.Min(74, (int)(75 * fidelity))]++;
        }

        Expressibility any = Expressibility.Measure(new(4, SimAnsatz.Gates(6, 4, 1)), 4000, 75, new Random(5));
        Assert.InRange(Expressibility.KullbackLeibler(counts, 16).Value, 0, 4 * any.Floor.Value);
        Assert.InRange(any.Floor.Value, 1e-4, 0.02);
    }

    [Fact]
    public void EntanglementOfHaarStatesAndProductStates()
    {
        var random = new Random(1);
        foreach (int wires in (int[])[2, 3, 4])
        {
            double[] values = [.. Enumerable.Range(0, 1000).Select(_ => Entanglement.MeyerWallach(Haar(random, wires)))];
            IntervalEstimate mean = IntervalEstimate.OfMean(values);
            double size = 1 << wires, exact = (size - 2) / (size + 1);
            Assert.InRange(exact, mean.Value - 2 * (mean.Value - mean.Low), mean.Value + 2 * (mean.High - mean.Value));
        }

        Entanglement product = Entanglement.Measure(new(3, SimAnsatz.Gates(1, 3, 2)), 20, random);
        Assert.Equal(0, product.Mean.Value, 12);
        Entanglement bell = Entanglement.Measure(new(2, [Gate.H(0), Gate.CNOT(0, 1)]), 3, random);
        Assert.Equal((1, 0.4), (bell.Mean.Value, bell.Haar), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && a.Item2 == b.Item2);
    }

    /// <summary>A layer of RY on every wire: the cost of all wires falls by 3/8 a wire, that of single ones with their
    /// square.</summary>
    [Fact]
    public void GradientsOfTheLayerWithoutEntanglement()
    {
        var random = new Random(1);
        foreach (int wires in (int[])[1, 2, 4])
        {
            Circuit layer = new(wires, Enumerable.Range(0, wires).Select(w => Gate.RY(w, Angle.Weight(w))));
            Near(Math.Pow(3 / 8.0, wires - 1) / 8, GradientVariance.Measure(layer, GradientCost.Global, 3000, random));
            Near(1 / (8.0 * wires * wires), GradientVariance.Measure(layer, GradientCost.Local, 1500, random));
        }

        Circuit swapped = new(2, [Gate.RY(0, Angle.Weight(0)), new(GateKind.SWAP, 0, 1)]);
        Assert.Equal(0, GradientVariance.Measure(swapped, GradientCost.FirstWire, 50, random).Mean.Value, 12);
        Assert.Equal(0.5, GradientVariance.Measure(new(1, [Gate.RY(0, Angle.Weight(0))]), GradientCost.FirstWire, 3000,
            random).Mean.Value, 0.03);

        static void Near(double exact, GradientVariance found) => Assert.InRange(exact,
            found.Mean.Value - 2 * (found.Mean.Value - found.Mean.Low), found.Mean.Value
                + 2 * (found.Mean.High - found.Mean.Value));
    }

    [Fact]
    public void GradientsAgreeWithTheJacobian()
    {
        Circuit circuit = new(2, [Gate.RX(0, Angle.Input(0)), Gate.CRX(0, 1, Angle.Weight(0, 2)), Gate.RY(0, Angle.Weight(0))]);
        GradientVariance found = GradientVariance.Measure(circuit, GradientCost.FirstWire, 4, new Random(7));
        var random = new Random(7);
        var rows = Enumerable.Range(0, 4).Select(_ =>
        {
            double[] x = [2 * Math.PI * random.NextDouble()], w = [2 * Math.PI * random.NextDouble()];
            CircuitJacobian exact = CircuitJacobian.Compute(circuit, [Observable.Z(0)], x, w);
            return (double[])[exact.ByInput[0][0], exact.ByWeight[0][0]];
        }).ToArray();
        for (int i = 0; i < 2; i++)
        {
            double mean = rows.Average(row => row[i]);
            Assert.Equal(rows.Sum(row => Math.Pow(row[i] - mean, 2)) / 3, found.Each[i].Value, 12);
        }
    }

    /// <summary>Of two gates with the same number neither may be cut off in the middle of its turn: ⟨Z⟩ = cos(w/2) has a
    /// derivative of variance 1/8, cos w one of 1/2.</summary>
    [Fact]
    public void GradientsOfControlledRotationsAndOfRepeatedNumbers()
    {
        Circuit controlled = new(2, [Gate.H(0), Gate.CRX(0, 1, Angle.Weight(0)), Gate.H(0)]),
            repeated = new(2, [Gate.RX(0, Angle.Weight(0)), Gate.RX(1, Angle.Weight(0, 3))]);
        foreach ((Circuit circuit, double exact) in ((Circuit, double)[])[(controlled, 0.125), (repeated, 0.5)])
            Assert.Equal(exact, GradientVariance.Measure(circuit, GradientCost.FirstWire, 3000, new Random(1)).Mean.Value,
                0.08 * exact);
    }

    /// <summary>In formulas too; by half under a control, but not where the table of Sim et al. is compared.</summary>
    [Theory]
    [InlineData(true, 0.5, 2 / 3.0)]
    [InlineData(false, 1, 4 / 3.0)]
    public void NumbersAreDrawnFromATurnOfAllTheirGates(bool halvesControlled, double controlled, double mixed)
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; input float x; input array[float, 7] w; qubit[2] q; "
            + "rx(w[0] + 4*w[1] - 3*x) q[0]; ry(6*w[1] + sin(8*w[2])) q[0]; rz(0.5*w[0]) q[0]; crx(w[3]) q[0], q[1]; "
            + "crz(4*w[4]/3) q[0], q[1]; ry(4*w[4]) q[1]; rx(w[5]) q[0]; rx(sqrt(2)*w[5]) q[0]; rx(x*w[6]) q[0];");
        (double[] inputs, double[] weights) = new RandomStates(circuit, halvesControlled).Draw(new(7));
        var random = new Random(7);
        // 1 and √2 have no divisor: 1,024 turns of the slower one. Where a number is multiplied with another its factor is 1.
        foreach ((double number, double factor) in inputs.Concat(weights)
            .Zip((double[])[1, 0.5, 2, 1, controlled, mixed, 1 / 1024.0, 1]))
            Assert.Equal(2 * Math.PI / factor * random.NextDouble(), number, 9);
    }

    /// <summary>By hand: weights 400, 100, 100 at 1, 2, 3 wires with logarithms 0, 0, −3 give −9/7, and χ² = 1200/7 of one degree
    /// of freedom makes its error √(24/49).</summary>
    [Fact]
    public void DecayIsAWeightedFitOfLogarithms()
    {
        (int, IntervalEstimate)[] points = [(1, Of(0, 400)), (2, Of(0, 100)), (3, Of(-3, 100))];
        IntervalEstimate slope = ExponentialDecay.Fit(points)!.Slope;
        Assert.Equal(-9 / 7.0, slope.Value, 9);
        Assert.Equal(IntervalEstimate.Normal * Math.Sqrt(24 / 49.0), slope.High - slope.Value, 9);
        // On the line nothing but the standard errors is left: 1/√(400·1 + 400·1). Few samples carry the last one.
        ExponentialDecay exact = ExponentialDecay.Fit([(3, Of(-3, 400)), (1, Of(-1, 400)), (2, Of(-2, 400)), (4, default),
            (5, new(1, 1, 1)), (6, Of(-9, 23))])!;
        Assert.Equal(-1, exact.Slope.Value, 9);
        Assert.Equal(-1 - IntervalEstimate.Normal / Math.Sqrt(800), exact.Slope.Low, 9);
        Assert.Equal([3, 1, 2], exact.Wires);
        Assert.Null(ExponentialDecay.Fit([(1, Of(0, 400)), (1, Of(0, 400)), (2, Of(0, 100))]));
        Assert.Null(ExponentialDecay.Fit([(1, Of(0, 400)), (2, Of(-1, 400)), (3, Of(-2, 23))]));

        static IntervalEstimate Of(double log, double weight) =>
            IntervalEstimate.Around(Math.Exp(log), Math.Exp(log) / Math.Sqrt(weight));
    }

    /// <summary>A mean that is known to ±40 % is not; nor is what rounding leaves of 0, nor a slope.</summary>
    [Theory]
    [InlineData(true, 1, 0.7, 1.41)]
    [InlineData(true, 1e-9, 0, 2e-9)]
    [InlineData(false, 1, 0.7, 1.39)]
    [InlineData(false, 1e-30, 0, 2e-30)]
    [InlineData(false, 0, 0, 0)]
    [InlineData(false, -1, -3, 1)]
    public void AWideIntervalIsThatOfFewSamples(bool expected, double value, double low, double high) =>
        Assert.Equal(expected, new IntervalEstimate(value, low, high).IsCarriedByFew());

    /// <summary>Of a layer of RY the kernel is Π cos²((x−x′)/2).</summary>
    [Fact]
    public void TheKernelOfProductStates()
    {
        for (int wires = 1; wires <= 3; wires++)
        {
            Circuit layer = new(wires, Enumerable.Range(0, wires).Select(w => Gate.RY(w, Angle.Input(w))));
            FidelityKernel found = FidelityKernel.Measure(layer, 3000, new Random(1));
            Near(Math.Pow(0.5, wires), found.Mean);
            Near(Math.Pow(3 / 8.0, wires) - Math.Pow(0.25, wires), found.Variance);
            Assert.Equal(Math.Pow(0.5, wires), found.Haar);
        }

        // An input that turns |0⟩ about Z moves no state, so that only other weights could.
        FidelityKernel still = FidelityKernel.Measure(new(1, [Gate.RZ(0, Angle.Input(0)), Gate.RY(0, Angle.Weight(0))]), 20,
            new Random(1));
        Assert.Equal(1, still.Mean.Value, 12);
        Assert.Equal(0, still.Variance.Value, 12);

        static void Near(double exact, IntervalEstimate found) => Assert.InRange(exact,
            found.Value - 2 * (found.Value - found.Low), found.Value + 2 * (found.High - found.Value));
    }

    /// <summary>Encoding a feature L times gives the frequencies −L … L; a rotation under a control halves them.</summary>
    [Fact]
    public void FrequenciesOfRepeatedEncodings()
    {
        var random = new Random(1);
        for (int repeats = 1; repeats <= 3; repeats++)
        {
            FourierSpectrum found = FourierSpectrum.Measure(Repeated(repeats, 1), 0, 5, random);
            Assert.Equal(Enumerable.Range(-repeats, 2 * repeats + 1).Select(k => (double)k), found.Frequencies);
            Assert.Equal(repeats, found.Largest);
        }

        Assert.Equal([-3, -1.5, 0, 1.5, 3], FourierSpectrum.Measure(Repeated(2, 1.5), 0, 5, random).Frequencies, (a, b) =>
            Math.Abs(a - b) < 1e-9);
        // Of two wires turned together the angle is one, whatever gates they are made of.
        Circuit together = new(2, [Gate.H(0), Gate.RZZ(0, 1, Angle.Input(0)), Gate.H(0)]);
        FourierSpectrum both = FourierSpectrum.Measure(together, 0, 5, random);
        Assert.Equal(1, both.Unit);
        Assert.Equal([-1.0, 0, 1], both.Frequencies);
        Circuit often = new(2, [Gate.H(0), .. Enumerable.Range(0, 200).Select(_ => Gate.RZZ(0, 1, Angle.Input(0))), Gate.H(0)]);
        Assert.Equal(200, FourierSpectrum.Measure(often, 0, 2, random).Largest);
        Circuit controlled = new(2, [Gate.H(0), Gate.RY(1, Angle.Weight(0)), Gate.CRX(0, 1, Angle.Input(0)), Gate.H(0)]);
        Assert.Equal([-1, -0.5, 0, 0.5, 1], FourierSpectrum.Measure(controlled, 0, 5, random).Frequencies);
        // Behind a Z nothing acts but the constant.
        Assert.Equal([0.0], FourierSpectrum.Measure(new(1, [Gate.RX(0, Angle.Weight(0)), Gate.RZ(0, Angle.Input(0))]), 0, 5,
            random).Frequencies);
        // RX(x): |c_1|² = 1/4 exactly, from cos x.
        Assert.Equal(0.25, FourierSpectrum.Measure(new(1, [Gate.RX(0, Angle.Input(0))]), 0, 2, random).Powers[^1].Value, 12);
        Assert.Throws<ArgumentException>(() => FourierSpectrum.Measure(Qasm.Read(
            "OPENQASM 3.0; input float x; qubit q; rx(x*x) q;"), 0, 2, random));

        // Nor where it is zero, or straight, at whole numbers.
        foreach (string angle in (string[])["x*(x-1)*(x-2)", "sin(pi*x)", "sin(2*pi*x)+x", "x*(w-1)*(w-2)", "x*sin(pi*w)"])
            Assert.Contains("fixed factor", Assert.Throws<ArgumentException>(() => FourierSpectrum.Measure(Qasm.Read(
                $"OPENQASM 3.0; input float x; input float w; qubit q; ry({angle}) q; rx(w) q;"), 0, 2, random)).Message);
        // Other inputs are 1, and weights are added.
        Assert.Equal([-2.0, 2], FourierSpectrum.Measure(Qasm.Read(
            "OPENQASM 3.0; input array[float, 2] x; input float w; qubit q; ry(2*x[0]*x[1]**2 + w + x[1]) q;"), 0, 2,
            random).Frequencies);

        static Circuit Repeated(int repeats, double scale) => new(1, Enumerable.Range(0, repeats).SelectMany(l => (Gate[])[
            Gate.U3(0, Angle.Weight(3 * l), Angle.Weight(3 * l + 1), Angle.Weight(3 * l + 2)), Gate.RX(0, Angle.Input(0, scale))])
            .Append(Gate.RY(0, Angle.Weight(3 * repeats))));
    }

    /// <summary>The example of PennyLane's documentation of the metric tensor.</summary>
    [Fact]
    public void TheMetricOfADocumentedExample()
    {
        Circuit circuit = new(2, [Gate.RX(0, Angle.Weight(0)), Gate.RX(1, Angle.Weight(1)), Gate.CNOT(0, 1), Gate.RZ(0,
            Angle.Weight(2)),
            Gate.RZ(1, Angle.Weight(3))]);
        double[,] metric = FisherInformation.Metric(circuit, [], [0.1, 0.2, 0.4, 0.5]);
        double[] diagonal = [0.25, 0.25, 0.0025, 0.0123];
        for (int i = 0; i < 4; i++) Assert.Equal(diagonal[i], metric[i, i], 4);
        Assert.Equal(0.0024, metric[2, 3], 4);
    }

    [Fact]
    public void TheRankCountsWhatMovesTheState()
    {
        var random = new Random(1);
        // Two turns about one axis are one; a turn of |0⟩ about Z is none. Read as Z the last one is dead too.
        Circuit circuit = new(1, [Gate.RZ(0, Angle.Weight(0)), Gate.RY(0, Angle.Weight(1)), Gate.RY(0, Angle.Weight(2)),
            Gate.RZ(0, Angle.Weight(3))]);
        FisherInformation found = FisherInformation.Measure(circuit, 5, random);
        Assert.Equal((2.0, 2.0), (found.Rank.Value, found.Rank.Low));
        Assert.Equal(2, found.Live);
        Assert.Equal(1, found.ReadRank);
        Assert.Equal(4, found.Spectrum.Count);
        // Behind a random RX of the feature both turns matter, and at several features they can be told apart.
        FisherInformation fed = FisherInformation.Measure(new(1, [Gate.RX(0, Angle.Input(0)), Gate.RZ(0, Angle.Weight(0)),
            Gate.RY(0, Angle.Weight(1)), Gate.RZ(0, Angle.Weight(2))]), 3, random);
        Assert.Equal((3.0, 2, 2), (fed.Rank.Value, fed.Live, fed.ReadRank));
        // No more than the real dimensions of pure states: 2·(2^n − 1).
        Assert.Equal(6, FisherInformation.Measure(new(2, Ansatz.StronglyEntangling(2, 4)), 2, random).Rank.Value);
        Assert.Equal(1, FisherInformation.Measure(new(1, [Gate.RY(0, Angle.Weight(0, 3))]), 2, random).Rank.Value);
        Assert.Equal(9, FisherInformation.Measure(new(1, [Gate.RY(0, Angle.Weight(0, 3))]), 2, random).Trace.Value, 9);
    }

    /// <summary>One read-out of one wire has one derivative by each weight: the inputs that are drawn at first tell no more
    /// weights apart than they are themselves.</summary>
    [Fact]
    public void TheRankIsNotThatOfTheInputs()
    {
        Circuit circuit = new(1, Enumerable.Range(0, 80).SelectMany(l => (Gate[])[Gate.RZ(0, Angle.Input(l)),
            Gate.RY(0, Angle.Weight(l))]));
        Assert.InRange(FisherInformation.Measure(circuit, 2, new Random(1)).ReadRank, 70, 80);
    }

    /// <summary>Outcomes of n separate RY have the identity as Fisher information, so that d = n ln(1+κ)/ln κ.</summary>
    [Fact]
    public void TheDimensionOfSeparateRotations()
    {
        double kappa = 1000 / (2 * Math.PI * Math.Log(1000));
        for (int n = 1; n <= 3; n++)
        {
            Circuit circuit = new(n, Enumerable.Range(0, n).Select(w => Gate.RY(w, Angle.Weight(w))));
            EffectiveDimension found = EffectiveDimension.Measure(circuit, 1000, 20, new Random(1));
            Assert.Equal(n * Math.Log(1 + kappa) / Math.Log(kappa), found.Dimension.Value, 6);
            Assert.Equal(found.Dimension.Low, found.Dimension.High, 6);
        }

        Circuit phase = new(1, [Gate.RZ(0, Angle.Weight(0))]);
        Assert.Equal(0, EffectiveDimension.Measure(phase, 1000, 5, new Random(1)).Dimension.Value, 9);
    }

    /// <summary>A resample is measured as the sample is, by its own mean trace: of one point twice it is what it would be of any
    /// point.</summary>
    [Fact]
    public void TheIntervalOfADimensionIsABootstrap()
    {
        Circuit circuit = new(1, [Gate.RY(0, Angle.Weight(0)), Gate.RX(0, Angle.Fixed(0.7))]);
        double kappa = 1000 / (2 * Math.PI * Math.Log(1000));
        IntervalEstimate found = EffectiveDimension.Measure(circuit, 1000, 2, new Random(1)).Dimension;
        Assert.Equal(Math.Log(1 + kappa) / Math.Log(kappa), found.High, 9);
        Assert.Equal(found.Value, found.Low, 9);
        Assert.True(found.Value < found.High - 1e-6);
    }

    /// <summary>Nor is anything told of the numbers for which all angles have a value.</summary>
    [Theory]
    [InlineData("rx(arcsin(x + 2)) q; ry(w) q;", "angle arcsin(")]
    [InlineData("rx(x) q; ry(log(w - 10)) q;", "angle log(")]
    public void AnglesWithoutAValueAreRefused(string gates, string reason)
    {
        Circuit circuit = Qasm.Read($"OPENQASM 3.0; input float x; input float w; qubit q; {gates}");
        foreach (Func<object> measure in (Func<object>[])[() => Expressibility.Measure(circuit, 5, 75, new()),
            () => Entanglement.Measure(circuit, 5, new()), () => FisherInformation.Measure(circuit, 5, new()),
            () => GradientVariance.Measure(circuit, GradientCost.Local, 5, new()),
            () => EffectiveDimension.Measure(circuit, 100, 5, new()), () => FisherInformation.Metric(circuit, [1], [1])])
            Assert.Contains(reason, Assert.Throws<AngleNotFiniteException>(measure).Message);
        if (gates.Contains("rx(x)"))
            Assert.Throws<AngleNotFiniteException>(() => FourierSpectrum.Measure(circuit, 0, 5, new()));
    }

    [Fact]
    public void WhatCannotBeMeasuredIsRefused()
    {
        Circuit amplitudes = new(2, [Gate.RY(0, Angle.Weight(0))], start: CircuitStart.Amplitudes), still = new(1, [Gate.H(0)]),
            turned = new(1, [Gate.RX(0, Angle.Input(0)), Gate.RY(0, Angle.Weight(0))]);
        Refused("amplitudes", () => Entanglement.Measure(amplitudes, 5, new()));
        Refused("measures in the middle", () => Entanglement.Measure(Qasm.Read(
            "OPENQASM 3.0; include \"stdgates.inc\"; input float w; qubit q; ry(w) q; reset q; ry(w) q;"), 5, new()));
        Refused("20 wires are too many", () => Entanglement.Measure(new(20, []), 5, new()));
        Refused("0 samples", () => Expressibility.Measure(still, 0, 75, new()));
        foreach (Func<object> one in (Func<object>[])[() => Entanglement.Measure(turned, 1, new()),
            () => Expressibility.Measure(turned, 1, 75, new()), () => FisherInformation.Measure(turned, 1, new()),
            () => GradientVariance.Measure(turned, GradientCost.Local, 1, new()),
            () => EffectiveDimension.Measure(turned, 100, 1, new()), () => FourierSpectrum.Measure(turned, 0, 1, new()),
            () => FidelityKernel.Measure(turned, 1, new())])
            Refused("1 samples are too few for an interval", one);
        Refused("1 bins", () => Expressibility.Measure(still, 5, 1, new()));
        Refused("no number to derive by", () => GradientVariance.Measure(still, GradientCost.Local, 5, new()));
        Refused("no weights", () => FisherInformation.Measure(still, 5, new()));
        Refused("no inputs", () => FidelityKernel.Measure(still, 5, new()));
        Refused("99 data are too few; at least 100", () => EffectiveDimension.Measure(turned, 99, 5, new()));

        static void Refused(string reason, Func<object> measure) =>
            Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(measure).Message);
    }

    /// <summary>A state of normally distributed amplitudes, normalised, is Haar-random.</summary>
    static Complex[] Haar(Random random, int wires)
    {
        Complex[] state = [.. Enumerable.Range(0, 1 << wires).Select(_ => new Complex(Normal(), Normal()))];
        double length = Math.Sqrt(state.Sum(a => a.Magnitude * a.Magnitude));
        return [.. state.Select(a => a / length)];

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
