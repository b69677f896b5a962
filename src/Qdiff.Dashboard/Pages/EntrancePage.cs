using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>Where whoever has no token is asked for it. Nothing is loaded and nothing said of the runs.</summary>
static class EntrancePage
{
    public static string Of(bool wrong) => ((Html)$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>Token - Qdiff</title>
        </head>
        <body>
        <main>
        <h1>Qdiff dashboard</h1>
        <p>{(wrong ? "That is not the token." : "This dashboard asks for a token.")}
        It was printed where the dashboard was started.</p>
        <form method="post" action="/">
        <p><label for="token">Token</label> <input id="token" name="token" type="password" autocomplete="off" required autofocus>
        <button>Enter</button></p>
        </form>
        </main>
        </body>
        </html>

        """).ToString();
}
