using Qdiff.Quantum;

namespace Qdiff.Onnx;

/// <summary>
/// A lowered circuit as real arithmetic. As long as few gates depend on inputs, the amplitudes are one matrix, made of the
/// weights alone, times products of the inputs' cosines and sines: cos(θ/2)·1 − i·sin(θ/2)·σ is linear in both.
/// </summary>
sealed class CircuitGraph(OnnxGraph graph, LoweredCircuit circuit, double[] weights)
{
    /// <summary>The expectations [rows, read-outs] of features [rows, inputs].</summary>
    public string Expectations(string features)
    {
        var angles = new Trigonometry(graph, features, weights);
        ProgramGraph[] programs = [.. circuit.Layouts.Select(layout =>
            new ProgramGraph(graph, layout, features, circuit.Circuit.Inputs, weights, angles))];
        // Before the first product of cosines is taken, all must be known.
        angles.One();

        int readOuts = circuit.ReadOuts.Count, terms = 0;
        List<string> values = [];
        List<(int Column, int ReadOut, double Coefficient)> sums = [];
        List<(int[] Columns, int ReadOut, double Coefficient)> products = [];
        var constants = new float[readOuts];
        foreach (ProgramGraph program in programs)
        {
            foreach (ReadOutSum readOut in program.ReadOuts)
            {
                constants[readOut.ReadOut] = (float)readOut.Constant;
                foreach ((double coefficient, int[] factors) in readOut.Products)
                {
                    if (factors.Length == 1) sums.Add((terms + factors[0], readOut.ReadOut, coefficient));
                    else products.Add(([.. factors.Select(term => terms + term)], readOut.ReadOut, coefficient));
                }
            }

            if (program.Values() is { } value) values.Add(value);
            terms += program.Terms;
        }

        string all = terms > 0 ? graph.Concatenate(1, [.. values]) : angles.Products([[angles.One()]]);
        foreach (var group in products.GroupBy(product => product.Columns.Length))
        {
            string gathered = graph.Gather(all, [.. group.SelectMany(product => product.Columns).Select(c => (long)c)], 1,
                group.Count(), group.Key);
            values.Add(graph.ReduceProduct(gathered, 2));
            foreach (var product in group) sums.Add((terms++, product.ReadOut, product.Coefficient));
        }

        return Sum(products.Count > 0 ? graph.Concatenate(1, [.. values]) : all, Math.Max(terms, 1), sums, constants);
    }

    string Sum(string terms, int count, List<(int Column, int ReadOut, double Coefficient)> sums, float[] constants)
    {
        string expectations;
        if (sums.Count == constants.Length && sums.DistinctBy(sum => sum.ReadOut).Count() == sums.Count
            && sums.TrueForAll(sum => sum.Coefficient == 1))
        {
            // Usually each read-out is one term.
            int[] columns = [.. sums.OrderBy(sum => sum.ReadOut).Select(sum => sum.Column)];
            expectations = columns.SequenceEqual(Enumerable.Range(0, count)) ? terms : graph.Columns(terms, columns);
        }
        else
        {
            var matrix = new float[count * constants.Length];
            foreach ((int column, int readOut, double coefficient) in sums)
                matrix[column * constants.Length + readOut] += (float)coefficient;
            expectations = graph.MatMul(terms, graph.Constant(matrix, count, constants.Length));
        }

        return constants.All(constant => constant == 0) ? expectations
            : graph.Plus(expectations, graph.Constant(constants, constants.Length));
    }
}
