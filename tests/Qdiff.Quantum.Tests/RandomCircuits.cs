using Qdiff.Quantum;

/// <summary>
/// Random circuits of several topologies, so that all parts of the lowering are met: dense, chains, stars, registers joined by a
/// few gates.
/// </summary>
static class RandomCircuits
{
    public static Circuit Next(Random random, int maxQubits = 7, bool fixedAnglesOnly = false)
    {
        int qubits = random.Next(1, maxQubits + 1), inputs = random.Next(1, 5), weights = random.Next(1, 6);
        int topology = random.Next(5);
        List<Gate> gates = [];
        if (random.Next(2) == 0)
            for (int wire = 0; wire < qubits; wire++) gates.Add(Gate.RX(wire, NextAngle()));
        int count = random.Next(4, 28);
        while (gates.Count < count) gates.Add(NextGate());
        return new(qubits, gates, inputs, weights);

        Gate NextGate()
        {
            while (true)
            {
                GateSpec spec = GateTable.Rows[random.Next(GateTable.Rows.Count)];
                int target = random.Next(qubits), partner = -1;
                if (spec.Shape != GateShape.Single)
                {
                    if (qubits == 1) continue;
                    partner = random.Next(qubits);
                    if (partner == target || !IsJoined(target, partner)) continue;
                }

                return new Gate(spec.Kind, target, partner)
                    .WithAngles([.. Enumerable.Range(0, spec.Angles).Select(_ => NextAngle())]);
            }
        }

        bool IsJoined(int a, int b) => topology switch
        {
            0 => true,
            1 => Math.Abs(a - b) == 1,
            2 => a == 0 || b == 0,
            3 => a / 2 == b / 2 || a % 2 == 0 && b % 2 == 0 && Math.Abs(a - b) == 2,
            _ => a / 3 == b / 3 || random.Next(12) == 0,
        };

        Angle NextAngle()
        {
            double scale = random.NextDouble() * 3 - 1.5;
            return fixedAnglesOnly ? Angle.Fixed(scale) : random.Next(8) switch
            {
                0 => Angle.Fixed(scale * 2),
                1 or 2 => Angle.Input(random.Next(inputs), scale),
                3 => Angle.InputProduct(random.Next(inputs), random.Next(inputs), scale),
                _ => Angle.Weight(random.Next(weights), scale),
            };
        }
    }

    /// <summary>A few sums of Pauli strings; mostly single Z, as in practice.</summary>
    public static Observable[] ReadOuts(Random random, int qubits)
    {
        if (random.Next(3) == 0) return Observable.ZOfEachWire(qubits);
        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Observable(
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.NextDouble() * 2 - 1, NextPauli(random, qubits)))]))];
    }

    public static PauliString NextPauli(Random random, int qubits)
    {
        ulong mask = (1UL << qubits) - 1;
        return new(random.Next(2) == 0 ? 0 : (ulong)random.Next(256) & mask, (ulong)random.Next(256) & mask);
    }

    public static double[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (double)(float)(random.NextDouble() * 4 - 2))];
}
