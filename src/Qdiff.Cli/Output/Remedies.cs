namespace Qdiff.Cli;

/// <summary>How the library's remedies are asked for on the command line.</summary>
static class Remedies
{
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
