using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Qdiff.Dashboard;

/// <summary>What is sent back.</summary>
static class Answers
{
    public static Task Page(this HttpContext context, string page, int code = StatusCodes.Status200OK) =>
        context.Text(page, "text/html", code);

    /// <summary>A page that says why there is no other.</summary>
    public static Task Sorry(this HttpContext context, string why, int code = StatusCodes.Status404NotFound) =>
        context.Page(DashboardPage.Sorry(why, code), code);

    public static Task Json(this HttpContext context, object value) =>
        context.Text(JsonSerializer.Serialize(value, JsonSerializerOptions.Web), "application/json");

    public static Task Text(this HttpContext context, string text, string type, int code = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = type + "; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>An image, or that there is none.</summary>
    public static Task Png(this HttpContext context, byte[]? png)
    {
        if (png is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "image/png";
        context.Response.ContentLength = png.Length;
        return context.Response.Body.WriteAsync(png, 0, png.Length, context.RequestAborted);
    }
}
