namespace Ingester.WebSockets;

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
