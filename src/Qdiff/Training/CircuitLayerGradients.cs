using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Which angles of a network are which layer of which circuits, and what a gradient is by each.</summary>
sealed class CircuitLayerGradients
{
    readonly Parameter[] angles;
    readonly (string Circuit, int Layer, (int Angles, int[] Weights)[] Members)[] layers;

    /// <summary>The layers of a network's circuits.</summary>
    /// <param name="angles">Those that are trained; circuits with other angles are left out.</param>
    public CircuitLayerGradients(Network network, Parameter[] angles)
    {
        this.angles = angles;
        var circuits = network.Circuits.Where(circuit => circuit.Angles is { } own && angles.Contains(own))
            .DistinctBy(circuit => circuit.Angles)
            .Select(circuit => (Layer: circuit, Weights: CircuitLayers.Of(circuit.Lowered.Circuit)));
        HashSet<string> names = [];
        layers = [.. circuits.GroupBy(circuit => (Block: BlockOf(circuit.Layer.Name), circuit.Layer.Lowered.Circuit.Weights,
                circuit.Weights.Count))
            .SelectMany(alike =>
            {
                // The circuit that takes what others of a block leave is built otherwise, and keeps its own name.
                string name = names.Add(alike.Key.Block) ? alike.Key.Block : alike.First().Layer.Name;
                return Enumerable.Range(0, alike.Key.Count).Select(l => (name, l + 1,
                    alike.Select(member => (Array.IndexOf(angles, member.Layer.Angles), member.Weights[l])).ToArray()));
            })];
    }

    /// <summary>What there is of a step.</summary>
    /// <param name="gradient">Gives the gradient by each of some parameters.</param>
    public IReadOnlyList<CircuitLayerGradient> Measure(Func<Parameter[], float[][]> gradient)
    {
        float[][] derivatives = gradient(angles);
        return [.. layers.Select(layer =>
        {
            double squares = 0, variance = 0;
            foreach ((int angles, int[] weights) in layer.Members)
            {
                float[] all = derivatives[angles];
                double sum = 0, own = 0, deviations = 0;
                foreach (int w in weights) (sum, own) = (sum + all[w], own + (double)all[w] * all[w]);
                foreach (int w in weights) deviations += Math.Pow(all[w] - sum / weights.Length, 2);
                squares += own;
                variance += deviations / weights.Length / layer.Members.Length;
            }

            return new CircuitLayerGradient(layer.Circuit, layer.Layer, Math.Sqrt(squares), variance);
        })];
    }

    /// <summary>The name without the number of the circuit in its block.</summary>
    static string BlockOf(string name) => name.LastIndexOf('.') is > 0 and var dot && dot + 1 < name.Length
        && name[(dot + 1)..].All(char.IsAsciiDigit) ? name[..dot] : name;
}
