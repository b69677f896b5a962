using System.CommandLine;
using Qdiff;

if (args is ["tool", .. var words]) return KilledWorks.Tool(words);

// Small enough that a reader which does not ask first is noticed, and that asking is not answered with no all the time.
Environment.SetEnvironmentVariable(ReadingBudget.Variable, Environment.GetEnvironmentVariable(ReadingBudget.Variable) ?? "100M");
RootCommand torture = new("What goes wrong in the world, done to Qdiff on purpose; docs/reliability.md has figures.")
{
    MutateCommand.Create(), KillCommand.Create(), TroubleCommand.Create(),
};
try
{
    return torture.Parse(args).Invoke(new() { EnableDefaultExceptionHandler = false });
}
catch (InputException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

partial class Program;
