using Qdiff.Quantum;

namespace Qdiff.Reports;

/// <summary>The circuits of a network, equal ones drawn once.</summary>
static class CircuitSection
{
    /// <summary>Drawings of more gates would fill a page each and tell nobody anything.</summary>
    const int MostGates = 2000;

    /// <summary>The drawings; null of a network without circuits, or that cannot be built here.</summary>
    public static Html? Of(RunContent run, RunFolder folder)
    {
        Network? network = run.Try(() =>
            folder.Experiment.Config.BuildNetwork([.. folder.Manifest.Data.Shape], folder.Experiment.Catalog));
        if (network is null or { Circuits.Count: 0 }) return null;
        return Html.Of(network.Circuits.GroupBy(layer => Key(layer.Lowered.Circuit)).Select(group => Drawing([.. group])));
    }

    static Html Drawing(QuantumLayer[] layers)
    {
        Circuit circuit = layers[0].Lowered.Circuit;
        LoweringReport lowered = layers[0].Lowered.Report;
        string often = layers.Length == 1 ? "one circuit" : $"{layers.Length} circuits of this form";
        string names = layers.Length <= 4 ? string.Join(", ", layers.Select(layer => layer.Name))
            : $"{layers[0].Name} to {layers[^1].Name}";
        Html drawing = circuit.Gates.Count <= MostGates
            ? $"""
            <div class="circuit" role="region" aria-label="Circuit of {layers[0].Name}" tabindex="0">
            {Html.OfMarkup(SvgDrawing.Draw(circuit))}</div>

            """
            : Piece.Missing(Invariant($"It is not drawn: it has {circuit.Gates.Count:N0} gates."));
        return $"""
            <h3>{names}</h3>
            <p>{char.ToUpperInvariant(often[0])}{often[1..]}: {circuit.Qubits} qubits, {circuit.Gates.Count:N0} gates,
            {circuit.Inputs} features, {circuit.Weights} angles each; run {layers.Sum(layer => layer.RunsPerImage):N0} times for
            an image. Lowered to {lowered.Clusters.Count} independent {(lowered.Clusters.Count == 1 ? "part" : "parts")} of
            {string.Join(", ", lowered.Clusters.Select(c => c.Length).Distinct().Order())} qubits.</p>
            {drawing}
            """;
    }

    static string Key(Circuit circuit) => $"{circuit.Qubits} {circuit.Start} {string.Join(';', circuit.Gates)}";
}
