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
/// <param name="Arms">The settings of each arm that decide its results; null in plans of earlier versions.</param>
sealed record WorkPlan(int Schema, string Verb, IReadOnlyList<string> Arguments, string Folder, int Runs,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Arms = null)
{
    public const string FileName = "plan.json";

    const int Current = 1;

    /// <summary>Options that are each caller's own. The folder is where the plan is found.</summary>
    static readonly string[] s_own = ["--runs", "--name", "--max-time", "--json", "--quiet", "--plan"];

    /// <summary>The plan that is followed here, which stays as it is: its folder may have another name here.</summary>
    static readonly AsyncLocal<WorkPlan?> s_followed = new();

    /// <summary>Whether this call follows a plan: what it says was asked for before, perhaps of an earlier version.</summary>
    public static bool IsFollowed => s_followed.Value is not null;

    static readonly string[] s_verbs = ["compare", "reproduce"];

    /// <summary>The plan of what was asked for.</summary>
    /// <param name="table">The table that the folder is of, where several may have been asked for.</param>
    public static WorkPlan Create(ParseResult parsed, ComparisonPlan plan, PublishedTable? table)
    {
        OptionResult[] own = [.. Options(parsed.RootCommandResult).Where(option => s_own.Contains(option.Option.Name)
            || table is not null && option.Option.Name == ReproduceVerb.Table)];
        // By identity, for words that only look like an option of the caller's, or like a verb, are values and stay.
        HashSet<Token> values = new(own.SelectMany(option => option.Tokens), ReferenceEqualityComparer.Instance);
        HashSet<string> names = [.. own.SelectMany(option => (string[])[option.Option.Name, .. option.Option.Aliases])];
        string[] which = table is null ? [] : [ReproduceVerb.Table, table.Name],
            arguments = [.. which, .. parsed.Tokens.Where(token => token.Type != TokenType.Command && !values.Contains(token)
            && !(token.Type == TokenType.Option && names.Contains(token.Value))).Select(token => token.Value)];
        return new(Current, parsed.CommandResult.Command.Name, arguments, Directory.GetCurrentDirectory(),
            plan.Arms.Count * plan.Seeds.Count, plan.Arms.ToDictionary(arm => arm.Name, plan.SettingsOf));
    }

    /// <summary>Refuses arms whose configurations were changed since the plan was written that this call follows.</summary>
    /// <exception cref="InputException">One was; the message says which and how.</exception>
    public static void RequireAsWritten(ComparisonPlan plan)
    {
        if (s_followed.Value?.Arms is not { } written) return;
        foreach (ComparisonArm arm in plan.Arms)
        {
            if (!written.TryGetValue(arm.Name, out IReadOnlyDictionary<string, string>? before))
                throw Changed(arm, $"it had no arm {arm.Name}");
            foreach ((string path, string now) in plan.SettingsOf(arm))
                if (before.TryGetValue(path, out string? was) && !arm.Experiment.Settings.AreOne(path, was, now))
                    throw Changed(arm, $"{path} was {was}, and is {now}");
        }

        InputException Changed(ComparisonArm arm, string how) => new($"{arm.File} is not what it was when "
            + $"{Path.Combine(plan.Folder, FileName)} was written: {how}. Set it back, or write the plan again.");
    }

    static IEnumerable<OptionResult> Options(CommandResult command) => command.Children.OfType<OptionResult>()
        .Concat(command.Children.OfType<CommandResult>().SelectMany(Options));

    /// <summary>The folders with a plan: this one, or those of the comparisons in it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static IReadOnlyList<string> FoldersIn(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"There is no folder {folder}.{NearestPath.Hint(folder)}");
        string[] folders = HasOne(folder) ? [folder]
            : [.. Directory.GetDirectories(folder).Where(HasOne).Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
            throw new InputException($"{folder} has no {FileName}, nor has a folder in it: 'qdiff compare ... --plan' or 'qdiff "
                + "reproduce ... --plan' writes it.");
        return folders;
    }

