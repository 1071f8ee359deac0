using System.Net;
using Ingester.Live;
using Microsoft.AspNetCore.Http;

namespace Ingester.Tests.Program.Live;

/// <summary>Who may read the live stream.</summary>
public sealed class LiveAccessTests
{
    private const string Token = "correct-horse-battery";

    [Theory]
    [InlineData("127.0.0.1", null, null)]
    [InlineData("::1", null, null)]
    [InlineData("127.0.0.1", "http://127.0.0.1:8080", null)]
    [InlineData("10.0.0.7", null, 403)]
    [InlineData("127.0.0.1", "https://elsewhere.example", 403)]
    [InlineData("127.0.0.1", "http://127.0.0.1:9090", 403)]
    public void Without_a_token_only_this_machine_and_no_page_of_another_site(string address, string? origin, int? status) =>
        Assert.Equal(status, new LiveAccess("").FindRejection(Request(address, origin: origin))?.Status);

    [Theory]
    [InlineData("10.0.0.7", "Bearer " + Token, "", null)]
    [InlineData("10.0.0.7", null, "?token=" + Token, null)]
    [InlineData("127.0.0.1", null, "", 401)]
    [InlineData("10.0.0.7", "Bearer wrong", "", 401)]
    [InlineData("10.0.0.7", "Bearer wrong", "?token=" + Token, 401)]
    [InlineData("10.0.0.7", "Basic " + Token, "", 401)]
    [InlineData("10.0.0.7", null, "?token=", 401)]
    public void With_a_token_every_client_must_send_it(string address, string? header, string query, int? status)
    {
        var rejection = new LiveAccess(Token).FindRejection(Request(address, header, query, origin: "https://elsewhere.example"));
        Assert.Equal(status, rejection?.Status);
        Assert.DoesNotContain(Token, rejection?.Reason ?? "", StringComparison.Ordinal);
    }

    private static DefaultHttpContext Request(string address, string? header = null, string query = "", string? origin = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        (context.Request.Scheme, context.Request.Host, context.Request.QueryString) = ("http", new("127.0.0.1:8080"), new(query));
        if (header is not null)
            context.Request.Headers.Authorization = header;
        if (origin is not null)
            context.Request.Headers.Origin = origin;
        return context;
    }
}
