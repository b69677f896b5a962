using System.CommandLine;
using System.Text.RegularExpressions;

namespace Qdiff.Cli;

/// <summary>How the library's remedies are asked for on the command line.</summary>
static partial class Remedies
{
    /// <summary>Of what helps, what a verb has the options for; what stands in quotation marks is another call.</summary>
    public static string Of(InputException input, Command verb)
    {
        HashSet<string> there = [Tool.Device];
        there.UnionWith(verb.Options.SelectMany(option => (IEnumerable<string>)[option.Name, .. option.Aliases]));
        if (Of(input) is not ['(', .. var ways, ')']) return "";
        string[] fitting = [.. ways.Split("; ").Where(way =>
            Options().Matches(Quoted().Replace(way, "")).All(option => there.Contains(option.Value)))];
        return fitting.Length == 0 ? "" : $"({string.Join("; ", fitting)})";
    }

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Options();

    [GeneratedRegex("'[^']*'|\"[^\"]*\"")]
    private static partial Regex Quoted();

    /// <summary>What follows the message; empty where it says all.</summary>
    public static string Of(InputException input) => input.Remedy switch
    {
        Remedy.None => "",
        Remedy.DataFolder => "(--data-dir FOLDER)",
        Remedy.OwnImages =>
            $"(--set {PastedCommand.Quoted(ResolvedExperiment.Option("data.dataset", $"folder:{input.Subject}"))} "
                + "--set data.split=null)",
        Remedy.AllParts => "(--set data.split=null)",
        Remedy.Download => $"('qdiff data get {input.Subject}' fetches it)",
        Remedy.ResumeOrRename => "('qdiff train --resume RUN'; --set name=NAME; --set training.seed=N)",
        Remedy.Rename => "(--set name=NAME; --runs FOLDER)",
        Remedy.RunFromWeights => "('qdiff train --config RUN/config.yaml --from RUN --set name=NAME')",
        Remedy.OtherWeights => "(--step N; --allow-earlier; weights that were changed on purpose: --from FILE)",
        Remedy.DrawInParts => "(--first N)",
        Remedy.NameModel => "(--model NAME)",
        Remedy.UseProcessors => "(--device cpu)",
        Remedy.ListDevices => "('qdiff devices' lists them)",
        _ => throw new ArgumentOutOfRangeException(nameof(input), input.Remedy, "The tool has no words for this remedy."),
    };
}
