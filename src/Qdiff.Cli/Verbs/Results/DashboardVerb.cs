using System.CommandLine;
using System.Net;
using Qdiff.Dashboard;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary><c>qdiff dashboard [RUNS]</c>: shows the runs of a folder in a browser, while they train.</summary>
static class DashboardVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var folder = new Argument<string>("runs")
        { Description = "The folder whose runs are shown.", DefaultValueFactory = _ => "runs" };
        var port = new Option<int>("--port")
        {
            Description = $"The port; 0 for any that is free. {DashboardOptions.DefaultPort} if it is not given.",
            DefaultValueFactory = _ => DashboardOptions.DefaultPort,
        };
        var listen = new Option<string>("--listen")
        {
            Description = "The address of this machine to listen on, such as 0.0.0.0 for all of them; only this machine itself "
                + "can ask if it is not given. Others must know the token.",
            DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
        };
        var token = new Option<string?>("--token")
        { Description = "What whoever asks must know; made by the tool where others can ask and none is given." };
        var dashboard = new Command("dashboard", "Show the runs of a folder in a browser, also while they train.")
        { folder, port, listen, token };
        dashboard.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            string shown = parsed.GetRequiredValue(folder);
            MeantRun.RequireNoModel(shown);
            if (RunFolder.Exists(shown))
                throw new InputException($"{shown} is a run, and the dashboard shows a folder of runs: give "
                    + $"{Path.GetDirectoryName(Path.GetFullPath(shown))}. 'qdiff show' and 'qdiff report' are about one.");
            var options = new DashboardOptions
            {
                Folder = shown,
                Port = Port(parsed.GetValue(port)),
                Listen = AddressOf(parsed.GetRequiredValue(listen)),
                Token = parsed.GetValue(token),
                Repeat = WrittenReport.Repeat,
            };
            Serve(options, catalog, parsed.GetValue<bool>(Tool.Json), parsed.GetValue<bool>(Tool.Quiet), interruption.Token)
                .GetAwaiter().GetResult();
            return 0;
        });
        return dashboard;
    }

    /// <summary>Until somebody interrupts it, which is how a dashboard ends well.</summary>
    static async Task Serve(DashboardOptions options, EvaluationCatalog catalog, bool json, bool quiet,
        CancellationToken interrupted)
    {
        await using DashboardServer server =
            await DashboardServer.StartAsync(options, catalog, interrupted).ConfigureAwait(false);
        if (json) Print.Json(new { Address = server.Address.AbsoluteUri, Folder = Path.GetFullPath(options.Folder) });
        else Print.Line(server.Address.AbsoluteUri);
        if (!quiet) Print.Message($"shows {options.Folder} there until ctrl-C");
        await server.WaitAsync(interrupted).ConfigureAwait(false);
    }

    static int Port(int port) => port is >= 0 and <= IPEndPoint.MaxPort ? port
        : throw new InputException($"--port {port}: a port is a number from 0 to {IPEndPoint.MaxPort}.");

    /// <summary>Numbers only: a name would have to be asked for elsewhere.</summary>
    static IPAddress AddressOf(string text) => text.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(text, out IPAddress? address) ? address
        : throw new InputException($"--listen {text}: write an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::1.");
}
