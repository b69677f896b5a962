using Qdiff;

/// <summary>The catalog's noise schedules for tests that walk all of them, plain and stretched to a zero terminal SNR.</summary>
static class Schedules
{
    const string ZeroSnr = "-zero-snr";

    public static IReadOnlyList<string> Names { get; } =
        [.. Catalog.Default.Schedules.Names, .. Catalog.Default.Schedules.Names.Select(name => name + ZeroSnr)];

    public static NoiseSchedule Named(string name, int steps = 1000) => new DiffusionConfig
    {
        Schedule = name.Replace(ZeroSnr, ""),
        Steps = steps,
        ZeroTerminalSnr = name.EndsWith(ZeroSnr, StringComparison.Ordinal),
    }.ToSchedule(Catalog.Default);
}
