using System.Globalization;
using System.Text;
using Qdiff.Imaging;
using Qdiff.Quantum;
using static System.FormattableString;

namespace Qdiff.Cli;

/// <summary>Measurements of the laboratory as text, JSON, CSV and charts.</summary>
static class LabFindings
{
    public static LabFinding Of(Expressibility found, Circuit circuit)
    {
        double size = Math.Pow(2, circuit.Qubits), bins = found.Histogram.Count;
        double[] at = [.. Enumerable.Range(0, found.Histogram.Count).Select(bin => (bin + 0.5) / bins)];
        return new(found.Divergence, new Dictionary<string, object>
        {
            ["floor"] = found.Floor.Value,
            ["histogram"] =
            found.Histogram
        },
            title => new()
            {
                Title = title,
                XLabel = "fidelity",
                YLabel = "share of the pairs in a bin",
                LogY = true,
                Series =
                [
                    new("circuit", at, [.. found.Histogram.Select(count => count / (double)found.Samples)]),
                    new("Haar", at, [.. at.Select(f => Math.Pow(1 - f + 0.5 / bins, size - 1) - Math.Pow(Math.Max(0,
                        1 - f - 0.5 / bins), size - 1))]),
                ],
            })
        { Note = Invariant($"as many Haar-random pairs score {found.Floor.Value:0.0000}") };
    }

    public static LabFinding Of(Entanglement found)
    {
        double[] sorted = [.. found.Values.Order()];
        return new(found.Mean, new Dictionary<string, object>
        {
            ["haar"] = found.Haar,
            ["smallest"] = sorted[0],
            ["largest"] =
            sorted[^1]
        },
            title => Line(title, "share of the states", "Q of as many states or fewer",
                [.. sorted.Select((_, i) => (i + 1.0) / sorted.Length)], sorted))
        { Note = Invariant($"Haar-random states have {found.Haar:0.0000}") };
    }

    public static LabFinding Of(GradientVariance found, Circuit circuit) => new(found.Mean, new Dictionary<string, object>
    {
        ["byInput"] = found.Each.Take(circuit.Inputs),
        ["byWeight"] = found.Each.Skip(circuit.Inputs),
    }, title => new()
    {
        Title = title,
        XLabel = circuit.Inputs == 0 ? "weights"
            : $"{(circuit.Inputs == 1 ? "input 0" : $"inputs 0 to {circuit.Inputs - 1}")}, then weights",
        YLabel = "variance of the derivative",
        LogY = true,
        Series = [Bars("variance", [.. Enumerable.Range(0, found.Each.Count).Select(i => (double)i)], found.Each)],
    })
    { Note = $"by {circuit.Inputs} inputs and {circuit.Weights} weights, each uniform in a full turn" + Doubt(found.Mean) };

    public static LabFinding Of(FourierSpectrum[] found, Circuit circuit)
    {
        if (circuit.Inputs == 0) throw new ArgumentException("the circuit has no inputs, so nothing of it is a function of any");
        double largest = found.Max(spectrum => spectrum.Largest);
        return new(new(largest, largest, largest), new Dictionary<string, object> { ["inputs"] = found }, title => new()
        {
            Title = title,
            XLabel = "frequency",
            YLabel = "mean |c|²",
            Series = [.. found.Take(8).Select(spectrum => Bars($"x{spectrum.Input}", spectrum.Frequencies, spectrum.Powers))],
        })
        {
            Note = string.Join("; ", found.Take(4).Select(spectrum =>
                $"x{spectrum.Input}: {string.Join(", ", spectrum.Frequencies.Select(F))}")) + (found.Length > 4 ? "; …" : ""),
        };
    }

    public static LabFinding Of(FisherInformation found, Circuit circuit) => new(found.Rank, new Dictionary<string, object>
    {
        ["weights"] = circuit.Weights,
        ["live"] = found.Live,
        ["readRank"] = found.ReadRank,
        ["trace"] = found.Trace,
        ["eigenvalues"] = found.Spectrum,
    }, title => new()
    {
        Title = title,
        XLabel = "number",
        YLabel = "eigenvalue",
        LogY = true,
        Series = [new("mean", [.. found.Spectrum.Select((_, i) => (double)i)], found.Spectrum)],
    })
    {
        Note = Invariant($"of {circuit.Weights} weights; Z of all wires sees {found.Live} of them, in {found.ReadRank} ways; ")
            + Invariant($"trace {found.Trace.Value:0.000}"),
    };

    public static LabFinding Of(EffectiveDimension found) => new(found.Dimension, new Dictionary<string, object>
    {
        ["weights"] = found.Weights,
        ["normalised"] = found.Dimension.Value / found.Weights,
        ["data"] = found.Data,
    }, title => new()
    {
        Title = title,
        XLabel = "weights",
        YLabel = "effective dimension",
        Series = [Bars("dimension", [found.Weights], [found.Dimension])],
    })
    { Note = Invariant($"of {found.Weights} weights, with {found.Data} data") };

