using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Ingester.Dashboard.Hosting;

/// <summary>
/// Who may read the pages: readers with the token; without a token the readers on this machine, or, behind a proxy, everyone that the proxy lets
/// through. Requests of web pages of other sites are rejected: browsers permit every page to open WebSockets to this machine.
/// </summary>
/// <param name="options">The settings.</param>
internal sealed class ReaderAccess(DashboardOptions options)
{
    /// <summary>The path of the page that asks for the token.</summary>
    public const string SignInPath = "/sign-in";

    /// <summary>The path of the health check, which needs no token.</summary>
    public const string HealthPath = "/health";

    private const string CookieName = "ingester-dashboard";
    private const string Scheme = "Bearer ";
    private const string TokenField = "token";

    private static readonly string[] LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    private readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(options.Token));
    private readonly string cookie = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Token), "ingester-dashboard reader"u8));

    /// <summary>Adds the check of every request, and the sign-in page.</summary>
    public void Use(WebApplication app)
    {
        app.Use(CheckAsync);
        if (options.Token.Length == 0)
            return;
        app.MapGet(SignInPath, static () => Results.Content(SignInPage.Render(problem: null), "text/html; charset=utf-8"));
        app.MapPost(SignInPath, (Delegate)SignInAsync).DisableAntiforgery(); // the form changes nothing but the reader's own cookie
    }

    private async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (FindRejection(context) is var (status, reason))
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(reason + "\n", context.RequestAborted);
            return;
        }

        if (options.Token.Length == 0 || context.Request.Path == HealthPath || context.Request.Path == SignInPath || HasToken(context.Request))
            await next(context);
        else if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            context.Response.Redirect(SignInPath);
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("The dashboard needs its token, as the header \"Authorization: Bearer TOKEN\" or by the page /sign-in.\n", context.RequestAborted);
        }
    }

    private (int Status, string Reason)? FindRejection(HttpContext context)
    {
        if (context.Request.Headers.Origin.ToString() is { Length: > 0 } origin && (!Uri.TryCreate(origin, UriKind.Absolute, out var site) || site.Authority != context.Request.Host.Value))
            return (StatusCodes.Status403Forbidden, $"The dashboard accepts no requests of web pages of {origin}.");
        if (options.Token.Length > 0 || options.IsBehindProxy)
            return null;
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address))
            return (StatusCodes.Status403Forbidden, "Without --token or --behind-proxy the dashboard accepts only readers on its own machine.");
        return context.Request.Host.Host is { Length: > 0 } name && !LoopbackNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? (StatusCodes.Status421MisdirectedRequest, $"The dashboard is not served as \"{name}\": use localhost, or give a --token.") // against DNS rebinding
            : null;
    }

    private bool HasToken(HttpRequest request) =>
        (request.Cookies.TryGetValue(CookieName, out var given) && IsEqual(given, cookie))
        || (request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && IsToken(header[Scheme.Length..]));

    private async Task<IResult> SignInAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return Results.Text("The token is sent as a form.\n", statusCode: StatusCodes.Status415UnsupportedMediaType);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!IsToken(form[TokenField].ToString()))
            return Results.Content(SignInPage.Render("This is not the token of the dashboard."), "text/html; charset=utf-8", statusCode: StatusCodes.Status401Unauthorized);
        context.Response.Cookies.Append(CookieName, cookie, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, IsEssential = true, Path = "/" });
        return Results.Redirect("/");
    }

    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), expected);

    private static bool IsEqual(string given, string wanted) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));
}
