using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Qdiff;
using Qdiff.Imaging;
using Qdiff.Papers;

namespace Examples;

/// <summary>
/// Images of a trained run over HTTP: <c>WebService RUN</c>, then <c>/images/7?count=16</c> is a PNG. All requests share one
/// network and its threads and take turns tile by tile; whoever goes away stops waiting, and the drawing with it.
/// </summary>
static class WebService
{
    public static WebApplication Create(string run, Catalog catalog)
    {
        // Once for all requests: a sampler with its weights is safe to share.
        TrainedSampler sampler = TrainedRun.Open(RunFolder.Open(run, catalog)).Sampler("ddim");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication service = builder.Build();
        service.MapGet("/images/{seed:long}", async (long seed, int? count, string? of, CancellationToken goneAway) =>
        {
            if (count is < 1 or > 64) return Results.BadRequest("count is 1 to 64.");
            try
            {
                float[] images = await sampler.GenerateAsync(seed, count ?? 16, classes: of is null ? [] : [of],
                    cancellationToken: goneAway);
                return Results.Bytes(Png.Encode(ImageGrid.Draw(sampler.Image, images)), "image/png");
            }
            catch (InputException e)
            {
                // One clear line that says what, where and how to mend.
                return Results.BadRequest(e.Message);
            }
        });
        return service;
    }

    public static int Main(string[] args)
    {
        try
        {
            Create(args is [string run] ? run : throw new InputException("usage: WebService RUN"), Papers.Catalog).Run();
            return 0;
        }
        catch (InputException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }
}
