using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Qdiff.Evaluation;

namespace Qdiff.Dashboard;

/// <summary>
/// Shows the runs of a folder in a browser: a list, each run while it trains, runs over one another, and event files of other
/// programs. Everything comes from the files and nothing is kept beside them; the one thing it writes is the request to stop. It
/// asks nobody for anything.
/// </summary>
public sealed class DashboardServer : IAsyncDisposable
{
    /// <summary>Nobody is asked for less: it can be tried as often as somebody likes.</summary>
    const int ShortestToken = 12;

    /// <summary>Open pages, each with its stream of news; no browser has more.</summary>
    const int MostConnections = 256;

    readonly WebApplication application;
    readonly CancellationTokenSource ending;

    DashboardServer(WebApplication application, CancellationTokenSource ending, Uri address) =>
        (this.application, this.ending, Address) = (application, ending, address);

    /// <summary>Where it is, with the token if there is one: what a browser is to open.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="InputException">There is no such folder, the address is not this machine's, the port is taken or not
    /// allowed, or the token is too short.</exception>
    public static async Task<DashboardServer> StartAsync(DashboardOptions options, EvaluationCatalog catalog,
        CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(options.Folder))
            throw new InputException($"There is no folder {options.Folder}.{NearestPath.Hint(options.Folder)}");
        if (options.Token is { Length: < ShortestToken })
            throw new InputException($"The token has {options.Token.Length} characters; give at least {ShortestToken}, or none "
                + "and one is made.");
        string? token = options.Token
            ?? (IPAddress.IsLoopback(options.Listen) ? null : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 1 << 14;
            kestrel.Listen(options.Listen, options.Port);
        });
        WebApplication application = builder.Build();
        // Streams of news end with the server, not with the patience of its clients.
        var ending = new CancellationTokenSource();
        var guard = new AccessGuard(options.Listen, token);
        application.Use(guard.Handle);
        application.UseRouting();
        new Routes(new RunsFolder(options.Folder), catalog, guard, options.Repeat, ending.Token).Map(application);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new InputException(Refusal(options, e), e);
        }

        string bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        return new(application, ending, guard.Entrance(new Uri(bound).Port));
    }

    /// <summary>Ends when the token is cancelled.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await application.StopAsync(new CancellationToken(true)).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        ending.Dispose();
    }

    static string Refusal(DashboardOptions options, Exception e)
    {
        string where = new IPEndPoint(options.Listen, options.Port).ToString();
        SocketError? error = (e as SocketException ?? e.InnerException as SocketException ?? e.InnerException?.InnerException
            as SocketException)?.SocketErrorCode;
        return error switch
        {
            SocketError.AddressAlreadyInUse => $"Another program listens on {where} already. Choose another port, or 0 for any "
                + "that is free.",
            SocketError.AddressNotAvailable => $"{options.Listen} is no address of this machine.",
            SocketError.AccessDenied => $"This user may not listen on {where}. Choose a port from 1024 on.",
            _ => $"{where} cannot be listened on: {e.Message}",
        };
    }
}
