using System.CommandLine;
using System.CommandLine.Parsing;

namespace Qdiff.Cli;

/// <summary>
/// The command line: its verbs, and what becomes of errors. Exit codes: 0 done, 1 failed (the machine's fault), 2 bad input (one
/// clear line, no stack trace), 130 interrupted.
/// </summary>
static class Tool
{
    /// <summary>Prints one JSON document instead of text.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON for machines.", Recursive = true };

    /// <summary>Prints only results and errors.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    { Description = "Print only results and errors.", Recursive = true };

    public static RootCommand Commands()
    {
        RootCommand commands = Verbs();
        // Not the name of the assembly.
        commands.HelpName = "qdiff";
        return commands;
    }

    static RootCommand Verbs() => new("Train, sample and compare quantum-hybrid diffusion models.")
    {
        Json,
        Quiet,
        QuickstartVerb.Create(),
        ModelVerb.Create(),
        CircuitVerb.Create(),
        DataVerb.Create(),
        ClassifierVerb.Create(),
        ParityVerb.Create(),
        TrainVerb.Create(),
        SampleVerb.Create(),
        EstimateVerb.Create(),
        ConfigVerb.Create(),
        TransferVerb.Create(),
        AuditVerb.Create(),
        EvaluateVerb.Create(),
        CompareVerb.Create(),
        ReproduceVerb.Create(),
    };

    public static int Run(string[] args)
    {
        int code = Invoke(args);
        if (code == 0 && Terminal.Output.Failure is { } lost)
            return Fail(1, $"The output could not be written: {lost.Message}");
        return code;
    }

    static int Invoke(string[] args)
    {
        ParseResult parsed = Commands().Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            // The first word that is not understood: what follows it is often only its value.
            ParseError? unknown = parsed.UnmatchedTokens is [var word, ..]
                ? parsed.Errors.FirstOrDefault(e => e.Message.Contains($"'{word}'")) : null;
            return Fail(2, (unknown ?? parsed.Errors[^1]).Message);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = Terminal.Output,
                Error = Terminal.Error,
            });
        }
        catch (Exception e) when (e is InputException or ArgumentException or InvalidDataException or FormatException)
        {
            return Fail(2, e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fail(2, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException
            or TrainingDivergedException)
        {
            return Fail(1, e.Message);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e)
        {
            // A mistake of ours: here the stack trace is what a report needs.
            Terminal.Error.WriteLine($"qdiff: internal error, please report it: {e}");
            return 1;
        }
    }

    static int Fail(int code, string message)
    {
        Print.Warning(message.ReplaceLineEndings(" "));
        return code;
    }
}
