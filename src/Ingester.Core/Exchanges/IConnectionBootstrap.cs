namespace Ingester.Core.Exchanges;

/// <summary>Capability of an exchange that gives the address of a connection, often with a token, over REST.</summary>
internal interface IConnectionBootstrap
{
    /// <summary>The request before each connection.</summary>
    RestCall BootstrapCall { get; }

    /// <summary>Parses the response.</summary>
    /// <param name="endpoint">The endpoint of the profile, whose path and query may be part of the result.</param>
    /// <param name="body">The response.</param>
    /// <exception cref="System.Text.Json.JsonException">The response has an unexpected format.</exception>
    ConnectionAddress ParseBootstrap(Uri endpoint, ReadOnlySpan<byte> body);
}

/// <summary>Where a connection is opened.</summary>
/// <param name="Uri">The WebSocket address.</param>
/// <param name="PingInterval">Interval of the client's application pings; null to use <see cref="ExchangeProfile.PingInterval"/>.</param>
internal sealed record ConnectionAddress(Uri Uri, TimeSpan? PingInterval = null);
