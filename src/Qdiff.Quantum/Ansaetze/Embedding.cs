namespace Qdiff.Quantum;

/// <summary>
/// How features enter a circuit. (Amplitude encoding is <see cref="CircuitStart.Amplitudes"/>: it is a start, not gates.)
/// </summary>
public static class Embedding
{
    /// <summary>A rotation by input i on wire i, in radians.</summary>
    public static IEnumerable<Gate> Angles(int qubits, RotationAxis axis = RotationAxis.X, double scale = 1)
    {
        for (int wire = 0; wire < qubits; wire++) yield return Rotation(axis, wire, Angle.Input(wire, scale));
    }

    /// <summary>
    /// Instantaneous quantum polynomial encoding: Hadamards, RZ(x_i) on every wire and RZZ(x_i·x_j) on every pair i &lt; j,
    /// repeated.
    /// </summary>
    /// <remarks>Havlíček et al. 2018, arXiv 1804.11326.</remarks>
    public static IEnumerable<Gate> Iqp(int qubits, int repeats = 1)
    {
        Ansatz.CheckLayers(repeats);
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            for (int wire = 0; wire < qubits; wire++) yield return Gate.H(wire);
            for (int wire = 0; wire < qubits; wire++) yield return Gate.RZ(wire, Angle.Input(wire));
            for (int first = 0; first < qubits; first++)
                for (int second = first + 1; second < qubits; second++)
                    yield return Gate.RZZ(first, second, Angle.InputProduct(first, second));
        }
    }

    /// <summary>
    /// Data re-uploading: the same encoding again before each layer. <paramref name="layer"/> gives the gates of one layer, with
    /// weights counted from 0; layer l gets the l-th block of weights.
    /// </summary>
    /// <remarks>Pérez-Salinas et al. 2019, arXiv 1907.02085.</remarks>
    public static IEnumerable<Gate> Reuploading(int layers, IEnumerable<Gate> encoding, IEnumerable<Gate> layer)
    {
        Ansatz.CheckLayers(layers);
        Gate[] encoded = [.. encoding], once = [.. layer];
        int weights = Circuit.Count(once, angle => angle.WeightIndices);
        for (int l = 0; l < layers; l++)
        {
            foreach (Gate gate in encoded) yield return gate;
            foreach (Gate gate in once)
            {
                // What a program wrote has the first layer's weights.
                yield return gate.WithAngles([.. gate.Angles.Select(angle => angle.BehindWeights(l * weights))]) with
                {
                    Written = gate.Written?.Condition,
                };
            }
        }
    }

    internal static Gate Rotation(RotationAxis axis, int wire, Angle angle) => axis switch
    {
        RotationAxis.X => Gate.RX(wire, angle),
        RotationAxis.Y => Gate.RY(wire, angle),
        RotationAxis.Z => Gate.RZ(wire, angle),
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "The axes are X, Y and Z."),
    };
}
