namespace Qdiff.Cli;

/// <summary>The standard streams and the window behind them: nothing else in the program touches the console.</summary>
static class Terminal
{
    /// <summary>Where results go.</summary>
    public static StandardStream Output { get; } = new(() => Console.Out);

    /// <summary>Where messages and progress go.</summary>
    public static StandardStream Error { get; } = new(() => Console.Error);

    /// <summary>Whether this process leaves all speaking to another one.</summary>
    public static bool IsSilent
    {
        set => Output.IsSilent = Error.IsSilent = value;
    }

    /// <summary>The results of work that are not to be printed as they are, beside what the work gives.</summary>
    public static (T Value, string Text) Results<T>(Func<T> work)
    {
        TextWriter before = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            return (work(), printed.ToString());
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    /// <summary>Whether results go to a file or another program.</summary>
    public static bool IsOutputRedirected => Console.IsOutputRedirected;

    /// <summary>Columns that results have; null if they go to a file or another program, where lines have any length. To ask a
    /// terminal sends it a word, which mpirun would hand on.</summary>
    public static int? OutputWidth => IsOutputRedirected ? null : Math.Max(20, Console.WindowWidth);

    /// <summary>Columns that a line of progress has; null if it cannot be rewritten in place.</summary>
    public static int? ErrorWidth => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? null
        : Math.Max(20, Console.WindowWidth - 1);

    /// <summary>Rows that progress has.</summary>
    public static int ErrorHeight => Console.IsErrorRedirected ? 0 : Math.Max(1, Console.WindowHeight);

    /// <summary>Whether progress may be coloured, with the 256 colours that nearly all terminals have.</summary>
    public static bool ShowsColours => ErrorWidth is not null && Variable("NO_COLOR") == ""
        && (Variable("TERM").Contains("256color", StringComparison.Ordinal) || Variable("COLORTERM") != ""
            || Variable("WT_SESSION") != "");

    static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";
}
