using System.CommandLine;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary><c>qdiff parity FILE</c>: compares a model with values recorded by another program.</summary>
static class ParityVerb
{
    public static Command Create(Catalog catalog)
    {
        var file = new Argument<string>("file") { Description = "A safetensors file with weights, inputs and expected values." };
        var model = new Option<string?>("--model") { Description = "The model, if the file does not name it." };
        var wiring = new Option<string?>("--wiring") { Description = "The wiring, if the file does not name it." };
        var parity = new Command("parity", "Compare output and gradients with recorded values.") { file, model, wiring };
        parity.SetAction(parsed =>
        {
            ParityReport report = ParityCheck.Run(parsed.GetRequiredValue(file), catalog, parsed.GetValue(model),
                parsed.GetValue(wiring));
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(new { report.Model, report.Wiring, report.Parameters, report.Passes, report.Rows });
            else
            {
                Print.Line($"{report.Model}, {report.Wiring} wiring, {report.Parameters:N0} "
                    + "parameters; worst |a − b|/max|b| of a tensor:");
                Print.Table(["group", ">error", ">tolerance", ""], report.Groups.Select(r => new[]
                {
                    r.Name, r.Error.ToString("0.0e+0", CultureInfo.InvariantCulture),
                    r.Tolerance.ToString("0e+0", CultureInfo.InvariantCulture),
                    r.Error <= r.Tolerance ? "" : "FAILED",
                }));
                Print.Line(report.Passes ? "passed" : "failed");
            }

            return report.Passes ? 0 : 1;
        });
        return parity;
    }
}
