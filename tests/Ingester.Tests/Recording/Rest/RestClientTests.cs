using System.Net;
using Ingester.Recording.Rest;

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
}
