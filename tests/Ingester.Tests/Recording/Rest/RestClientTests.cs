using System.Net;
using Ingester.Recording.Rest;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Rest;

/// <summary>How requests to exchanges are sent.</summary>
public sealed class RestClientTests
{
    [Fact]
    public void Connections_are_renewed_and_nothing_is_followed_or_decompressed_without_limits()
    {
        SocketsHttpHandler? sends = null;
        using var client = RestClient.CreateClient(handler => sends = Assert.IsType<SocketsHttpHandler>(handler));
        Assert.InRange(sends!.PooledConnectionLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)); // a change of DNS is followed
        Assert.False(sends.AllowAutoRedirect);
        Assert.False(sends.UseCookies);
        Assert.Equal(DecompressionMethods.None, sends.AutomaticDecompression);
    }

    [Fact]
    public async Task Headers_of_the_exchange_are_sent_with_each_request()
    {
        var sent = "";
        using var http = new HttpClient(new Answering((request, _) =>
        {
            sent = request.Headers.ToString();
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent("[]") });
        }));
        var fake = new FakeExchange();
        using var rig = new Rig
        {
            Http = http,
            Exchange = new() { Profile = fake.Profile with { RequestHeaders = new Dictionary<string, string> { ["X-Size-Decimal"] = "1" } } },
        };
        await rig.Rest.GetAsync(new(fake.Profile.MarketLists[0].Uri, Weight: 1), null, CancellationToken.None);
        Assert.Contains("X-Size-Decimal: 1", sent, StringComparison.Ordinal);
    }
}
