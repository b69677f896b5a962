using Qdiff.Reports;

/// <summary>Tables that are wider or longer than a page.</summary>
public class LatexTableTests
{
    [Fact]
    public void AWideTableIsCutIntoTablesThatEachNameTheirRows()
    {
        ReportTable table = new("wide", ["arm", .. Enumerable.Range(0, 8).Select(i =>
            ReportTable.Number($"metric-{i}/domain-clothes/v1"))]);
        foreach (string arm in (string[])["a", "b"])
            table.Add([arm, .. Enumerable.Range(0, 8).Select(i => new ReportTable.Cell($"{i}.123 [-0.456, 7.890]", i))]);
        string text = LatexTable.Of(table);
        string[] heads = [.. text.Split('\n').Where(line => line.StartsWith("arm & "))];
        Assert.Equal([3, 3, 2], heads.Select(head => head.Count(letter => letter == '&')));
        Assert.StartsWith(@"arm & \shortstack[r]{metric-0/\\domain-clothes/\\v1} & ", heads[0]);
        Assert.Equal((3, 3), (Count(text, "\na & "), Count(text, "\nb & ")));
        Assert.Equal((2, 3, 1),
            (Count(text, "\\begin{tabular}{lrrr}"), Count(text, "\\end{tabular}"), Count(text, "{\\footnotesize")));
    }

    [Fact]
    public void WhatTheFirstColumnRepeatsStandsAboveItsRows()
    {
        ReportTable table = new("grouped", "metric", "arm", ReportTable.Number("mean"), "protocol") { Keys = [0, 1] };
        foreach (string metric in (string[])["fid", "kid"])
            foreach (string arm in (string[])["unet", "qvunet"])
                table.Add($"{metric}/domain-clothes/v1 of many samples", arm, new ReportTable.Cell("1.5", 1.5),
                    $"n=100:200 {new string('0', 64)}");
        string text = LatexTable.Of(table);
        Assert.Contains("% \\usepackage{booktabs,array}\n", text);
        Assert.Contains("""
            \begin{tabular}{lr>{\raggedright\arraybackslash}p{0.35\linewidth}}
            \toprule
            arm & mean & protocol \\
            \midrule
            \multicolumn{3}{l}{fid/domain-clothes/v1 of many samples} \\*
            unet & 1.5 & n=\allowbreak{}100:\allowbreak{}200 000000000000\allowbreak{}
            """.ReplaceLineEndings("\n"), text);
        Assert.Equal((2, 1), (Count(text, "\\multicolumn"), Count(text, "\\addlinespace")));
    }

    [Fact]
    public void ATableLongerThanAPageIsALongtable()
    {
        ReportTable table = new("long", ReportTable.Number("step"), ReportTable.Number("loss"));
        for (int i = 0; i < 46; i++) table.Add(i, i);
        string text = LatexTable.Of(table);
        Assert.StartsWith("% long\n% \\usepackage{booktabs,longtable}\n\\begin{longtable}{rr}\n\\toprule\nstep & loss \\\\\n"
            + "\\midrule\n\\endhead\n0 & 0 \\\\\n", text);
    }

    static int Count(string text, string part) => text.Split(part).Length - 1;
}
