using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>What a fault is and means: every kind is tried again after a backoff, and after the time that the
/// exchange asked for, except for <see cref="FaultKind.Fatal"/>, which is thrown on to the exchange's supervisor.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="RetryAfter">How long the exchange asked to keep off; null when it did not say.</param>
internal readonly record struct ConnectionFault(FaultKind Kind, string Reason, TimeSpan? RetryAfter = null)
{
    /// <summary>The kind as a metric's tag.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();

    /// <summary>The one switch from exception to action.</summary>
    public static ConnectionFault Of(Exception exception) => exception switch
    {
        ConnectionException own => new(own.Kind, own.Message, own.RetryAfter),
        WebSocketException or IOException or SocketException or AuthenticationException or OperationCanceledException => new(FaultKind.Broken, ConnectionException.Describe(exception)),
        _ => new(FaultKind.Fatal, ConnectionException.Describe(exception)),
    };
}
