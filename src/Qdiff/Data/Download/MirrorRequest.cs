using System.Net;
using System.Net.Http.Headers;

namespace Qdiff;

/// <summary>
/// Asks one address for a file or for the rest of it. Redirects are followed by hand, so that none leaves https.
/// </summary>
sealed class MirrorRequest(HttpMessageInvoker client, Uri mirror, TimeSpan silence)
{
    const int MostRedirects = 8;

    EntityTagHeaderValue? version;      // of the file that the first answer gave

    /// <summary>The answer to a request from byte <paramref name="from"/> on; the caller disposes of it.</summary>
    /// <exception cref="MirrorException">There is none, or it is no success.</exception>
    public async Task<HttpResponseMessage> SendAsync(long from, CancellationToken cancellationToken)
    {
        Uri address = mirror;
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (!MayAsk(address))
                throw new MirrorException($"it leads to {Shown(address)}, and only https is followed", again: false);
            HttpResponseMessage answer = await AskAsync(address, from, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            {
                using (answer)
                {
                    Uri next = answer.Headers.Location ?? throw new MirrorException("it leads nowhere", again: false);
                    address = new Uri(address, next);
                }

                continue;
            }

            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return answer;
            using (answer)
            {
                bool again = (int)answer.StatusCode >= 500
                    || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
                throw new MirrorException($"it answers {(int)answer.StatusCode} {answer.StatusCode}", again);
            }
        }

        throw new MirrorException($"it leads on more than {MostRedirects} times", again: false);
    }

    /// <summary>Whether this answer is about the same file as the answers before; remembers the first.</summary>
    public bool IsSameFile(HttpResponseMessage answer)
    {
        EntityTagHeaderValue? tag = answer.Headers.ETag;
        if (answer.StatusCode != HttpStatusCode.PartialContent || version is null)
        {
            version = tag;
            return true;
        }

        return tag is null || tag.Equals(version);
    }

    async Task<HttpResponseMessage> AskAsync(Uri address, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.ParseAdd("Qdiff");
        request.Headers.AcceptEncoding.ParseAdd("identity");
        if (from > 0)
        {
            request.Headers.Range = new(from, null);
            // Without this a changed file would be glued to the old start; the checksum would notice, but only at the end.
            if (version is { IsWeak: false }) request.Headers.IfRange = new(version);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(silence);
        try
        {
            return await client.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MirrorException(
                Invariant($"no answer within {silence.TotalSeconds:0.#} seconds"), again: true);
        }
        catch (HttpRequestException e)
        {
            // A name that is not found will not be found in a second either: there is no network.
            bool again = e.HttpRequestError
                is not HttpRequestError.NameResolutionError and not HttpRequestError.SecureConnectionError;
            // Which machine it was stands before the message already.
            string reason = e.Message.Replace($" ({address.Host}:{address.Port})", "", StringComparison.Ordinal);
            throw new MirrorException(reason.TrimEnd('.'), again, e);
        }
    }

    /// <summary>https; and http from this machine to itself, for tests.</summary>
    bool MayAsk(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && mirror.IsLoopback);

    static string Shown(Uri address) => address.GetLeftPart(UriPartial.Path);
}
