using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Testing.Fakes;

/// <summary>
/// A <see cref="FakeExchange"/> that returns the address of a connection over REST: the answer <c>ADDRESS 7</c> is an address with a ping interval of seven
/// seconds, <c>ADDRESS</c> one without; every other answer is invalid.
/// </summary>
internal sealed class BootstrappedExchange : FakeExchange, IConnectionBootstrap
{
    public RestCall BootstrapCall { get; } = new(new("https://api.fake.example/v1/bullet"), """{"public":true}""");

    public ConnectionAddress ParseBootstrap(Uri endpoint, ReadOnlySpan<byte> body)
    {
        var words = Encoding.UTF8.GetString(body).Split(' ');
        if (!Uri.TryCreate(words[0], UriKind.Absolute, out var address))
            throw new JsonException("not an address");
        return new(address, words is [_, var seconds] ? TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)) : null);
    }
}
