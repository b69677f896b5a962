using System.Text;
using Qdiff.Papers;

public class CircuitVectorsTests
{
    static string Fixture => Path.Combine(AppContext.BaseDirectory, "Fixtures", "circuits.json");

    [Fact]
    public void EveryCaseIsWithinTolerance()
    {
        IReadOnlyList<CircuitVectorResult> results = CircuitVectors.CheckFile(Fixture);
        Assert.Equal(8, results.Count);
        Assert.All(results, result => Assert.True(result.Passes, result.ToString()));
    }

    /// <summary>The checker must notice: one changed number in the file fails its case and no other.</summary>
    [Fact]
    public void AWrongNumberIsNoticed()
    {
        string json = File.ReadAllText(Fixture);
        int at = json.IndexOf("\"expectations\":[", StringComparison.Ordinal) + "\"expectations\":[".Length;
        IReadOnlyList<CircuitVectorResult> results =
            CircuitVectors.Check(Text(json[..at] + "0.5," + json[(json.IndexOf(',', at) + 1)..]), "changed");
        Assert.False(results[0].Passes);
        Assert.All(results.Skip(1), result => Assert.True(result.Passes));
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("[{\"ansatz\": \"hq\"}]", "not a list of circuit cases")]
    [InlineData("null", "holds no list")]
    [InlineData("[null]", "holds no list")]
    public void OtherTextIsRefused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => CircuitVectors.Check(Text(json), "file.json")).Message);

    [Theory]
    [InlineData("\"hq\"", "\"hx\"", "case 0: Unknown ansatz \"hx\"")]
    [InlineData("\"paper\"", "\"sharp\"", "case 0: Unknown wiring \"sharp\"")]
    [InlineData("\"qubits\":12", "\"qubits\":13", "Inputs has 12 numbers, the circuit needs 13")]
    [InlineData("\"layers\":3", "\"layers\":2000000000", "2000000000 layers do not go with 84 parameters")]
    [InlineData("\"layers\":3", "\"layers\":2", "Parameters has 84 numbers, the circuit needs 56")]
    public void CasesThatDoNotFitAreRefused(string old, string changed, string expected)
    {
        string json = File.ReadAllText(Fixture);
        int at = json.IndexOf(old, StringComparison.Ordinal);
        string message = Assert.Throws<FormatException>(() =>
            CircuitVectors.Check(Text(json[..at] + changed + json[(at + old.Length)..]), "f")).Message;
        Assert.Contains(expected, message);
    }

    static MemoryStream Text(string json) => new(Encoding.UTF8.GetBytes(json));
}
