using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>
/// <c>plan.json</c> in the folder of a comparison: how it was asked for, so that others can work on it without being told.
/// </summary>
/// <param name="Schema">Version of the layout.</param>
/// <param name="Verb">compare or reproduce.</param>
/// <param name="Arguments">What followed, without what concerns only the process that was called so.</param>
/// <param name="Folder">Where it was called; relative paths mean what they mean there.</param>
/// <param name="Runs">How many runs there are.</param>
sealed record WorkPlan(int Schema, string Verb, IReadOnlyList<string> Arguments, string Folder, int Runs)
{
    public const string FileName = "plan.json";

    const int Current = 1;

    /// <summary>Options with a value and without one that are each caller's own. The folder is where the plan is found.</summary>
    static readonly string[] s_ownWithValue = ["--runs", "--name", "--max-time"], s_own = ["--json", "--quiet", "-q", "--plan"];

    static readonly string[] s_verbs = ["compare", "reproduce"];

    /// <summary>The plan of what was asked for.</summary>
    public static WorkPlan Create(ParseResult parsed, ComparisonPlan plan)
    {
        List<string> arguments = [];
        for (int i = 0; i < parsed.Tokens.Count; i++)
        {
            Token token = parsed.Tokens[i];
            // Words that only look like a verb or an option are values, and stay.
            if (token.Type == TokenType.Option && s_ownWithValue.Contains(token.Value)) i++;
            else if (token.Type != TokenType.Command && !(token.Type == TokenType.Option && s_own.Contains(token.Value)))
                arguments.Add(token.Value);
        }

        return new(Current, parsed.CommandResult.Command.Name, arguments, Directory.GetCurrentDirectory(),
            plan.Arms.Count * plan.Seeds.Count);
    }

    /// <summary>The plans in a folder: its own, or those of the comparisons in it.</summary>
    /// <exception cref="InputException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<(string Folder, WorkPlan Plan)> In(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"There is no folder {folder}.{NearestPath.Hint(folder)}");
        string[] folders = HasOne(folder) ? [folder]
            : [.. Directory.GetDirectories(folder).Where(HasOne).Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
            throw new InputException($"{folder} has no {FileName}, nor has a folder in it: 'qdiff compare ... --plan' or 'qdiff "
                + "reproduce ... --plan' writes it.");
        return [.. folders.Select(found => (found, Read(Path.Combine(found, FileName))))];
    }

    /// <summary>Whether this is the folder of a plan.</summary>
    public static bool HasOne(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Writes it, unless the same is there: others may be reading it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName), text = JsonSerializer.Serialize(this, RunJson.File) + "\n";
        if (!File.Exists(path) || File.ReadAllText(path) != text) WholeFile.Write(path, text, makeFolder: true);
    }

    /// <summary>The arguments of a process that works on the plan in this folder.</summary>
    public string[] Call(string folder, params string[] own)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        // A reproduction names its folders by its tables.
        string[] name = Verb == "compare" ? ["--name", Path.GetFileName(full)] : [];
        // Before the others, among which may be the -- behind which nothing is an option.
        return [Verb, .. own, "--runs", Path.GetDirectoryName(full)!, .. name, .. Arguments];
    }

    static WorkPlan Read(string path)
    {
        WorkPlan plan = RunJson.Read<WorkPlan>(path);
        bool isOurs = plan.Schema == Current && s_verbs.Contains(plan.Verb) && plan.Arguments is not null
            && plan.Folder is not null;
        return isOurs ? plan : throw new InputException($"{path} is no plan that this version of qdiff reads.");
    }
}
