using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Ingester.Core.Connections;

/// <summary>Why a connection could not be opened or was lost.</summary>
internal enum FaultKind : byte
{
    /// <summary>No connection could be made, or not in time.</summary>
    Unreachable,

    /// <summary>The exchange answered the dial with another status than it should.</summary>
    Refused,

    /// <summary>The exchange answered 429 or 418.</summary>
    Limited,

    /// <summary>The exchange closed the connection, in words.</summary>
    Closed,

    /// <summary>The line broke.</summary>
    Broken,

    /// <summary>Nothing came for too long.</summary>
    Silent,

    /// <summary>A message was longer than is taken.</summary>
    Oversized,

    /// <summary>Frame after frame could not be decoded because of a bug.</summary>
    Undecodable,

    /// <summary>None of what can happen to a connection: a bug, which restarts the exchange.</summary>
    Fatal,
}

/// <summary>A fault that a connection found itself; what the socket throws is left as it is.</summary>
internal sealed class ConnectionException(FaultKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public FaultKind Kind => kind;

    /// <summary>How long the exchange asked to keep off; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

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
        WebSocketException or IOException or SocketException or AuthenticationException or OperationCanceledException => new(FaultKind.Broken, Words(exception)),
        _ => new(FaultKind.Fatal, Words(exception)),
    };

    /// <summary>The innermost message says what happened; the outer ones say that something did.</summary>
    internal static string Words(Exception exception)
    {
        var innermost = exception.GetBaseException();
        return innermost == exception ? exception.Message : $"{exception.Message} {innermost.Message}";
    }
}
