using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary><c>qdiff report RUN|COMPARISON|REPRODUCTION</c>: writes one HTML file that shows what came of it.</summary>
static class ReportVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var folder = new Argument<string>("folder")
        { Description = "A run, a comparison or a reproduction, or a folder of runs." };
        var output = new Option<string?>("--output", "-o")
        { Description = $"The file to write; {Report.FileName} in the folder by default." };
        var plain = new Option<bool>("--no-samples")
        { Description = "Draw no samples for it: without a denoising strip and nearest training images, and in no time." };
        var report = new Command("report", "Write what came of a run, a comparison or a reproduction as one HTML file.")
        { folder, output, plain };
        report.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            MeantRun.RequireNoModel(path);
            MeantRun.RequireBegun(path);
            if (parsed.GetValue(output) is { } file) OutputFile.Require("--output", file, ".html", ".htm");
            using var interruption = new Interruption();
            using var line = new ProgressLine(parsed.GetValue<bool>(Tool.Quiet));
            string written = Report.Write(path, catalog, parsed.GetValue(output),
                WrittenReport.Options(line) with { DrawsSamples = !parsed.GetValue(plain) }, interruption.Token);
            line.Dispose();
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { File = written, Bytes = new FileInfo(written).Length });
            else Print.Line(written);
            return 0;
        });
        return report;
    }
}
