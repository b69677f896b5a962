using System.Text.RegularExpressions;

/// <summary>Every file is written whole: there is one place that opens files to write them, and whoever else does has a reason
/// that stands here.</summary>
public partial class WrittenWholeTests
{
    static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["Checkpoint.cs"] = "into a folder that gets its name when it is complete",
        ["EventFile.cs"] = "appended, record by record",
        ["FileDownload.cs"] = "a part, from which a later try goes on",
        ["FolderMark.cs"] = "nothing is written, the file is only made",
        ["Lease.cs"] = "whose a folder is; made if it is not there, then changed in place",
        ["LockFile.cs"] = "a lock",
        ["OutputFile.cs"] = "nothing is written, only tried",
        ["RunFolder.cs"] = "log.txt, appended",
        ["StepLog.cs"] = "appended, line by line",
        ["WholeFile.cs"] = "the one place",
    };

    [Fact]
    public void OnlyTheFilesListedHereOpenFilesToWrite() => Assert.Equal(s_reasons.Keys.Order(StringComparer.Ordinal),
        Repository.Files("src", "*.cs").Where(file => Opens.IsMatch(Repository.Read(file))).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\bFile\.(WriteAll|Append|OpenWrite|Create(Text)?\()|new StreamWriter\(|"
        + @"FileMode\.(Create|Append|OpenOr|Trunc)")]
    static partial Regex Opens { get; }
}
