using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qdiff.Papers;

/// <summary>
/// Reference vectors: a JSON list of cases with inputs, parameters, cotangent and the expected expectations and gradients,
/// computed elsewhere.
/// </summary>
public static class CircuitVectors
{
    /// <summary>Tolerated error of an expectation.</summary>
    public const double ExpectationTolerance = 2e-6;

    /// <summary>Tolerated error of a gradient.</summary>
    public const double GradientTolerance = 2e-5;

    static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Runs every case of a file, lowered and literal.</summary>
    /// <exception cref="FormatException">The file is not a list of cases, or a case does not fit its circuit.</exception>
    public static IReadOnlyList<CircuitVectorResult> CheckFile(string path)
    {
        using var json = new MemoryStream(TextFile.ReadBytes(path), writable: false);
        return Check(json, path);
    }

    /// <summary>Runs every case, lowered and literal; <paramref name="name"/> is for messages.</summary>
    /// <exception cref="FormatException">The text is not a list of cases, or a case does not fit its circuit.</exception>
    public static IReadOnlyList<CircuitVectorResult> Check(Stream json, string name)
    {
        List<CircuitVectorCase>? cases;
        try
        {
            cases = JsonSerializer.Deserialize<List<CircuitVectorCase>>(json, s_options);
        }
        catch (JsonException error)
        {
            throw new FormatException($"{name}, line {error.LineNumber + 1}: not a list of circuit cases: {error.Message}",
                error);
        }

        if (cases is null || cases.Contains(null!)) throw new FormatException($"{name} holds no list of circuit cases.");
        List<CircuitVectorResult> results = [];
        for (int i = 0; i < cases.Count; i++)
        {
            try
            {
                results.Add(cases[i].Run());
            }
            catch (ArgumentException error)
            {
                throw new FormatException($"{name}, case {i}: {error.Message}", error);
            }
        }

        return results;
    }
}
