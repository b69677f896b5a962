using System.CommandLine;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff compare CONFIG...</c>: trains the arms with one budget over several seeds, measures each run and says what differs.
/// Call it again, or in several processes, to go on.
/// </summary>
static class CompareVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var configs = new Argument<string[]>("configs")
        {
            Description = "The arms, an experiment each: a YAML file, or a name of 'qdiff config list'.",
            Arity = ArgumentArity.OneOrMore,
        };
        var set = new Option<string[]>("--set")
        { Description = "Override a setting of all arms. May be repeated.", DefaultValueFactory = _ => [] };
        var name = new Option<string?>("--name") { Description = "Name of the comparison's folder; the arms' names by default." };
        var baseline = new Option<string?>("--baseline")
        { Description = "The arm that the others are compared with; the first by default." };
        var atSteps = new Option<string?>("--at-steps")
        { Description = "Measure after these steps, such as 469,4688, instead of passes. The end is always measured." };
        var atEpochs = new Option<string>("--at-epochs")
        { Description = "Measure after these passes over the data, and at the end.", DefaultValueFactory = _ => "1,10,20" };
        var shared = new ComparisonArguments(catalog);
        var compare = new Command("compare",
            "Train and measure several configurations over several seeds; goes on where it stopped.")
            { configs, set, name, baseline, atSteps, atEpochs };
        shared.AddTo(compare);
        compare.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            string[] overrides = parsed.GetValue(set) ?? [];
            ComparisonArm[] arms = [.. parsed.GetRequiredValue(configs)
                .Select(file => new ComparisonArm(Configurations.Load(file, catalog, overrides), file))];
            bool isAtEpochs = parsed.IsGiven(atEpochs);
            if (parsed.GetValue(atSteps) is not null && isAtEpochs && !WorkPlan.IsFollowed)
                throw new InputException("--at-steps and --at-epochs both say when to measure; give one of them.");
            if ((parsed.GetValue(atSteps) is not null || isAtEpochs) && arms[0].Config.Data.EachClass && !WorkPlan.IsFollowed)
                throw new InputException($"{arms[0].Name} is a network for each class, each of a length of its own: they "
                    + "are measured at the end; leave out --at-steps and --at-epochs.");
            double[] epochs = Numbers("--at-epochs", parsed.GetValue(atEpochs)!);
            int[]? steps = parsed.GetValue(atSteps) is { } list ? [.. Numbers("--at-steps", list).Select(step => step % 1 == 0
                ? (int)step : throw new InputException($"--at-steps {list}: steps are whole numbers."))] : null;
            (string folder, ComparisonResult? result, string text, object facts) = shared.Run(parsed, arms,
                parsed.GetValue(name), parsed.GetValue(baseline), epochs, steps, interruption);
            if (result is not null) WrittenReport.Write(folder, catalog, parsed.GetValue<bool>(Tool.Quiet));
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(facts);
            else if (text != "") Print.Line(text);
            return 0;
        });
        return compare;
    }

    static double[] Numbers(string option, string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
        double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number is > 0 and < 1e9 ? number
            : throw new InputException($"{option} {text}: give positive numbers with commas between them."))];
}