    /// <summary>The plan of this folder.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static WorkPlan Of(string folder)
    {
        string path = Path.Combine(folder, FileName);
        WorkPlan plan = RunJson.Read<WorkPlan>(path);
        bool isOurs = plan.Schema == Current && s_verbs.Contains(plan.Verb) && plan.Arguments is not null
            && plan.Folder is not null && plan.Arms?.Values.Contains(null!) is not true;
        return isOurs ? plan : throw new InputException($"{path} is no plan that this version of qdiff reads.");
    }

    /// <summary>Whether this is the folder of a plan.</summary>
    public static bool HasOne(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Writes it, unless the same is there, for others may be reading it, or it is followed. Another one is replaced,
    /// and that is said; not one of more runs, which whoever works there next would leave undone.</summary>
    /// <exception cref="InputException">There is a plan of more runs.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string folder)
    {
        if (IsFollowed) return;
        string path = Path.Combine(folder, FileName), text = JsonSerializer.Serialize(this, RunJson.File) + "\n";
        if (File.Exists(path))
        {
            if (File.ReadAllText(path) == text) return;
            if (RunsIn(folder) is { } there && there > Runs)
                throw new InputException(FormattableString.Invariant($"{path} plans {there:N0} runs, and this is of {Runs:N0}: ")
                    + "the others would be left undone. Give it another --name, go on with the plan ('qdiff work "
                    + $"{PastedCommand.Quoted(folder)}'), or remove {FileName}.");
            Print.Warning($"{path} was another plan and is replaced; workers that are at it go on with the old one");
        }

        WholeFile.Write(path, text, makeFolder: true);
    }

    /// <summary>How many runs the plan of this folder has; null if nobody can tell.</summary>
    static int? RunsIn(string folder)
    {
        try
        {
            return Of(folder).Runs;
        }
        catch (InputException)
        {
            // Damaged, or of another version: nobody can work on it.
            return null;
        }
    }

    /// <summary>Works on the plan in this folder, from where it was asked for.</summary>
    /// <param name="folder">Where the plan was found.</param>
    /// <param name="own">Arguments of this worker.</param>
    /// <param name="hasDevice">Whether it was told what computes, which then goes before what the plan says.</param>
    /// <param name="work">Is given the arguments and gives the exit code.</param>
    /// <exception cref="InputException">There is no such place on this machine.</exception>
    public int Follow(string folder, string[] own, bool hasDevice, Func<string[], int> work)
    {
        string[] call = (hasDevice ? this with { Arguments = [.. WithoutDevice()] } : this).Call(folder, own);
        if (!Directory.Exists(Folder))
            throw new InputException($"{Path.Combine(folder, FileName)} was written in the folder {Folder}, which is not there "
                + "on this machine; its configurations and data are looked for from there.");
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(Folder);
        s_followed.Value = this;
        try
        {
            return work(call);
        }
        finally
        {
            s_followed.Value = null;
            Directory.SetCurrentDirectory(before);
        }
    }

    /// <summary>The arguments of a process that works on the plan in this folder.</summary>
    public string[] Call(string folder, params string[] own)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        // Plans of versions that had no name for a table are of all tables of a paper; those folders have the names they had.
        string[] name = Verb == "reproduce" && !Arguments.Contains(ReproduceVerb.Table) ? [] : ["--name", Path.GetFileName(full)];
        // Before the others, among which may be the -- behind which nothing is an option.
        return [Verb, .. own, "--runs", Path.GetDirectoryName(full)!, .. name, .. Arguments];
    }

    IEnumerable<string> WithoutDevice()
    {
        int at = Arguments.ToList().IndexOf(Tool.Device);
        return at < 0 ? Arguments : Arguments.Take(at).Concat(Arguments.Skip(at + 2));
    }
}
