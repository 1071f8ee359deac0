using System.Net;

namespace Ingester.Dashboard.Hosting;

/// <summary>The page that asks for the token.</summary>
internal static class SignInPage
{
    /// <summary>Renders the page as HTML.</summary>
    /// <param name="problem">Why the last attempt was rejected, as a sentence; null for the first attempt.</param>
    public static string Render(string? problem) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in – Ingester</title></head>
        <body>
        <main>
        <h1>Ingester</h1>
        {(problem is null ? "" : $"<p role=\"alert\">{WebUtility.HtmlEncode(problem)}</p>")}
        <form method="post" action="{ReaderAccess.SignInPath}">
        <p><label for="token">Token of the dashboard</label> <input id="token" name="token" type="password" autocomplete="current-password" required autofocus></p>
        <p><button type="submit">Sign in</button></p>
        </form>
        </main>
        </body>
        </html>
        """;
}
