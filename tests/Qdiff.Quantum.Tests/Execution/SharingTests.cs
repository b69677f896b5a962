using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>Circuits are shared by threads; the memory of one thread is refused to another.</summary>
public class SharingTests
{
    static readonly LoweredCircuit s_circuit = new(PublishedCircuits.HQConv());

    [Fact]
    public void APreparedCircuitServesManyThreads()
    {
        float[] inputs = Numbers(s_circuit.Circuit.Inputs * LoweredCircuit.Samples, 1);
        PreparedCircuit prepared = s_circuit.Prepare(Numbers(s_circuit.Circuit.Weights, 2));
        float[] expected = Run(prepared, inputs, new());
        Assert.Contains(expected, value => value != 0);
        Together(_ =>
        {
            var workspace = new CircuitWorkspace();
            for (int round = 0; round < 100; round++) Assert.Equal(expected, Run(prepared, inputs, workspace));
        });
    }

    /// <summary>Of many calls on one workspace each is right or refused; none is quietly wrong.</summary>
    [Fact]
    public void AWorkspaceServesOneThreadAtATime()
    {
        float[] inputs = Numbers(s_circuit.Circuit.Inputs * LoweredCircuit.Samples, 1);
        PreparedCircuit prepared = s_circuit.Prepare(Numbers(s_circuit.Circuit.Weights, 2));
        float[] expected = Run(prepared, inputs, new());
        var shared = new CircuitWorkspace();
        int right = 0;
        Together(_ =>
        {
            for (int round = 0; round < 200; round++)
            {
                try
                {
                    Assert.Equal(expected, Run(prepared, inputs, shared));
                    Interlocked.Increment(ref right);
                }
                catch (InvalidOperationException e)
                {
                    Assert.Contains("another thread", e.Message);
                }
            }
        });
        Assert.InRange(right, 1, 4 * 200);
        Assert.Equal(expected, Run(prepared, inputs, shared));
    }

    /// <summary>Tiles under which a circuit is prepared anew are right for one of the weights, or refused.</summary>
    [Fact]
    public void ATileDoesNotMixTwoPreparations()
    {
        float[] inputs = Numbers(s_circuit.Circuit.Inputs * LoweredCircuit.Samples, 1);
        float[][] weights = [Numbers(s_circuit.Circuit.Weights, 2), Numbers(s_circuit.Circuit.Weights, 3)];
        float[][] expected = [.. weights.Select(w => Run(s_circuit.Prepare(w), inputs, new()))];
        PreparedCircuit shared = s_circuit.Prepare(weights[0]);
        int calls = 0;
        Together(caller =>
        {
            var workspace = new CircuitWorkspace();
            for (int round = 0; round < 300; round++)
            {
                try
                {
                    if (caller == 0) s_circuit.Prepare(weights[round % 2], shared);
                    else if (Run(shared, inputs, workspace) is var got && !expected.Any(e => e.SequenceEqual(got)))
                        Assert.Fail("A tile read two preparations.");
                    Interlocked.Increment(ref calls);
                }
                catch (InvalidOperationException)
                {
                    // Refused.
                }
            }
        });
        Assert.True(calls > 0);
    }

    static float[] Run(PreparedCircuit prepared, float[] inputs, CircuitWorkspace workspace)
    {
        var expectations = new float[s_circuit.ReadOuts.Count * LoweredCircuit.Samples];
        prepared.Forward(inputs, expectations, workspace);
        return expectations;
    }

    static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }

    static void Together(Action<int> call)
    {
        Task[] all = [.. Enumerable.Range(0, 4).Select(caller =>
            Task.Factory.StartNew(() => call(caller), TaskCreationOptions.LongRunning))];
        foreach (Task task in all) task.GetAwaiter().GetResult();
    }
}
