namespace Qdiff.Cli;

/// <summary>The standard streams and the window behind them: nothing else in the program touches the console.</summary>
static class Terminal
{
    /// <summary>Where results go.</summary>
    public static StandardStream Output { get; } = new(() => Console.Out);

    /// <summary>Where messages and progress go.</summary>
    public static StandardStream Error { get; } = new(() => Console.Error);

    /// <summary>Columns that results have; null if they go to a file or another program, where lines have any length.</summary>
    public static int? OutputWidth => Console.IsOutputRedirected ? null : Math.Max(20, Console.WindowWidth);

    /// <summary>Columns that a line of progress has; null if it cannot be rewritten in place.</summary>
    public static int? ErrorWidth => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? null
        : Math.Max(20, Console.WindowWidth - 1);
}
