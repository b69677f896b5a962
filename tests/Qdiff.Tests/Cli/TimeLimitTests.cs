using Qdiff;
using Qdiff.Cli;

public class TimeLimitTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1:30", 5400)]
    [InlineData("01:30:00", 5400)]
    [InlineData("0:00:00.25", 0.25)]
    [InlineData("24:00:00", 86_400)]       // TimeSpan.Parse makes 24 days of it
    [InlineData("120:00:00", 432_000)]
    [InlineData("1.12:00:00", 129_600)]
    [InlineData("00:29:59.9999999", 1799.9999999)]
    public void TimesAreReadAsTheyAreWritten(string text, double seconds) =>
        Assert.Equal(seconds, TimeLimit.Parse(text).TotalSeconds, 1e-6);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0s")]
    [InlineData("00:00:00")]
    [InlineData("-1h")]
    [InlineData("1:60:00")]
    [InlineData("1e300h")]
    [InlineData("NaNs")]
    public void WhatIsNoTimeIsRefused(string text) => Assert.Throws<InputException>(() => TimeLimit.Parse(text));
}
