using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Qdiff.Evaluation;
using Qdiff.Gpu;

namespace Qdiff.Cli;

/// <summary>
/// The command line: its verbs, and what becomes of errors.
/// </summary>
static class Tool
{
    /// <summary>The option that prints one JSON document instead of text. Like the others of every verb it is asked for by name:
    /// an option remembers each command that it was added to, and the verbs are made for every call.</summary>
    public const string Json = "--json";

    /// <summary>The option that prints only results and errors.</summary>
    public const string Quiet = "--quiet";

    /// <summary>The option with what takes over training steps and predictions.</summary>
    public const string Device = "--device";

    /// <summary>Verbs that a slow machine is felt in.</summary>
    static readonly string[] s_heavy =
        ["train", "sample", "evaluate", "compare", "reproduce", "transfer", "audit", "quickstart", "estimate", "work"];

    /// <summary>Verbs that train or sample, which a device takes over.</summary>
    static readonly string[] s_onDevices =
        ["train", "sample", "evaluate", "compare", "reproduce", "transfer", "quickstart", "work"];

    /// <summary>The verb that writes commands for other machines, whose device need not be here.</summary>
    const string ElsewhereVerb = "slurm";

    /// <summary>A word such as @x is a name like any other, not a file of further arguments.</summary>
    static readonly ParserConfiguration s_plain = new() { ResponseFileTokenReplacer = null };

    public static RootCommand Commands(EvaluationCatalog catalog)
    {
        RootCommand commands = Verbs(catalog);
        // Not the name of the assembly.
        commands.HelpName = "qdiff";
        // By default a pipe gets one line for each option, however long; a terminal is asked for its width when help is printed.
        if (Terminal.IsOutputRedirected && commands.Options.OfType<HelpOption>().Single().Action is HelpAction help)
            help.MaxWidth = 120;
        ArgumentChecks.AddTo(commands);
        return commands;
    }

    static RootCommand Verbs(EvaluationCatalog catalog) => new("Train, sample and compare quantum-hybrid diffusion models.")
    {
        new Option<bool>(Json) { Description = "Print JSON for machines.", Recursive = true },
        new Option<bool>(Quiet, "-q") { Description = "Print only results and errors.", Recursive = true },
        new Option<string?>(Device)
        {
            Description = "What trains and draws samples: cpu (default), gpu, gpu:1, auto (a graphics processor if there is one) "
                + "or emulator.",
            Recursive = true,
        },
        QuickstartVerb.Create(catalog),
        ModelVerb.Create(catalog),
        CircuitVerb.Create(catalog),
        LabVerb.Create(catalog),
        JobsVerb.Create(catalog),
        DataVerb.Create(catalog),
        ClassifierVerb.Create(catalog),
        PretrainedVerb.Create(catalog),
        ParityVerb.Create(catalog),
        TrainVerb.Create(catalog),
        SampleVerb.Create(catalog),
        EstimateVerb.Create(catalog),
        ConfigVerb.Create(catalog),
        TransferVerb.Create(catalog),
        AuditVerb.Create(catalog),
        EvaluateVerb.Create(catalog),
        CompareVerb.Create(catalog),
        ReproduceVerb.Create(catalog),
        WorkVerb.Create(catalog),
        SlurmVerb.Create(catalog),
        ReportVerb.Create(catalog),
        ExportVerb.Create(catalog),
        RunsVerb.Create(catalog),
        ShowVerb.Create(catalog),
        DashboardVerb.Create(catalog),
        DevicesVerb.Create(),
    };

    /// <summary>Does what the arguments ask for and gives the exit code, or says why it cannot be done.</summary>
    public static int Invoke(string[] args, EvaluationCatalog catalog)
    {
        try
        {
            catalog.RequireDistinctNames();
            args = args switch
            {
                [] => ["--help"],
                // What other tools call it.
                ["help", .. var about] => [.. about, "--help"],
                _ => args,
            };
            ParseResult parsed = Commands(catalog).Parse(args, s_plain);
            string? mistake = ParseMistakes.Find(parsed, catalog);
            // The device is a part of the catalog like any other, so the verbs are made anew with it.
            string verb = NameOf(parsed.CommandResult);
            string? named = mistake is not null || verb == ElsewhereVerb ? null : parsed.GetValue<string>(Device);
            using GpuDevice? device = Ranks.OnThisMachine(verb, () => DevicesVerb.Choose(named));
            bool isOnDevice = device is not null && s_onDevices.Contains(verb);
            if (isOnDevice) parsed = Commands(catalog with { Device = device }).Parse(args, s_plain);
            Ranks.LetOneSpeak(verb);
            if (mistake is not null) return Fail(2, mistake);
            if (device is not null && !isOnDevice)
                Print.Warning($"'{verb}' computes on the processors; --device is for training and samples.");
            if (Arithmetic.Slowness is { } slowness && s_heavy.Contains(verb)) Print.Warning(slowness);
            return Ranks.Run(verb, () => Invoke(parsed));
        }
        catch (Exception e)
        {
            return Tell(e);
        }
    }

    static int Invoke(ParseResult parsed)
    {
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = Terminal.Output,
                Error = Terminal.Error,
            });
        }
        catch (InputException e) when (e.Remedy != Remedy.None)
        {
            throw new InputException($"{e.Message} {Remedies.Of(e, parsed.CommandResult.Command)}".TrimEnd(), e)
            { Subject = e.Subject, Details = e.Details };
        }
    }

    /// <summary>The words of a verb: "pretrained check", which is no "check", nor is "classifier train" a "train".</summary>
    static string NameOf(CommandResult result) => result.Parent is CommandResult { Command: not RootCommand } above
        ? $"{NameOf(above)} {result.Command.Name}" : result.Command.Name;

    /// <summary>Says why the work ended, and gives the exit code.</summary>
    internal static int Tell(Exception reason)
    {
        int code = CodeOf(reason);
        switch (reason)
        {
            case InputException input:
                Fail(code, $"{input.Message} {Remedies.Of(input)}".TrimEnd());
                foreach (string detail in input.Details) Print.Message("  " + detail);
                return code;
            // What a file holds and where it should be are the user's; an ArgumentException is a mistake of ours.
            case InvalidDataException or FileNotFoundException or DirectoryNotFoundException or PathTooLongException:
                return Fail(code, reason.Message);
            case IOException or UnauthorizedAccessException or OutOfMemoryException or TrainingDivergedException
                or DeviceFailedException:
                return Fail(code, reason.Message);
            case OperationCanceledException:
                return code;
            default:
                // Here the stack trace is what a report needs.
                Terminal.Error.WriteLine($"qdiff: internal error, please report it: {reason}");
                return code;
        }
    }

    /// <summary>The exit code of work that ended so.</summary>
    internal static int CodeOf(Exception reason) => reason switch
    {
        InputException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException or PathTooLongException
            => 2,
        OperationCanceledException => Interruption.ExitCode,
        _ => 1,
    };

    internal static int Fail(int code, string message)
    {
        Print.Warning(message.ReplaceLineEndings(" "));
        return code;
    }
}
