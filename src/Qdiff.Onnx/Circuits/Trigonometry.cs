using Qdiff.Quantum;

namespace Qdiff.Onnx;

/// <summary>
/// The sines and cosines of all angles of a circuit that differ from sample to sample: one value [rows, 2·angles], the cosines
/// first.
/// </summary>
/// <param name="features">[rows, inputs]</param>
sealed class Trigonometry(OnnxGraph graph, string features, double[] weights) : IAngleAlgebra<string>
{
    readonly List<Angle> angles = [];
    string? values;

    /// <summary>cos of an angle, as a number for <see cref="Products"/>.</summary>
    public int Cosine(Angle angle)
    {
        int index = angles.IndexOf(angle);
        if (index >= 0) return index;
        if (values is not null) throw new InvalidOperationException("The angles are written already.");
        angles.Add(angle);
        return angles.Count - 1;
    }

    /// <summary>sin of an angle.</summary>
    public int Sine(Angle angle) => ~Cosine(angle);

    /// <summary>1, which is the cosine of no angle.</summary>
    public int One() => Cosine(Angle.Input(0, 0));

    /// <summary>For each of these lists the product of its members: [rows, lists].</summary>
    public string Products(IReadOnlyList<int[]> lists)
    {
        values ??= Values();
        long[] columns = [.. lists.SelectMany(list => list)
            .Select(member => (long)(member >= 0 ? member : angles.Count + ~member))];
        return lists[0].Length == 1 ? graph.Gather(values, columns, 1)
            : graph.ReduceProduct(graph.Gather(values, columns, 1, lists.Count, lists[0].Length), 2);
    }

    string Values()
    {
        string all = graph.Concatenate(1, [.. Runs().Select(Value)]);
        return graph.Concatenate(1, graph.Add("Cos", [all]), graph.Add("Sin", [all]));
    }

    /// <summary>Multiples of inputs that stand beside each other are computed together.</summary>
    List<List<Angle>> Runs()
    {
        List<List<Angle>> runs = [];
        foreach (Angle angle in angles)
        {
            bool goesOn = runs.Count > 0 && runs[^1][0].Source == AngleSource.Input && angle.Source == AngleSource.Input;
            if (goesOn) runs[^1].Add(angle);
            else runs.Add([angle]);
        }

        return runs;
    }

    string Value(List<Angle> run) => run[0].Source switch
    {
        AngleSource.Input => graph.Times(graph.Columns(features, run.Select(angle => angle.Index)),
            graph.Constant([.. run.Select(angle => (float)angle.Scale)], run.Count)),
        AngleSource.InputProduct => graph.Times(graph.Times(Input(run[0].Index), Input(run[0].SecondIndex)), (float)run[0].Scale),
        _ => run[0].Formula!.In(this),
    };

    public string Input(int index) => graph.Columns(features, [index]);

    public string Constant(double value) => graph.Constant([(float)value], 1, 1);

    public string Weight(int index) => Constant(weights[index]);

    public string Sum(string a, string b) => graph.Plus(a, b);

    public string Product(string a, string b) => graph.Times(a, b);

    public string Power(string x, double power) => graph.Add("Pow", [x, graph.Constant([(float)power])]);

    public string Apply(AngleFunction function, string x) => graph.Add(function switch
    {
        AngleFunction.Sin => "Sin",
        AngleFunction.Cos => "Cos",
        AngleFunction.Tan => "Tan",
        AngleFunction.ArcSin => "Asin",
        AngleFunction.ArcCos => "Acos",
        AngleFunction.ArcTan => "Atan",
        AngleFunction.Exp => "Exp",
        AngleFunction.Ln => "Log",
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No operator for this function of an angle."),
    }, [x]);
}
