using System.Net;
using Ingester.Dashboard.Hosting;
using Ingester.Testing.Storage;
using Microsoft.AspNetCore.Builder;

namespace Ingester.Tests.Dashboard.Hosting;

/// <summary>The dashboard's server: who is let in, and what every response says to the browser.</summary>
public sealed class DashboardHostTests : IDisposable
{
    private const string Token = "a-token-of-this-test";

    private readonly TemporaryDirectory folder = new();

    private DashboardOptions Local => new() { Store = new() { Directory = folder.Path }, Listen = new("http://127.0.0.1:0") };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Page_has_the_policy_and_nothing_of_another_host()
    {
        await using var app = await StartAsync(Local);
        using var http = Client(app);
        using var page = await http.GetAsync("/", Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal([SecurityHeaders.Policy], page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("No recorder is given with --recorders", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_other_names_and_pages_of_other_sites_are_refused()
    {
        await using var app = await StartAsync(Local);
        using var http = Client(app);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(http, "/", ("Host", "attacker.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, "/_blazor/negotiate", ("Origin", "http://attacker.example")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health"));
    }

    [Fact]
    public async Task With_a_token_a_program_sends_it_and_a_browser_signs_in()
    {
        await using var app = await StartAsync(Local with { Token = Token });
        using var http = Client(app);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/", ("Authorization", "Bearer another-token-of-it")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/", ("Authorization", $"Bearer {Token}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health"));
        Assert.Equal(HttpStatusCode.Found, await StatusAsync(http, "/", ("Accept", "text/html")));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(http, "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/"));
        Assert.Equal(HttpStatusCode.Found, await SignInAsync(http, Token));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/")); // by the cookie
    }

    [Fact]
    public async Task Unknown_address_is_a_page_that_says_so()
    {
        await using var app = await StartAsync(Local);
        using var http = Client(app);
        using var page = await http.GetAsync("/no/such/page", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is no page at this address", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(DashboardOptions options)
    {
        var app = DashboardHost.Build(options, TimeProvider.System);
        await app.StartAsync(Cancel);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new(new HttpClientHandler { CheckCertificateRevocationList = true, AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = new(app.Urls.First()) };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> SignInAsync(HttpClient http, string token)
    {
        using var form = new FormUrlEncodedContent([new("token", token)]);
        using var response = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), form, Cancel);
        return response.StatusCode;
    }
}
