using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Qdiff.Imaging;
using Qdiff.Quantum;

namespace Qdiff.Dashboard;

/// <summary>
/// Who is answered. Web pages of others cannot ask: not under a name of theirs that leads here (the host must be this machine's),
/// not from their pages (nothing is given across sites), and not for changes (a form carries what only our pages know). Whoever
/// must know a token gives it once and then has a cookie.
/// </summary>
/// <param name="listen">The address that is listened on.</param>
/// <param name="token">What whoever asks must know; null for nothing.</param>
sealed partial class AccessGuard(IPAddress listen, string? token)
{
    /// <summary>What a browser may do with our pages: load our files and nothing else, no script in the page, and of styles those
    /// of the drawings alone.</summary>
    static readonly string s_policy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + $"style-src 'self' {string.Join(' ', DrawingStyles().Select(Hash))}; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    readonly byte[]? cookie = token is null ? null : Derived(token, "cookie");

    /// <summary>What a form that changes something carries; another one each time the server starts.</summary>
    public string FormKey { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Where a browser enters.</summary>
    public Uri Entrance(int port)
    {
        IPAddress address = listen.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listen;
        return new($"http://{new IPEndPoint(address, port)}/{(token is null ? "" : $"?token={Uri.EscapeDataString(token)}")}");
    }

    /// <summary>Answers what must not go further, and tells browsers what pages may do.</summary>
    public async Task Handle(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = s_policy;
        headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer", with which browsers do not say either from where a form comes.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";

        if (!IsOurs(request.Host.Host))
            await Refuse(context, StatusCodes.Status421MisdirectedRequest, "This dashboard does not answer under that name. Open "
                + "it under the address that was printed when it started.").ConfigureAwait(false);
        else if (request.Headers["Sec-Fetch-Site"] is ["cross-site"] && request.Headers["Sec-Fetch-Mode"] is not ["navigate"])
            await Refuse(context, StatusCodes.Status403Forbidden, "Nothing is given to pages of others.").ConfigureAwait(false);
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
            && !await IsOurForm(request).ConfigureAwait(false))
            await Refuse(context, StatusCodes.Status403Forbidden, "This form is not of this dashboard, or it is of one that was "
                + "started before. Go back, load the page again and try once more.").ConfigureAwait(false);
        else if (cookie is null || IsKnown(request) && !BringsToken(request)) await next(context).ConfigureAwait(false);
        else await Ask(context).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether a host's name is one of this machine's. Numbers always are: no name of somebody else leads a browser to believe
    /// that it is at numbers.
    /// </summary>
    bool IsOurs(string host) => IPAddress.TryParse(host.Trim('[', ']'), out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        // By the name of the machine only where a token is asked for besides.
        || cookie is not null && host.Split('.')[0].Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase);

    async Task<bool> IsOurForm(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType) return false;
        if (request.Headers.Origin is [{ } origin] && origin != $"{request.Scheme}://{request.Host}") return false;
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            return false;   // no browser sends such a form
        }

        // Who does not know the token has no form with a key yet; nothing is changed at this place.
        return Same(form["key"].ToString(), FormKey) || token is not null && request.Path == "/";
    }

    bool IsKnown(HttpRequest request)
    {
        if (request.Cookies[CookieName(request)] is { } given && Same(given, Convert.ToHexStringLower(cookie!))) return true;
        return request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.Ordinal)
            && Same(header["Bearer ".Length..], token!);
    }

    /// <summary>Whether it is the form of the entrance, or an address with a token, in which none stays.</summary>
    static bool BringsToken(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) ? request.Path == "/" : request.Query.ContainsKey("token");

    /// <summary>Takes the token from the address or from the form, unless it is known who asks; else shows the form.</summary>
    async Task Ask(HttpContext context)
    {
        HttpRequest request = context.Request;
        string? given = HttpMethods.IsPost(request.Method) ? request.Form["token"].ToString() : request.Query["token"];
        bool isKnown = IsKnown(request);
        if (isKnown || given is not null && Same(given, token!))
        {
            if (!isKnown)
                context.Response.Cookies.Append(CookieName(request), Convert.ToHexStringLower(cookie!),
                    new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true });
            // Out of the address, so that it does not stay in the browser's history.
            string rest = string.Join('&', request.Query.Where(entry => entry.Key != "token").SelectMany(entry =>
                entry.Value.Select(value => $"{Uri.EscapeDataString(entry.Key)}={Uri.EscapeDataString(value ?? "")}")));
            // Not //NAME either, which leads to somebody else's machine.
            string path = HttpMethods.IsPost(request.Method) ? "/" : "/" + request.Path.ToUriComponent().TrimStart('/');
            context.Response.Redirect(rest == "" ? path : $"{path}?{rest}");
            return;
        }

        // Whoever tries many is kept waiting, in whatever way; a cookie follows from its token.
        if (given is not null || request.Headers.Authorization.Count > 0 || request.Cookies[CookieName(request)] is not null)
            await Task.Delay(s_pause, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(EntrancePage.Of(wrong: given is not null)).ConfigureAwait(false);
    }

    /// <summary>Cookies know no ports: two dashboards on a machine must not take each other's away.</summary>
    static string CookieName(HttpRequest request) => Invariant($"qdiff-{request.HttpContext.Connection.LocalPort}");

    static Task Refuse(HttpContext context, int code, string why)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n");
    }

    /// <summary>In a time that tells nothing of where they differ.</summary>
    static bool Same(string given, string wanted) =>
        CryptographicOperations.FixedTimeEquals(Derived(given, "compare"), Derived(wanted, "compare"));

    static byte[] Derived(string secret, string purpose) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes("qdiff pages: " + purpose), Encoding.UTF8.GetBytes(secret));

    /// <summary>The styles that charts and circuits bring with them.</summary>
    static IEnumerable<string> DrawingStyles() => new[] { new LineChart().ToSvg(), SvgDrawing.Draw(new Circuit(1, [])) }
        .SelectMany(svg => Style.Matches(svg.ReplaceLineEndings("\n"))).Select(match => match.Groups[1].Value);

    static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    static partial Regex Style { get; }
}