    public static LabFinding Of(FidelityKernel found)
    {
        double[] sorted = [.. found.Values.Order()];
        return new(found.Mean, new Dictionary<string, object>
        {
            ["variance"] = found.Variance,
            ["haar"] = found.Haar,
        },
            title => Line(title, "share of the pairs", "kernel of as many pairs or fewer",
                [.. sorted.Select((_, i) => (i + 1.0) / sorted.Length)], sorted, "pairs"))
        {
            Note = $"variance {F(found.Variance.Value)} ({F(found.Variance.Low)} to {F(found.Variance.High)}); "
                + $"Haar-random states have a mean of {F(found.Haar)}" + Doubt(found.Variance),
        };
    }

    /// <summary>The same, each with the decay of all that have as many layers.</summary>
    public static List<LabFinding> WithDecay(List<LabFinding> findings)
    {
        ILookup<int?, LabFinding> byLayers = findings.ToLookup(finding => finding.Layers);
        return [.. findings.Select(finding => finding with
        {
            Decay = ExponentialDecay.Fit([.. byLayers[finding.Layers].Select(other => (other.Wires, other.Value))]),
        })];
    }

    /// <summary>The values of all, a row each.</summary>
    public static string Csv(IEnumerable<LabFinding> findings)
    {
        var text = new StringBuilder("circuit,wires,layers,samples,value,low,high\n");
        foreach (LabFinding f in findings)
            text.Append(Invariant($"{Quoted(f.Circuit)},{f.Wires},{f.Layers},{f.Samples},"))
                .Append(Invariant($"{f.Value.Value:R},{f.Value.Low:R},{f.Value.High:R}\n"));
        return text.ToString();

        static string Quoted(string name) => name.AsSpan().IndexOfAny("\",\r\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"")}\"";
    }

    /// <summary>Against wires, a line for each number of layers; against layers if the wires are always the same.</summary>
    public static LineChart Chart(string title, IReadOnlyList<LabFinding> findings)
    {
        bool byWires = findings.Select(finding => finding.Wires).Distinct().Count() > 1;
        return new()
        {
            Title = title,
            XLabel = byWires ? "wires" : "layers",
            YLabel = title,
            LogY = title is "gradients" or "kernel",
            Series = [.. findings.GroupBy(finding => byWires ? finding.Layers ?? 0 : 0).Select(group => Bars(
                group.Key == 0 ? group.First().Circuit : $"{group.Key} layers",
                [.. group.Select(finding => (double)(byWires ? finding.Wires : finding.Layers ?? 0))],
                [.. group.Select(finding => finding.Value)]))],
        };
    }

    public static void Tell(string name, IReadOnlyList<LabFinding> findings)
    {
        bool hasLayers = findings.Any(finding => finding.Layers is not null);
        // A frequency is there or not.
        string? interval = name switch { "fisher" => "smallest to largest", "fourier" => null, _ => "95 % interval" };
        Print.Table([">wires", .. hasLayers ? (string[])[">layers"] : [], ">" + name,
            .. interval is null ? [] : (string[])[">" + interval], ""],
            findings.Select(f => (string[])[$"{f.Wires}", .. hasLayers ? (string[])[$"{f.Layers}"] : [], F(f.Value.Value),
                .. interval is null ? [] : (string[])[$"{F(f.Value.Low)} to {F(f.Value.High)}"], f.Note]));
        if (name == "gradients") TellDecays(findings);
    }

    static void TellDecays(IReadOnlyList<LabFinding> findings)
    {
        foreach (IGrouping<int?, LabFinding> all in findings.GroupBy(finding => finding.Layers))
        {
            // Nobody asked how fewer fall.
            if (all.DistinctBy(finding => finding.Wires).Count() < 3) continue;
            Print.Line((all.Key is { } layers ? $"layers {layers}: " : "") + (all.First().Decay is { Slope: var slope } decay
                ? $"ln of the value changes by {F(slope.Value)} a wire (95 % interval {F(slope.Low)} to {F(slope.High)}), a "
                    + $"factor of {F(Math.Exp(slope.Value))}; {decay.Wires.Count} of {all.Count()} points, weights "
                    + "(value/standard error)²"
                : "no decay: fewer than three numbers of wires have a value above 0 that is known to ±40 %; raise --samples"));
        }
    }

    /// <summary>Where few samples carry the mean of what may fall exponentially.</summary>
    static string Doubt(IntervalEstimate variance) => !variance.IsCarriedByFew() ? ""
        : "; few samples carry the variance: mostly too small, its interval too narrow; raise --samples";

    static ChartSeries Bars(string name, IReadOnlyList<double> x, IReadOnlyList<IntervalEstimate> y) =>
        new(name, x, [.. y.Select(v => v.Value)]) { Bars = [.. y.Select(v => ((double, double)?)(v.Low, v.High))] };

    static LineChart Line(string title, string x, string y, double[] at, double[] values, string name = "states") =>
        new() { Title = title, XLabel = x, YLabel = y, Series = [new(name, at, values)] };

    static string F(double value) => value.ToString(Math.Abs(value) is > 0 and < 0.001 ? "0.000e+0" : "0.####",
        CultureInfo.InvariantCulture);
}
