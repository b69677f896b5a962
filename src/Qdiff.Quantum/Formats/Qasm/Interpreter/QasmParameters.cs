using System.Globalization;
using System.Text.RegularExpressions;

namespace Qdiff.Quantum;

/// <summary>
/// The input parameters of a program. Those named x (x, x0, x_0, x[0], _x_0_) are the features, in the order of their numbers;
/// every other one is a trained weight, in the order of declaration.
/// </summary>
sealed partial class QasmParameters
{
    readonly List<(QasmDeclaration Declaration, int? Feature, int[] Sizes)> declared = [];

    public List<string> Inputs { get; } = [];

    public List<string> Weights { get; } = [];

    public void Add(QasmDeclaration declaration, int[] sizes) =>
        declared.Add((declaration, FeatureNumber(declaration.Name), sizes));

    /// <summary>Numbers the parameters and gives each its value.</summary>
    public IEnumerable<(QasmDeclaration Declaration, object Value)> Values()
    {
        foreach ((QasmDeclaration declaration, int? feature, int[] sizes) in declared.OrderBy(entry => entry.Feature ?? 0)
            .ToList())
        {
            List<string> names = feature is null ? Weights : Inputs;
            int count = sizes.Aggregate(1, (product, size) => product * size);
            var elements = new object[count];
            for (int i = 0; i < count; i++)
            {
                elements[i] = feature is null ? AngleExpression.Weight(names.Count) : AngleExpression.Input(names.Count);
                names.Add(sizes.Length == 0 ? declaration.Name : declaration.Name + Position(i, sizes));
            }

            yield return (declaration, sizes.Length == 0 ? elements[0] : new QasmArray(elements, sizes));
        }
    }

    static string Position(int index, int[] sizes)
    {
        string text = "";
        for (int k = sizes.Length - 1; k >= 0; index /= sizes[k--]) text = $"[{index % sizes[k]}]{text}";
        return text;
    }

    /// <summary>x comes before x0.</summary>
    static int? FeatureNumber(string name) => FeatureName().Match(name) is { Success: true } match
        ? match.Groups[1].Value is { Length: > 0 } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : -1
        : null;

    [GeneratedRegex("^_?x(?:_?([0-9]{1,9}))?_?$")]
    private static partial Regex FeatureName();
}
